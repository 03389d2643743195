import type { AuditVerification } from '../../shared/api/safeguards.ts';
import type { Connection } from '../storage/database.ts';
import { entriesAfter, readHead, type StoredEntry, standsBeforeFirst } from './audit-store.ts';
import { chainOf, genesis, type Head, type HeadSigner, hashOf } from './chain.ts';
import type { SignedHead } from './heads.ts';
import { countOf, togetherAction } from './together.ts';

const entriesAtOnce = 1_000;
const unnumbered = 'there twice, or an entry with no number of its own was added';

type Fault = NonNullable<AuditVerification['fault']>;

/**
 * Reads the whole log of a setting (null: the server's own) and answers the first
 * entry that is not as it was written. `noted` are heads somebody wrote down
 * elsewhere: a log cut back to an older state together with its signed head
 * can be told by them alone. Entries written meanwhile are read as well.
 */
export async function verifyChain(
  parts: { db: Connection; signer: HeadSigner },
  settingId: string | null,
  noted: readonly Head[] = [],
): Promise<AuditVerification> {
  const { db, signer } = parts;
  const read: Reading = { number: 0, hash: genesis, place: { number: Number.MIN_SAFE_INTEGER, id: 0 } };
  const chain = chainOf(settingId);
  if (await standsBeforeFirst(db, settingId)) return answer(read, { number: 1, what: unnumbered });
  for (;;) {
    // The head is read first: whatever is written after it is told by the next round.
    const head = await readHead(db, chain);
    const fault = (await readOn(db, settingId, read, noted)) ?? faultOfHead(chain, head, signer);
    if (fault !== undefined) return answer(read, fault);
    if (head === undefined) return answer(read, { number: 1, what: 'the whole log is missing' });
    if (read.number <= head.number) return answer(read, faultOfEnd(read, head));
    const later = (await readHead(db, chain))?.number ?? 0;
    if (read.number > later) {
      return answer(read, { number: later + 1, what: 'added by somebody else than this server' });
    }
  }
}

function faultOfEnd(read: Head, head: Head): Fault | undefined {
  if (read.number < head.number) {
    const what = `missing, and all after it: ${head.number} entries were written, ${read.number} are left`;
    return { number: read.number + 1, what };
  }
  if (read.hash === head.hash) return undefined;
  return { number: Math.max(1, head.number), what: 'written anew: it is not the one whose hash was signed' };
}

/** How far the log was read, and the hash it should have there. */
interface Reading extends Head {
  place: { number: number; id: number };
}

async function readOn(
  db: Connection,
  settingId: string | null,
  read: Reading,
  noted: readonly Head[],
): Promise<Fault | undefined> {
  for (;;) {
    const entries = await entriesAfter(db, settingId, read.place, entriesAtOnce);
    for (const entry of entries) {
      const fault = faultOf(entry, read);
      if (fault !== undefined) return fault;
      const differs = noted.some(
        (head) => head.number > read.number && head.number <= entry.number && head.hash !== entry.hash,
      );
      if (differs) return { number: entry.number, what: 'not the one whose hash was noted down' };
      Object.assign(read, { number: entry.number, hash: entry.hash, place: { number: entry.number, id: entry.id } });
    }
    if (entries.length < entriesAtOnce) break;
  }
  const beyond = noted.find((head) => head.number > read.number);
  if (beyond === undefined) return undefined;
  return { number: read.number + 1, what: `missing: entry ${beyond.number} was noted down, ${read.number} are left` };
}

function faultOf(entry: StoredEntry, { number, hash }: Head): Fault | undefined {
  const expected = number + 1;
  const changed = { number: expected, what: 'not as it was written, or not in its place' };
  if (entry.number === number + (countOf(entry) ?? 1)) return hashOf(entry, hash) === entry.hash ? undefined : changed;
  // What it holds no longer fits its number, and nothing else is known to be wrong.
  if (entry.action === togetherAction && entry.number > expected) return changed;
  if (Number.isSafeInteger(entry.number) && entry.number > expected) return { number: expected, what: 'missing' };
  return { number: Math.max(1, number), what: unnumbered };
}

function faultOfHead(chain: string, head: SignedHead | undefined, signer: HeadSigner): Fault | undefined {
  if (head === undefined || signer.isSigned(chain, head, head.signature)) return undefined;
  const number = Number.isSafeInteger(head.number) ? Math.max(1, head.number) : 1;
  return { number, what: 'not signed by this server: the end of the log was written by somebody else' };
}

function answer({ number, hash }: Head, fault: Fault | undefined): AuditVerification {
  return { intact: fault === undefined, entries: number, head: number === 0 ? null : hash, fault: fault ?? null };
}
