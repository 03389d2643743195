import { createHash, randomBytes } from 'node:crypto';
import type { EntryActor } from '../../shared/incident/entries.ts';

/** What stands before the first entry of every case and of every register. */
export const genesis = '';

/** The name under which the register of a setting is signed: no audit log has one like it. */
export const registerChain = (settingId: string): string => `incidents ${settingId}`;
/** The name under which the end of one case is signed when it is exported. */
export const caseChain = (incidentId: string): string => `incident ${incidentId}`;

/** The words of an entry: all of it that a purge takes away. */
export interface Content {
  /** Random: after a purge nobody can try out what the words may have been. */
  salt: string;
  actorId: string | null;
  actorName: string | null;
  text: string | null;
  /** Canonical JSON of the shape of its kind. The text itself, for a hash over what it means would not see its bytes change. */
  data: string;
}

/** An entry without its words, as it stays for ever. */
export interface WrittenEntry {
  incidentId: string;
  settingId: string;
  /** From 1, without a gap, in each case. */
  number: number;
  at: string;
  kind: string;
  actorKind: EntryActor['kind'];
  actorRole: string | null;
  contentDigest: string;
}

export const newSalt = (): string => randomBytes(16).toString('hex');

export function contentDigest({ salt, actorId, actorName, text, data }: Content): string {
  return sha256([salt, actorId, actorName, text, data]);
}

/** SHA-256 over an entry and the hash before it in its case, lower-case hex. */
export function entryHash(entry: WrittenEntry, previous: string): string {
  const { incidentId, settingId, number, at, kind, actorKind, actorRole, contentDigest: digest } = entry;
  return sha256([incidentId, settingId, number, at, kind, actorKind, actorRole, digest, previous]);
}

/** SHA-256 over a line of the register: that an entry was written, after which other one of the setting's. */
export function registerHash(line: { settingId: string; number: number; entryHash: string }, previous: string): string {
  return sha256([line.settingId, line.number, line.entryHash, previous]);
}

function sha256(words: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex');
}

/** Keys in order at every depth, so that the same data is the same text. */
export function canonical(value: unknown): string {
  return storable(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ),
  );
}

/** Text as the database gives it back: half a character and NUL would come back as something else, and look like a forgery. */
export function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString();
}
