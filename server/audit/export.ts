import { z } from 'zod';
import type { AuditEntryView } from '../../shared/api/safeguards.ts';
import type { Connection } from '../storage/database.ts';
import { entriesAfter, type StoredEntry } from './audit-store.ts';

const entriesAtOnce = 500;
const dataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const exportFormats = { csv: 'text/csv', jsonl: 'application/jsonl' } as const;
export type ExportFormat = keyof typeof exportFormats;

/** An entry as people and programs are shown it. What was tampered with is shown as far as it can be; the verification tells it. */
export function viewOfEntry({ number, at, actor, action, subject, data, hash }: StoredEntry): AuditEntryView {
  return { number, at, actor, action, subject, data: readData(data), hash };
}

function readData(text: string): AuditEntryView['data'] {
  try {
    return dataSchema.parse(JSON.parse(text));
  } catch {
    return { unreadable: text };
  }
}

/** The whole log of a setting (null: the server's own), oldest first, a few hundred entries a piece: the database is free between them. */
export async function* exportEntries(
  db: Connection,
  settingId: string | null,
  format: ExportFormat,
): AsyncGenerator<string> {
  const write = format === 'csv' ? csvRow : (entry: AuditEntryView) => `${JSON.stringify(entry)}\n`;
  // With the first entries, so that a database that fails is told before anything is sent.
  let heading = format === 'csv' ? 'number,at,actor,action,subject,data,hash\r\n' : '';
  let place = { number: Number.MIN_SAFE_INTEGER, id: 0 };
  for (;;) {
    const entries = await entriesAfter(db, settingId, place, entriesAtOnce);
    const piece = heading + entries.map((entry) => write(viewOfEntry(entry))).join('');
    heading = '';
    if (piece !== '') yield piece;
    const last = entries.at(-1);
    if (last === undefined || entries.length < entriesAtOnce) return;
    place = { number: last.number, id: last.id };
  }
}

function csvRow({ number, at, actor, action, subject, data, hash }: AuditEntryView): string {
  return `${[String(number), at, actor, action, subject ?? '', JSON.stringify(data), hash].map(csvCell).join(',')}\r\n`;
}

/** DANGER: a spreadsheet runs what begins like a formula, and people choose their names; an apostrophe before it makes it text. */
export function csvCell(text: string): string {
  const safe = /^[\s\p{C}]*[=+\-@\uff0b\uff0d\uff1d\uff20|%]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
