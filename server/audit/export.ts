import type { AuditEntryView } from '../../shared/api/safeguards.ts';
import type { Connection } from '../storage/database.ts';
import { entriesAfter } from './audit-store.ts';
import { viewsOf } from './together.ts';

const entriesAtOnce = 500;
export const exportFormats = { csv: 'text/csv', jsonl: 'application/jsonl' } as const;
export type ExportFormat = keyof typeof exportFormats;

/** The whole log of a setting (null: the server's own), oldest first, a few hundred rows a piece: the database is free between them. */
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
    const piece = heading + entries.flatMap(viewsOf).map(write).join('');
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
