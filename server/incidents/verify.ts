import { z } from 'zod';
import type { Head, HeadSigner } from '../audit/chain.ts';
import type { Connection } from '../storage/database.ts';
import type { AttachmentFiles } from './attachment-files.ts';
import { genesis, registerChain, registerHash } from './chain.ts';
import { entriesOf, readHead } from './record-store.ts';
import { checkCase } from './verify-case.ts';

export interface VerifyParts {
  db: Connection;
  signer: HeadSigner;
  files: AttachmentFiles;
}

/** What is not as it was written; `incidentId` null: in the register. */
export interface Fault {
  incidentId: string | null;
  number: number | null;
  what: string;
}

/** What the check of a whole record found: for whoever may use the server itself, as it tells of every case. */
export interface Verified {
  intact: boolean;
  cases: number;
  entries: number;
  attachments: number;
  /** "N:HASH" of the register's end: noted down elsewhere, it tells of a record that was put back to an older state. */
  head: string | null;
  faults: Fault[];
  /** What was counted of each case. */
  counts: ReadonlyMap<string, { entries: number; attachments: number }>;
}

const linesAtOnce = 1_000;

/**
 * Reads the whole record of a setting: the register line by line, every entry of every case with its words, what the
 * tables hold of each case against what its entries come to, and every attachment. `noted` are ends of the register
 * that somebody wrote down elsewhere: a record put back to an older state as a whole can be told by them alone.
 */
export async function verifyRecord(
  { db, signer, files }: VerifyParts,
  settingId: string,
  noted: readonly Head[] = [],
): Promise<Verified> {
  // As it stands at one moment: what is written meanwhile would look like a forgery. Files are read afterwards.
  const read = await db.transaction((connection) => checkEntries(connection, { settingId, signer, noted }));
  const faults = [...read.faults, ...(await checkAttachments(files, read.attached))];
  return {
    intact: faults.length === 0,
    cases: read.counts.size,
    entries: [...read.counts.values()].reduce((sum, { entries }) => sum + entries, 0),
    attachments: read.attached.length,
    head: read.end.number === 0 ? null : `${read.end.number}:${read.end.hash}`,
    faults,
    counts: read.counts,
  };
}

async function checkEntries(
  db: Connection,
  { settingId, signer, noted }: { settingId: string; signer: HeadSigner; noted: readonly Head[] },
) {
  const faults: Fault[] = [];
  const register = await readRegister(db, settingId, noted);
  faults.push(...register.faults, ...faultsOfHead(await readHead(db, settingId), register.end, { settingId, signer }));
  const counts = new Map<string, { entries: number; attachments: number }>();
  const attached: Attached[] = [];
  for (const id of await caseIds(db, settingId)) {
    const own = await entriesOf(db, [id]).catch(() => undefined);
    counts.set(id, { entries: own?.length ?? 0, attachments: 0 });
    if (own === undefined) {
      faults.push({ incidentId: id, number: null, what: 'an entry cannot be read' });
      continue;
    }
    const found = await checkCase(db, { id, settingId }, own);
    for (const { hash, number } of own) {
      if (!register.hashes.delete(hash))
        found.faults.push({ incidentId: id, number, what: 'not in the register: added by somebody else' });
    }
    faults.push(...found.faults);
    attached.push(...found.attached);
    counts.set(id, { entries: own.length, attachments: found.attached.length });
  }
  for (const number of register.hashes.values())
    faults.push({ incidentId: null, number, what: 'in the register, but the entry itself is missing' });
  return { counts, faults, attached, end: register.end };
}

/** A file that an entry names. */
export interface Attached {
  incidentId: string;
  number: number;
  digest: string;
  bytes: number;
}

async function checkAttachments(files: AttachmentFiles, attached: readonly Attached[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { incidentId, number, digest, bytes } of attached) {
    const found = await files.digestOf(incidentId, digest);
    if (found === undefined) faults.push({ incidentId, number, what: 'its attachment is missing' });
    else if (found.digest !== digest || found.bytes !== bytes)
      faults.push({ incidentId, number, what: 'its attachment is not as it was given' });
  }
  return faults;
}

const lineSchema = z.object({ number: z.unknown(), entry_hash: z.unknown(), hash: z.unknown() });

async function readRegister(db: Connection, settingId: string, noted: readonly Head[]) {
  const faults: Fault[] = [];
  const hashes = new Map<unknown, number>();
  let end: Head = { number: 0, hash: genesis };
  for (let read = 0; ; read += linesAtOnce) {
    const lines = await linesFrom(db, settingId, read);
    for (const line of lines) {
      const number = end.number + 1;
      const what = faultOfLine(line, { settingId, end });
      if (what !== undefined) faults.push(inRegister(number, what));
      if (hashes.has(line.entry_hash)) faults.push(inRegister(number, 'names an entry twice'));
      hashes.set(line.entry_hash, number);
      end = { number, hash: String(line.hash) };
      if (isOtherThanNoted(end, noted)) faults.push(inRegister(number, 'not the one whose hash was noted down'));
    }
    if (lines.length < linesAtOnce) break;
  }
  const { number: left } = end;
  for (const { number } of noted.filter((head) => head.number > left))
    faults.push(inRegister(left + 1, `missing: line ${number} was noted down, ${left} are left`));
  return { faults, hashes, end };
}

function inRegister(number: number, what: string): Fault {
  return { incidentId: null, number, what: `register: ${what}` };
}

function faultOfLine(
  { number, entry_hash: entry, hash }: z.infer<typeof lineSchema>,
  { settingId, end }: { settingId: string; end: Head },
): string | undefined {
  const expected = end.number + 1;
  const written = registerHash({ settingId, number: expected, entryHash: String(entry) }, end.hash);
  const isInPlace = number === expected && typeof entry === 'string' && written === hash;
  return isInPlace ? undefined : 'not as it was written, or not in its place';
}

function isOtherThanNoted(end: Head, noted: readonly Head[]): boolean {
  return noted.some(({ number, hash }) => number === end.number && hash !== end.hash);
}

async function linesFrom(db: Connection, settingId: string, read: number) {
  const rows: unknown = await db('incident_register')
    .where({ setting_id: settingId })
    .orderBy('number')
    .limit(linesAtOnce)
    .offset(read)
    .select('number', 'entry_hash', 'hash');
  return z.array(lineSchema).parse(rows);
}

function faultsOfHead(
  head: (Head & { signature: string }) | undefined,
  end: Head,
  { settingId, signer }: { settingId: string; signer: HeadSigner },
): Fault[] {
  const fault = (what: string): Fault[] => [inRegister(end.number, what)];
  if (head === undefined) return end.number === 0 ? [] : fault('its signed end is missing');
  if (!signer.isSigned(registerChain(settingId), head, head.signature))
    return fault('not signed by this server: its end was written by somebody else');
  if (head.number !== end.number || head.hash !== end.hash)
    return fault(`${head.number} lines were written, ${end.number} are left, or the last is another`);
  return [];
}

/** Every case there is or should be, by its row or by an entry. */
async function caseIds(db: Connection, settingId: string): Promise<string[]> {
  const rows: unknown = await db.raw(
    'select id from incidents where setting_id = ? union select incident_id from incident_entries where setting_id = ? order by 1',
    [settingId, settingId],
  );
  return z
    .array(z.object({ id: z.coerce.string() }))
    .parse(rows)
    .map(({ id }) => id);
}
