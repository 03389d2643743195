import type { Role } from '../../shared/api/people.ts';
import type { Connection, Database } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import type { Delivery } from './delivery-store.ts';
import { findMatterById } from './matter-store.ts';
import {
  type Condition,
  findOpenNotice,
  isLeftAlone,
  removeNoticesOf,
  unknownNotices,
  waitingPeople,
} from './notice-store.ts';
import type { Notices } from './notices.ts';
import { type MembersOf, readsSummaries } from './recipients.ts';

/** Of which matters of a setting somebody may know now, as a condition over `notice_matters`: roles change, and so does whom a case concerns. */
export type KnownTo = (
  connection: Connection,
  looker: { settingId: string; personId: string; role: Role },
) => Promise<Condition>;

/** Whose notices, in which setting. */
interface Whose {
  settingId: string;
  personId: string;
}

interface KnownParts {
  db: Database;
  membersOf: MembersOf;
  knownTo: KnownTo;
  askInstead: Notices['askInstead'];
}

export type Known = ReturnType<typeof createKnown>;

const nothing: Condition = { sql: '0', bindings: [] };

/**
 * Takes back what somebody was asked to look at and may know of no more (INC4): they left, have another role, their time
 * ran out, a case concerns them now. Asked whenever a message is made and again when it is sent. A matter that nobody
 * else was asked to look at goes to those who may know of it now (INC3).
 */
export function createKnown({ db, membersOf, knownTo, askInstead }: KnownParts) {
  const roleOf = async (connection: Connection, { settingId, personId }: Whose): Promise<Role | undefined> =>
    (await membersOf(connection, settingId)).find(({ id }) => id === personId)?.role;
  const conditionOf = async (connection: Connection, whose: Whose): Promise<Condition> => {
    const role = await roleOf(connection, whose);
    return role === undefined ? nothing : knownTo(connection, { ...whose, role });
  };

  const passOn = async (connection: Connection, matterId: string): Promise<void> => {
    const matter = await findMatterById(connection, matterId);
    if (matter === undefined || !(await isLeftAlone(connection, matterId))) return;
    const { settingId } = matter;
    const knowing: string[] = [];
    for (const { id: personId, role } of await membersOf(connection, settingId)) {
      const { sql, bindings } = await knownTo(connection, { settingId, personId, role });
      const row = await connection('notice_matters').where({ id: matterId }).whereRaw(sql, bindings).first('id');
      if (row !== undefined) knowing.push(personId);
    }
    await askInstead(connection, matter, knowing);
  };

  /** In a transaction that holds the matters. */
  const drop = async (connection: Connection, whose: Whose): Promise<void> => {
    const unknown = await unknownNotices(connection, { ...whose, known: await conditionOf(connection, whose) });
    await removeNoticesOf(
      connection,
      unknown.map(({ id }) => id),
    );
    for (const { matterId } of unknown) await passOn(connection, matterId);
  };

  return {
    drop,
    /** The same for everybody who has something to look at still. */
    sweep: async (): Promise<void> => {
      for (const whose of await waitingPeople(db)) {
        // Most looks find nothing: they are not to hold anybody up who writes.
        const known = await conditionOf(db, whose);
        if ((await unknownNotices(db, { ...whose, known })).length === 0) continue;
        await db.transaction(async (connection) => {
          await takeWriteLock(connection);
          await drop(connection, whose);
        });
      }
    },
    /** Whether an e-mail is still for whom it was made, at the moment of sending it; what they may not know of is taken back. */
    isStillMeant: ({ settingId, recipientId: personId, purpose }: Delivery): Promise<boolean> =>
      db.transaction(async (connection) => {
        await takeWriteLock(connection);
        const whose = { settingId, personId };
        await drop(connection, whose);
        const role = await roleOf(connection, whose);
        if (purpose === 'test' || purpose === 'notice') return true;
        if (purpose === 'weekly') return role !== undefined && readsSummaries(role);
        return findOpenNotice(connection, whose);
      }),
    /** What somebody may know of now, for their list. */
    conditionOf,
  };
}
