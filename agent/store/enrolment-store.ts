import { z } from 'zod';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { findHead, type JournalSeal, writeHead } from './journal-seal.ts';
import type { Connection, Sqlite } from './sqlite.ts';

const enrolmentRow = z.object({
  guard: z.enum(['none', 'awaits-server', 'since']),
  guarded_since: instantSchema.nullable(),
});

/**
 * What the journal of an enrolment is worth:
 * - `none`: it holds every order of this enrolment since its beginning;
 * - `awaits-server`: it began in the middle (a damaged or deleted store), and the server's time of that is not known yet;
 * - `since`: it is whole from that instant of the server's clock. What was issued before may have been carried out.
 */
export type Guard = { state: 'none' } | { state: 'awaits-server' } | { state: 'since'; since: Instant };

/** One enrolment's name in the store: epochs alone repeat from one device or server to another. */
export function enrolmentOf(identity: { deviceId: string; epoch: number }): string {
  return `${identity.deviceId}/${identity.epoch}`;
}

export interface EnrolmentStore {
  /** Called by `enrol`: the journal begins together with the enrolment. */
  enrolled(enrolment: string): Promise<void>;
  /** Called at each start: an enrolment the store does not know means that an earlier store was lost. */
  open(enrolment: string): Promise<Guard>;
  /**
   * Called at each welcome, before any order is looked at. A server that holds
   * more reports than this store ever wrote knows an earlier, lost store: the
   * journal is guarded from now on.
   */
  welcomed(enrolment: string, serverTime: Instant, lastSequence: number): Promise<Guard>;
}

/**
 * INVARIANT: an order runs once even when the store was lost, because a store
 * that did not see the enrolment's beginning refuses every order issued before
 * the first welcome it saw. Both times are the server's own: no clock of the
 * device is trusted here. `seal`: what seals the journal seals this too.
 */
export function createEnrolmentStore(database: Sqlite, seal?: JournalSeal): EnrolmentStore {
  return {
    async enrolled(enrolment) {
      await database.run(
        "insert into enrolments (enrolment, guard) values (?, 'none') on conflict do nothing",
        enrolment,
      );
    },
    open: (enrolment) =>
      database.transaction(async (connection) => {
        await connection.run(
          "insert into enrolments (enrolment, guard) values (?, 'awaits-server') on conflict do nothing",
          enrolment,
        );
        return readGuard(connection, enrolment);
      }),
    welcomed: (enrolment, serverTime, lastSequence) =>
      database.transaction(async (connection) => {
        await connection.run(
          `update enrolments set guard = 'since', guarded_since = ?
           where enrolment = ? and (guard = 'awaits-server' or last_sequence < ?)`,
          serverTime,
          enrolment,
          lastSequence,
        );
        if (seal !== undefined) await sealWhole(connection, seal, enrolment);
        return readGuard(connection, enrolment);
      }),
  };
}

/** One that cannot be read was changed by hand, and is worth nothing. */
async function readGuard(connection: Connection, enrolment: string): Promise<Guard> {
  const sql = 'select guard, guarded_since from enrolments where enrolment = ?';
  const [found] = await connection.all(z.unknown(), sql, enrolment);
  const row = enrolmentRow.safeParse(found).data;
  if (row === undefined) return { state: 'awaits-server' };
  if (row.guard !== 'since') return { state: row.guard };
  return row.guarded_since === null ? { state: 'awaits-server' } : { state: 'since', since: row.guarded_since };
}

/** What the journal of an enrolment is worth, as it lies there, for the seal; of one that the store does not know, as `open` begins it. */
export async function wholeText(connection: Connection, enrolment: string): Promise<string> {
  const [row] = await connection.all(
    z.object({ whole: z.string() }),
    "select guard || coalesce(' ' || guarded_since, '') as whole from enrolments where enrolment = ?",
    enrolment,
  );
  return row?.whole ?? 'awaits-server';
}

/** A head that is not right is left as it is: the next look at the journal tells of it. */
async function sealWhole(connection: Connection, seal: JournalSeal, enrolment: string): Promise<void> {
  const { is, ...head } = await findHead(connection, seal);
  const whole = await wholeText(connection, enrolment);
  if ('whole' in head && head.whole !== whole) await writeHead(connection, seal, { ...head, whole });
}
