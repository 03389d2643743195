import type { AuditAction } from '../../shared/api/audit-actions.ts';
import type { Clock } from '../../shared/instant.ts';
import { instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { MovedMeanwhile, type Written, writeDown } from '../storage/written.ts';
import { takeHead } from './audit-store.ts';
import { chainOf, type Head, type HeadSigner, hashOf } from './chain.ts';
import { rowOf } from './together.ts';

/** What happened, for the record. Append-only; names, ids and codes, never a secret. */
export interface AuditEntry {
  settingId: string | null;
  /** A person's or token's name, "server", or a device's id. */
  actor: string;
  action: AuditAction;
  /** The id of what it was done to. */
  subject?: string;
  data?: Record<string, string | number | boolean | null>;
}

/** Writes entries; inside a transaction they stand or fall with it. */
export interface Audit {
  (connection: Connection, entry: AuditEntry): Promise<void>;
  /** Many at once, of one setting or of several, in the order given: ten thousand are one statement, as one is. */
  many(connection: Connection, entries: readonly AuditEntry[]): Promise<void>;
  /** The same, and in the very same statement what they tell of. Throws MovedMeanwhile, with nothing written, when an order or a device is not as it was seen. */
  along(connection: Connection, entries: readonly AuditEntry[], what: Told): Promise<void>;
}

/** What entries tell of. */
export type Told = Pick<Written, 'idle' | 'commands' | 'steps'>;

/**
 * The log of each setting, and the server's own: every row holds the hash of
 * the one before it, and the last hash is signed.
 */
export function createAudit({ clock, signer }: { clock: Clock; signer: HeadSigner }): Audit {
  const append = createAppending(signer);
  const along = async (connection: Connection, entries: readonly AuditEntry[], what: Told): Promise<void> => {
    const at = instant(clock.now());
    const logs = new Map<string | null, AuditEntry[]>();
    for (const entry of entries) {
      const log = logs.get(entry.settingId);
      if (log === undefined) logs.set(entry.settingId, [entry]);
      else log.push(entry);
    }
    if (entries.length > 0)
      await append(
        connection,
        [...logs].map(([settingId, own]) => ({ at, settingId, entries: own })),
        what,
      );
  };
  return Object.assign((connection: Connection, entry: AuditEntry) => along(connection, [entry], {}), {
    along,
    many: (connection: Connection, entries: readonly AuditEntry[]) => along(connection, entries, {}),
  });
}

interface Appending {
  settingId: string | null;
  at: string;
  entries: readonly AuditEntry[];
}

/** An appending as it follows the head that was seen. */
interface Chained {
  chain: string;
  seen: Head;
  head: Head;
  row: Written['entries'][number];
}

/**
 * Heads as this process wrote them last; a guess, for the database alone knows: a transaction that was
 * rolled back or another process makes it a wrong one, and then the head is read.
 */
function createAppending(signer: HeadSigner) {
  const guesses = new Map<string, Head>();
  // DANGER: signing on from an end that is not this server's own would make what somebody else wrote there genuine.
  const forged = new Set<string>();

  const write = async (connection: Connection, chained: readonly Chained[], what: Told): Promise<void> => {
    const heads = chained.map(({ chain, seen, head }) => [
      ...[chain, seen.number, seen.hash, head.number, head.hash, forged.has(chain) ? '' : signer.sign(chain, head)],
    ]);
    await writeDown(connection, { heads, entries: chained.map(({ row }) => row), ...what });
    for (const { chain, head } of chained) guesses.set(chain, head);
  };

  const onGuess = async (connection: Connection, all: readonly Appending[], what: Told): Promise<boolean> => {
    const chained = all.flatMap((one) => {
      const seen = guesses.get(chainOf(one.settingId));
      return seen === undefined ? [] : [follow(seen, one)];
    });
    if (chained.length < all.length) return false;
    try {
      await write(connection, chained, what);
      return true;
    } catch (error) {
      if (error instanceof MovedMeanwhile && error.what === 'head-moved') return false;
      throw error;
    }
  };

  const onTaken = async (connection: Connection, all: readonly Appending[], what: Told): Promise<void> => {
    const chained: Chained[] = [];
    for (const one of all) {
      const chain = chainOf(one.settingId);
      const { signature, ...head } = await takeHead(connection, chain);
      if (head.number === 0 || signer.isSigned(chain, head, signature)) forged.delete(chain);
      else forged.add(chain);
      chained.push(follow(head, one));
    }
    await write(connection, chained, what);
  };

  return async (connection: Connection, all: readonly Appending[], what: Told): Promise<void> => {
    if (await onGuess(connection, all, what)) return;
    if (connection.isTransaction === true) await onTaken(connection, all, what);
    else await connection.transaction((transaction) => onTaken(transaction, all, what));
  };
}

/** One row for all of them; its number is the last one's. */
function follow(seen: Head, { settingId, at, entries }: Appending): Chained {
  const number = seen.number + entries.length;
  const { actor, action, subject, data } = rowOf(entries);
  const hash = hashOf({ settingId, number, at, actor, action, subject, data }, seen.hash);
  const row = [settingId, number, at, actor, action, subject, data, hash];
  return { chain: chainOf(settingId), seen, head: { number, hash }, row };
}
