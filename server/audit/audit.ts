import type { Clock } from '../../shared/instant.ts';
import { instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { type ChainedEntry, insertEntries, takeHead, writeHead } from './audit-store.ts';
import { canonicalJson, chainOf, type HeadSigner, hashOf, storable } from './chain.ts';

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
        await append(transaction, { signer, at, settingId, entries: ofSetting });
      }
    };
    if (connection.isTransaction === true) await appendAll(connection);
    else if (entries.length > 0) await connection.transaction(appendAll);
  };
  return Object.assign((connection: Connection, entry: AuditEntry) => many(connection, [entry]), { many });
}

async function append(
  connection: Connection,
  {
    signer,
    at,
    settingId,
    entries,
  }: { signer: HeadSigner; at: string; settingId: string | null; entries: readonly AuditEntry[] },
): Promise<void> {
  const chain = chainOf(settingId);
  const head = await takeHead(connection, chain);
  const written: ChainedEntry[] = [];
  for (const { actor, action, subject, data } of entries) {
    const entry = {
      settingId,
      number: head.number + 1,
      at,
      actor: storable(actor),
      action,
      subject: subject === undefined ? null : storable(subject),
      data: canonicalJson(data ?? {}),
    };
    head.hash = hashOf(entry, head.hash);
    head.number = entry.number;
    written.push({ ...entry, hash: head.hash });
  }
  await insertEntries(connection, written);
  await writeHead(connection, chain, { ...head, signature: signer.sign(chain, head) });
}
