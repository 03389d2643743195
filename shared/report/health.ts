import { z } from 'zod';
import { closingStandingSchema, guardStandingSchema, tamperSchema } from '../guard/standing.ts';
import { instantSchema } from '../instant.ts';
import { unknownReasonSchema } from '../reading.ts';

/** Sections that a probe answers; the agent's own health is not one of them. */
const probedSectionSchema = z.enum([
  'encryption',
  'sessions',
  'apps',
  'photos',
  'filtering',
  'location',
  'media',
  'programs',
  'rights',
  'system',
]);

/** How the agent itself stands. Coarse on purpose: figures that drift would make every round a report. */
export const healthSchema = z.strictObject({
  startedAt: instantSchema,
  /** Starts in the last 24 hours, this one included. */
  starts: z.int().positive().max(10_000),
  /** The device's clock less the server's, in steps of 5 seconds; null: not compared since the start. */
  clockSkewSeconds: z.int().multipleOf(5).nullable(),
  /** The hour in which every section had been asked at least once since the hour before; null: not yet. */
  lastFullCycleAt: instantSchema.nullable(),
  /** Resident memory in steps of 10 MB. */
  memoryMb: z.int().multipleOf(10),
  /** Share of one core since the start, in steps of half a per cent. */
  cpuPercent: z.number().min(0).max(6400).multipleOf(0.5),
  /** Sections whose probe failed or ran out of time in the last 24 hours: how often, and how the last one ended. */
  failures: z
    .array(z.strictObject({ section: probedSectionSchema, count: z.int().positive(), last: unknownReasonSchema }))
    .max(16),
  /**
   * The version of the setting's settings by which this device looks; null: it took none yet, and
   * goes by the defaults. Absent: an agent of an earlier version.
   */
  settingsVersion: z.int().positive().nullable().optional(),
  /** The lock of this device, as it holds now. Absent: an agent of an earlier version, or a system that cannot be locked. */
  lock: z
    .strictObject({
      locked: z.boolean(),
      /** When it was locked, or released. */
      since: instantSchema.nullable(),
      /** Who let people in again, last. null: nobody yet. */
      releasedBy: z.enum(['server', 'code', 'by-hand', 'guard']).nullable(),
      /** Wrong offline codes it still takes; 0: none before the server, or an hour, helps. */
      triesLeft: z.int().min(0).max(20),
    })
    .optional(),
  /** How the guard stands. Absent: an agent of an earlier version, or one that has no rules yet. */
  guard: guardStandingSchema.optional(),
  /** The last closing time. Absent: none came yet, or the setting asks nothing. */
  closing: closingStandingSchema.optional(),
  /**
   * When the device began its whole look after the setting closed, by its corrected clock: what was not told since is as it was.
   * Absent: it did not yet, or an agent of an earlier version.
   */
  lookedAtClosing: instantSchema.optional(),
  /** Signs of tampering within the last thirty days, newest first. Absent: an agent of an earlier version. */
  tampering: z.array(tamperSchema).max(20).optional(),
});
export type Health = z.infer<typeof healthSchema>;
