import type { Clock } from '../../shared/instant.ts';
import { instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { type ChainedEntry, insertEntries, moveHead, takeHead, writeHead } from './audit-store.ts';
import { canonicalJson, chainOf, type Head, type HeadSigner, hashOf, storable } from './chain.ts';

/** What happened, for the record. Append-only; names, ids and codes, never a secret. */
export interface AuditEntry {
  settingId: string | null;
  /** A person's or token's name, "server", or a device's id. */
  actor: string;
  /** Stable code, noun and verb: "enrolment-link.made", "enrolment.refused". */
  action: string;
  /** The id of what it was done to. */
  subject?: string;
  data?: Record<string, string | number | boolean | null>;
}

/** Writes entries; inside a transaction they stand or fall with it. */
export interface Audit {
  (connection: Connection, entry: AuditEntry): Promise<void>;
  /** Many at once, of one setting or of several, in the order given: ten thousand cost one statement more than one. */
  many(connection: Connection, entries: readonly AuditEntry[]): Promise<void>;
}

/**
 * The log of each setting, and the server's own: every entry holds the hash of
 * the one before it, and the last hash is signed.
 */
export function createAudit({ clock, signer }: { clock: Clock; signer: HeadSigner }): Audit {
  const append = createAppending(signer);
  const many = async (connection: Connection, entries: readonly AuditEntry[]): Promise<void> => {
    const at = instant(clock.now());
    const bySetting = new Map<string | null, AuditEntry[]>();
    for (const entry of entries) {
      const ofSetting = bySetting.get(entry.settingId);
      if (ofSetting === undefined) bySetting.set(entry.settingId, [entry]);
      else ofSetting.push(entry);
    }
    const appendAll = async (transaction: Connection): Promise<void> => {
      for (const [settingId, ofSetting] of bySetting) {
        await append(transaction, { at, settingId, entries: ofSetting });
      }
    };
    if (connection.isTransaction === true) await appendAll(connection);
    else if (entries.length > 0) await connection.transaction(appendAll);
  };
  return Object.assign((connection: Connection, entry: AuditEntry) => many(connection, [entry]), { many });
}

interface Appending {
  settingId: string | null;
  at: string;
  entries: readonly AuditEntry[];
}

/**
 * Heads as this process wrote them last; a guess, for the database alone knows: a transaction that was
 * rolled back or another process makes it a wrong one, and then the head is read.
 */
function createAppending(signer: HeadSigner) {
  const guesses = new Map<string, Head>();
  return async (connection: Connection, appending: Appending): Promise<void> => {
    const chain = chainOf(appending.settingId);
    const guess = guesses.get(chain);
    const onGuess = guess && chained(guess, appending);
    const signed = onGuess && { ...onGuess.head, signature: signer.sign(chain, onGuess.head) };
    if (guess && onGuess && signed && (await moveHead(connection, chain, { seen: guess, next: signed }))) {
      guesses.set(chain, onGuess.head);
      return insertEntries(connection, onGuess.written);
    }
    const { head, written } = chained(await takeHead(connection, chain), appending);
    await writeHead(connection, chain, { ...head, signature: signer.sign(chain, head) });
    guesses.set(chain, head);
    await insertEntries(connection, written);
  };
}

/** Entries as they follow a head, and the head after them. */
function chained(from: Head, { settingId, at, entries }: Appending): { head: Head; written: ChainedEntry[] } {
  const written: ChainedEntry[] = [];
  let { number, hash } = from;
  for (const { actor, action, subject, data } of entries) {
    number += 1;
    const entry = {
      settingId,
      number,
      at,
      actor: storable(actor),
      action,
      subject: subject === undefined ? null : storable(subject),
      data: canonicalJson(data ?? {}),
    };
    hash = hashOf(entry, hash);
    written.push({ ...entry, hash });
  }
  return { head: { number, hash }, written };
}
