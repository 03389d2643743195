import { z } from 'zod';
import { type Instant, instantSchema } from './instant.ts';

/**
 * Why a fact is unknown. Stable codes: they reach the wire, the database and the
 * dashboard's sentences, and are never renamed.
 */
export const unknownReasonSchema = z.enum([
  /** Hometime has no probe for this on this operating system yet. */
  'not-supported',
  /** The device was enrolled but has not answered this question yet. */
  'not-asked-yet',
  /** The system's own tool is not installed. */
  'tool-missing',
  /** The agent runs without the rights the question needs. */
  'permission-denied',
  /** A folder or store exists and may not be read: never "0 photos". */
  'blocked-by-permission',
  /** The tool did not answer in its time limit. */
  'timed-out',
  /** The tool answered something that is not understood. */
  'not-understood',
  /** The tool ended with an error. */
  'tool-failed',
  /** Disks are in use that the system's own list does not show or describe. */
  'disks-not-described',
  /** Nothing on the system keeps a list of sign-ins. */
  'no-session-service',
  /** No network, or one on which nothing answers. */
  'no-network',
  /** A sign-in page answers every name: nothing can be proved behind it. */
  'captive-portal',
  /** Another program holds the store so that nobody else can read it; it can be read once that program is closed. */
  'in-use',
  /** The probe itself failed; the agent's log says how. */
  'probe-failed',
]);
export type UnknownReason = z.infer<typeof unknownReasonSchema>;

/** What gave no answer: a closed list, so that no output of a tool can travel as a "detail". */
export const unknownDetailSchema = z.enum([
  'lsblk',
  'findmnt',
  'blkid',
  'cryptsetup',
  'dmsetup',
  'zfs',
  'busctl',
  'loginctl',
  'proc',
  'resolver',
  'control-names',
  'random-name',
  'gateway',
  'neighbours',
  'home-folders',
  'picture-folders',
  'systeminformation',
  'conversion-state',
  'fdesetup',
  'diskutil',
  'scutil',
  'who',
  'netstat',
  'getprop',
  'screen-lock',
  'powershell',
  'bitlocker',
  'manage-bde',
  'windows-sessions',
  'quser',
  'browser-store',
  'local-storage',
  'cookies',
  'block-devices',
  'udev',
  'package-list',
  'group-list',
  'screen-locker',
  'display-manager',
  'firewall',
  'antivirus',
  'update-service',
  'registry',
  'netsh',
  'system-profiler',
]);
export type UnknownDetail = z.infer<typeof unknownDetailSchema>;

const unknownSchema = z.strictObject({
  state: z.literal('unknown'),
  reason: unknownReasonSchema,
  detail: unknownDetailSchema.optional(),
  at: instantSchema,
});

/**
 * A fact that is known, with its value, or unknown, with the reason; both with
 * the time it was observed. Unknown is never "no" and never "yes".
 */
export function readingSchema<Value extends z.ZodType>(value: Value) {
  return z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('known'), value, at: instantSchema }),
    unknownSchema,
  ]);
}

export interface Known<Value> {
  state: 'known';
  value: Value;
  at: Instant;
}
export type Unknown = z.infer<typeof unknownSchema>;
export type Reading<Value> = Known<Value> | Unknown;

export function known<Value>(value: Value, at: Instant): Known<Value> {
  return { state: 'known', value, at };
}

export function unknown(reason: UnknownReason, at: Instant, detail?: UnknownDetail): Unknown {
  return detail === undefined ? { state: 'unknown', reason, at } : { state: 'unknown', reason, detail, at };
}

/** Whether two readings say the same thing, whenever they were observed. */
export function sameAnswer(one: Reading<unknown>, other: Reading<unknown>): boolean {
  return answerText(one) === answerText(other);
}

/** A reading without its time, as text with sorted keys: equal texts are equal answers. Readings inside its value (photo counts by place) lose their times too. */
export function answerText(reading: Reading<unknown>): string {
  return reading.state === 'known'
    ? `known ${stableText(reading.value)}`
    : `unknown ${reading.reason} ${reading.detail ?? ''}`;
}

function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([key]) => !(key === 'at' && isReading(part)))
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
}

function isReading(part: object): boolean {
  return 'state' in part && (part.state === 'known' || part.state === 'unknown');
}
