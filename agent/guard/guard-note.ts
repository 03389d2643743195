import { z } from 'zod';
import { beginCountdown, countdownSchema, type Moment, runningTimeSchema } from '../../shared/guard/countdown.ts';
import {
  guardMoveSchema,
  guardReasonSchema,
  guardStateSchema,
  type Tamper,
  tamperSchema,
} from '../../shared/guard/standing.ts';
import { instant, instantSchema } from '../../shared/instant.ts';
import { findingCodeSchema } from '../../shared/policy/findings.ts';
import { keptTimeSchema } from './trusted-time.ts';

/** All that the guard must know after a start: written before it acts. */
export const guardNoteSchema = z.strictObject({
  state: guardStateSchema,
  since: instantSchema,
  /** Of the last move. */
  because: guardReasonSchema.nullable(),
  /** Why it warned in the first place; null: it is clear. */
  cause: guardReasonSchema.nullable(),
  /** The version of the rules that asked for it last. */
  causeVersion: z.int().nullable(),
  /** Of a warning or a release. */
  countdown: countdownSchema.nullable(),
  /** Of the last move. */
  sequence: z.int().nonnegative(),
  moves: z.array(guardMoveSchema).max(20),
  /** Sign-ins that the lock had refused when the last block began; null: this system does not tell. */
  refusedBefore: z.int().nonnegative().nullable(),
  /** The same within the last block, as counted last. */
  refused: z.int().nonnegative().nullable(),
  time: keptTimeSchema.nullable(),
  /** What graces are judged by (shared/policy/facts.ts). */
  placeMemory: z.strictObject({
    last: z.enum(['on-site', 'off-site']).nullable(),
    lastSince: instantSchema.nullable(),
  }),
  /** For how long the place cannot be told: while it was off, the device was of use to nobody. null: it can. */
  unknownFor: z.strictObject({ ranMs: z.number().nonnegative(), asOf: runningTimeSchema }).nullable(),
  standingSince: z.partialRecord(findingCodeSchema, instantSchema),
  /** The version of the rules it judged by last; null: none under this enrolment. Older ones, or none, are damaged ones. */
  rulesVersion: z.int().positive().nullable(),
  tampering: z.array(tamperSchema).max(20),
});
export type GuardNote = z.infer<typeof guardNoteSchema>;

const countedFromMs = Date.parse('2026-01-01T00:00:00.000Z');

/** Of a device that was never told anything. Its moves are counted from a number that no note before it has reached. */
export function firstNote(nowMs: number): GuardNote {
  const sequence = Math.max(0, Math.floor((nowMs - countedFromMs) / 1000));
  return {
    ...{
      state: 'clear',
      since: instant(nowMs),
      because: null,
      cause: null,
      causeVersion: null,
      countdown: null,
      sequence,
      moves: [],
    },
    ...{ refusedBefore: null, refused: null, time: null, rulesVersion: null, tampering: [] },
    placeMemory: { last: null, lastSince: null },
    unknownFor: null,
    standingSince: {},
  };
}

/** Moves that are told beside each other. */
const mostMoves = 20;
const mostTampering = 20;
const tamperingKeptMs = 30 * 24 * 60 * 60_000;

/** The note after a move. */
export function withMove(
  note: GuardNote,
  { to, because }: Pick<GuardNote['moves'][number], 'to' | 'because'>,
  nowMs: number,
): GuardNote {
  const at = instant(nowMs);
  const sequence = note.sequence + 1;
  const cause = to === 'clear' ? null : (note.cause ?? because);
  const causeVersion = to === 'clear' ? null : note.cause === null ? note.rulesVersion : note.causeVersion;
  const moves = [...note.moves, { sequence, at, to, because }].slice(-mostMoves);
  return { ...note, state: to, since: at, because, cause, causeVersion, sequence, moves, countdown: null };
}

/**
 * The note of a warning whose time does not count as it has to; undefined: it does. It counts only while the warning may end
 * in a block: once it may, people are told so, and given all of the time.
 */
export function recounted(
  note: GuardNote,
  { mayBlock, warningMs, moment }: { mayBlock: boolean; warningMs: number; moment: Moment },
): GuardNote | undefined {
  if (note.state !== 'warned' || mayBlock === (note.countdown !== null)) return undefined;
  return { ...note, countdown: mayBlock ? beginCountdown(warningMs, moment) : null };
}

/** What the next judgement needs of the last, as a text to compare. */
export function memoryOf({ placeMemory, unknownFor, standingSince, rulesVersion, causeVersion }: GuardNote): string {
  return JSON.stringify([placeMemory, unknownFor === null, standingSince, rulesVersion, causeVersion]);
}

/** The note with a sign of tampering, newest first; old ones are let go. */
export function withTamper(note: GuardNote, what: Tamper['what'], nowMs: number): GuardNote {
  const tampering = [{ at: instant(nowMs), what }, ...recentTampering(note, nowMs)].slice(0, mostTampering);
  return { ...note, tampering };
}

export function recentTampering({ tampering }: Pick<GuardNote, 'tampering'>, nowMs: number): Tamper[] {
  return tampering.filter(({ at }) => Date.parse(at) > nowMs - tamperingKeptMs);
}
