import { z } from 'zod';
import { closingStandingSchema } from '../../shared/guard/standing.ts';

/** The last closing time as this device keeps it: each is gone through once. */
export const closingNoteSchema = closingStandingSchema.extend({
  /** When apps are signed out and people logged out, milliseconds of the trusted time. */
  dueMs: z.number().nonnegative(),
  /** How often it was tried. */
  tries: z.int().nonnegative(),
  /** The device slept through it: whoever has signed in since is not meant. */
  isLate: z.literal(true).optional(),
});
export type ClosingNote = z.infer<typeof closingNoteSchema>;

/** A closing time that has come into sight. */
export function noticedNote(at: string, dueMs: number): ClosingNote {
  return {
    ...{ at, state: 'noticed', postponed: 0, dueMs, tries: 0 },
    ...{ appsSignedOut: null, peopleLoggedOut: null, finishedAt: null },
  };
}

/** One that the device slept through. */
export function lateNote(at: string, dueMs: number): ClosingNote {
  return { ...noticedNote(at, dueMs), isLate: true };
}

export function isOpenNote({ state }: Pick<ClosingNote, 'state'>): boolean {
  return state === 'noticed' || state === 'postponed';
}

const minuteMs = 60_000;

/**
 * Whether it was noted while the clock ran ahead, which would keep every closing away until then: notice is given within
 * the hour before, and what was done is past.
 */
export function isFromAhead({ at, finishedAt }: Pick<ClosingNote, 'at' | 'finishedAt'>, nowMs: number): boolean {
  const mostMs = (finishedAt === null ? 120 : 10) * minuteMs;
  return Date.parse(finishedAt ?? at) - nowMs > mostMs;
}
