import { z } from 'zod';
import { type Clock, instant, instantSchema } from '../../shared/instant.ts';
import type { Database } from '../storage/database.ts';

interface PurgeClockParts {
  db: Database;
  clock: Clock;
  /** Milliseconds that only ever rise, whatever is done to the clock. */
  elapsed: () => number;
}

const dayMs = 24 * 60 * 60_000;
/** A long week-end with the server switched off or asleep is no jump; more than that cannot be told from one. */
const unexplainedMs = 5 * dayMs;
/** So long the server has to run, by what only ever rises, after its clock was in doubt: time for somebody to look. */
const steadyMs = 7 * dayMs;
/** What is due is purged this much later: more than a jump that is taken for a week-end. */
const marginMs = 7 * dayMs;

/** What a reading of the clock came to: up to when what is due may be destroyed; undefined: nothing may be. */
export interface PurgeReading {
  dueUntil: string | undefined;
  /** The clock went ahead by more than can be explained since the reading before, so many days; else undefined. */
  jumpedDays: number | undefined;
}

const rowSchema = z.object({ seen_at: instantSchema, steady_ms: z.number() });

/**
 * Whether the clock may be believed where something is destroyed for good. Every reading is compared with the one
 * before, which the database keeps, and with the time that has passed for this process: a clock that is ahead of both
 * by more than a long week-end suspends purging until the server has run for seven days, and people are told. A server
 * that has never read its clock begins so as well. A clock that was put back destroys nothing early, and is no doubt.
 *
 * What it cannot tell: a clock that stays wrong while nobody looks, for longer than that.
 */
export function createPurgeClock({ db, clock, elapsed }: PurgeClockParts) {
  let before: number | undefined;
  const passedSince = (last: number | undefined): number => (last === undefined ? 0 : Math.max(0, elapsed() - last));

  return {
    read: (): Promise<PurgeReading> =>
      db.transaction(async (connection) => {
        // A write comes first: of two servers each reads what the other left.
        await connection('purge_clock').whereNull('id').update({ steady_ms: 0 });
        const row: unknown = await connection('purge_clock').where({ id: 1 }).first('seen_at', 'steady_ms');
        const passed = passedSince(before);
        before = elapsed();
        const { steady, jumpedMs } = judge(rowSchema.safeParse(row).data, { now: clock.now(), passed });
        await connection('purge_clock')
          .insert({ id: 1, seen_at: instant(clock.now()), steady_ms: Math.round(steady) })
          .onConflict('id')
          .merge();
        return {
          dueUntil: steady < steadyMs ? undefined : instant(clock.now() - marginMs),
          jumpedDays: jumpedMs === undefined ? undefined : Math.round(jumpedMs / dayMs),
        };
      }),
  };
}

/** How long the clock has been steady by now, and how far it went ahead by itself, if it did. */
function judge(
  known: z.infer<typeof rowSchema> | undefined,
  { now, passed }: { now: number; passed: number },
): { steady: number; jumpedMs: number | undefined } {
  if (known === undefined) return { steady: 0, jumpedMs: undefined };
  const aheadMs = now - Date.parse(known.seen_at) - passed;
  if (aheadMs > unexplainedMs) return { steady: 0, jumpedMs: aheadMs };
  return { steady: Math.min(known.steady_ms + passed, steadyMs), jumpedMs: undefined };
}
