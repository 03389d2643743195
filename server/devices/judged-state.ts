import { z } from 'zod';
import { type Instant, instant, instantSchema } from '../../shared/instant.ts';
import type { PlaceMemory } from '../../shared/policy/facts.ts';
import { findingCatalogue, findingCodeSchema } from '../../shared/policy/findings.ts';
import { offlineAfterMs } from '../../shared/policy/presence.ts';
import type { Connection } from '../storage/database.ts';

/** What the judge keeps of a device from one judgement to the next. */
export interface JudgedState {
  placeMemory: PlaceMemory;
  /** When it is to be judged again though nothing is reported; null: not before something is. */
  judgeAt: Instant | null;
}

/** Columns of `devices` in which it lies. */
export const judgedColumns = {
  place_last: z.enum(['on-site', 'off-site']).nullable(),
  place_last_since: instantSchema.nullable(),
  place_unknown_since: instantSchema.nullable(),
  judge_at: instantSchema.nullable(),
};
const rowSchema = z.object(judgedColumns);

export function judgedStateOf(row: z.infer<typeof rowSchema>): JudgedState {
  return {
    placeMemory: { last: row.place_last, lastSince: row.place_last_since, unknownSince: row.place_unknown_since },
    judgeAt: row.judge_at,
  };
}

/** A device that comes back tells what it kept one report after the other: it has so long to catch up before time alone judges it. */
const catchUpMs = 60_000;

export async function keepJudgedState(
  connection: Connection,
  deviceId: string,
  { placeMemory, judgeAt }: JudgedState,
  now: Instant,
): Promise<void> {
  const { last, lastSince = null, unknownSince } = placeMemory;
  const isOverdue = judgeAt !== null && judgeAt <= now;
  const due = isOverdue ? instant(Date.parse(now) + catchUpMs) : judgeAt;
  await connection('devices')
    .where({ id: deviceId })
    .update({ place_last: last, place_last_since: lastSince, place_unknown_since: unknownSince, judge_at: due });
}

/** Until when it is known that what a device told still holds; undefined: now, for it is in touch. */
export function observedUntil(lastSeenAt: Instant | null, now: Instant): Instant | undefined {
  if (lastSeenAt === null || Date.parse(now) - Date.parse(lastSeenAt) <= offlineAfterMs) return undefined;
  return lastSeenAt;
}

/** Devices whose time to be judged again has come, the longest due first. */
export async function idsToJudge(connection: Connection, now: Instant, most: number): Promise<string[]> {
  return connection('devices')
    .where('judge_at', '<=', now)
    .whereNull('retired_at')
    .orderBy('judge_at')
    .limit(most)
    .pluck('id');
}

/** A device that could not be judged is not to be in the way of the others. */
export async function putOffJudging(connection: Connection, deviceId: string, until: Instant): Promise<void> {
  await connection('devices').where({ id: deviceId }).update({ judge_at: until });
}

const graceRowSchema = z.object({
  code: findingCodeSchema,
  since: instantSchema,
  grace_from: instantSchema.nullable(),
});

/**
 * A device that was out of touch speaks again: graces of misuse that were running go on where they stopped, for nobody
 * knows what was so meanwhile. Warnings have days of the calendar, which pass all the same. To be called before its last
 * word is noted anew.
 */
export async function resumeGraces(connection: Connection, deviceId: string, now: Instant): Promise<void> {
  const row: unknown = await connection('devices').where({ id: deviceId }).first('last_seen_at', 'place_unknown_since');
  const seen = z
    .object({ last_seen_at: instantSchema.nullable(), place_unknown_since: instantSchema.nullable() })
    .safeParse(row).data;
  if (seen === undefined) return;
  const until = observedUntil(seen.last_seen_at, now);
  if (until === undefined) return;
  const later = (from: Instant) => instant(Date.parse(from) + Math.max(0, Date.parse(now) - Date.parse(until)));
  if (seen.place_unknown_since !== null)
    await connection('devices')
      .where({ id: deviceId })
      .update({ place_unknown_since: later(seen.place_unknown_since) });
  const running: unknown = await connection('findings')
    .where({ device_id: deviceId })
    .whereNotNull('grace_until')
    .select('code', 'since', 'grace_from');
  for (const { code, since, grace_from } of z.array(graceRowSchema).parse(running)) {
    if (!findingCatalogue[code].misuse) continue;
    await connection('findings')
      .where({ device_id: deviceId, code })
      .update({ grace_from: later(grace_from ?? since) });
  }
}
