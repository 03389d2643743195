import { z } from 'zod';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import type { GuardMoveView } from '../../shared/api/policy.ts';
import {
  type GuardMove,
  type GuardStanding,
  guardMoveSchema,
  guardReasonSchema,
  guardStateSchema,
} from '../../shared/guard/standing.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { pageFrom, readCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

/** Which enrolment of which device tells. */
interface Teller {
  deviceId: string;
  epoch: number;
}

/**
 * Keeps what a device tells of its guard's moves: each once by its sequence. What the lock refused is kept beside
 * the block it belongs to, the most that was ever told. A device that tells a move otherwise than before has lost
 * its record, or somebody changed it: what it tells from then on is kept beside the earlier telling, and hides nothing of it.
 */
export async function storeMoves(
  connection: Connection,
  { deviceId, epoch }: Teller,
  { moves, refusedSignIns }: Pick<GuardStanding, 'moves' | 'refusedSignIns'>,
  receivedAt: Instant,
): Promise<void> {
  if (moves.length === 0) return;
  const telling = await tellingOf(connection, { deviceId, epoch }, moves);
  const own = { device_id: deviceId, epoch, telling };
  const rows = moves.map(({ sequence, at, to, because }) => ({
    ...own,
    sequence,
    at,
    received_at: receivedAt,
    to_state: to,
    because,
  }));
  await connection('guard_moves').insert(rows).onConflict(['device_id', 'epoch', 'telling', 'sequence']).ignore();
  const block = moves.findLast(({ to }) => to === 'blocked');
  if (block === undefined || refusedSignIns === null) return;
  await connection('guard_moves')
    .where({ ...own, sequence: block.sequence })
    .andWhere((same) => void same.whereNull('refused_sign_ins').orWhere('refused_sign_ins', '<', refusedSignIns))
    .update({ refused_sign_ins: refusedSignIns });
}

const toldSchema = z.object({ telling: z.int(), sequence: z.int(), at: instantSchema, to_state: guardStateSchema });

/** Which telling these moves belong to: the last, unless it has one of them otherwise. */
async function tellingOf(
  connection: Connection,
  { deviceId, epoch }: Teller,
  moves: readonly GuardMove[],
): Promise<number> {
  const own = { device_id: deviceId, epoch };
  const [row]: { last: number | null }[] = await connection('guard_moves').where(own).max('telling as last');
  const telling = row?.last ?? 1;
  const stored: unknown = await connection('guard_moves')
    .where({ ...own, telling })
    .whereIn(
      'sequence',
      moves.map(({ sequence }) => sequence),
    )
    .select('telling', 'sequence', 'at', 'to_state');
  const told = new Map(moves.map((move) => [move.sequence, move]));
  const isOtherwise = z
    .array(toldSchema)
    .parse(stored)
    .some(({ sequence, at, to_state }) => told.get(sequence)?.at !== at || told.get(sequence)?.to !== to_state);
  return isOtherwise ? telling + 1 : telling;
}

const rowSchema = z.object({
  epoch: z.int(),
  telling: z.int(),
  sequence: guardMoveSchema.shape.sequence,
  at: instantSchema,
  received_at: instantSchema,
  to_state: guardStateSchema,
  because: guardReasonSchema,
  refused_sign_ins: z.int().nonnegative().nullable(),
});
type Row = z.infer<typeof rowSchema>;

/** The moves of a device's guard over all its enrolments, newest first. */
export async function pageOfMoves(
  connection: Connection,
  deviceId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<GuardMoveView>> {
  const query = connection('guard_moves')
    .where({ device_id: deviceId })
    .orderBy([
      { column: 'epoch', order: 'desc' },
      { column: 'telling', order: 'desc' },
      { column: 'sequence', order: 'desc' },
    ])
    .limit(limit + 1);
  if (cursor !== undefined) {
    const place = readCursor(cursor, z.tuple([z.int(), z.int(), z.int()]));
    query.whereRaw('(epoch, telling, sequence) < (?, ?, ?)', place);
  }
  const rows = z.array(rowSchema).parse(await query);
  const { kept, nextCursor } = pageFrom(rows, limit, ({ epoch, telling, sequence }) => [epoch, telling, sequence]);
  return { items: kept.map((row, index) => viewOf(row, rows[index + 1])), nextCursor };
}

/** A record that begins anew counts on from the seconds of a clock: no guard moves so often between two reports. */
const mostMissed = 1_000;

/** A device tells its last twenty moves: of more that happened out of touch, those before are never heard. */
function viewOf(row: Row, before: Row | undefined): GuardMoveView {
  return {
    sequence: row.sequence,
    at: row.at,
    receivedAt: row.received_at,
    to: row.to_state,
    because: row.because,
    refusedSignIns: row.refused_sign_ins,
    missedBefore: before === undefined ? 0 : missedBetween(before, row),
  };
}

function missedBetween(before: Row, row: Row): number | null {
  // A new enrolment begins a record of its own, and nothing of it is missing.
  if (before.epoch !== row.epoch) return 0;
  const missed = row.sequence - before.sequence - 1;
  return before.telling !== row.telling || missed > mostMissed ? null : missed;
}
