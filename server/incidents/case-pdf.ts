import PDFDocument from 'pdfkit';
import type { IncidentCase, IncidentEntryView } from '../../shared/api/incidents.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { outcomeCatalogue, stepsOf } from '../../shared/incident/outcomes.ts';
import type { CaseFile } from './case-proof.ts';
import { kindWords } from './entry-words.ts';

type Document = PDFKit.PDFDocument;

const grey = '#555555';
const severityWords = { check: 'to be looked at', act: 'needs attention', urgent: 'urgent' } as const;

/** A case as a PDF to be printed and signed. What its letters cannot show stands without its accents, or as "?"; the JSON export is exact. */
export function pdfOf(file: CaseFile): AsyncIterable<Uint8Array> {
  const { case: shown } = file;
  const document = new PDFDocument({
    size: 'A4',
    margins: { top: 56, bottom: 64, left: 56, right: 56 },
    bufferPages: true,
    info: { Title: `Incident ${shown.reference}`, Author: 'Hometime', CreationDate: new Date(file.exportedAt) },
  });
  front(document, file);
  for (const entry of shown.entries) entryOf(document, entry);
  proof(document, file);
  footers(document, shown.reference);
  document.end();
  return document;
}

function front(document: Document, file: CaseFile): void {
  const { case: shown, settingName, exportedAt, exportedBy } = file;
  document
    .font('Helvetica-Bold')
    .fontSize(18)
    .text(printable(`Incident ${shown.reference}`));
  const label = shown.confidential ? 'CONFIDENTIAL. ' : '';
  say(document, `${label}${settingName}. Exported ${timeOf(exportedAt)} by ${exportedBy}.`, { colour: grey });
  say(document, 'In immediate danger call 999.', { bold: true });
  document.moveDown();
  for (const [name, value] of factsOf(shown)) if (value !== null) say(document, `${name}: ${value}`);
  document.moveDown();
  for (const each of shown.outcomes) outcome(document, each);
  if (shown.attachments.length > 0) say(document, 'Files', { bold: true });
  for (const { name, type, bytes, digest } of shown.attachments)
    say(document, `- ${name} (${type}, ${bytes} bytes, SHA-256 ${digest})`);
  document.moveDown();
  say(document, `The record (${shown.entries.length} entries)`, { bold: true, size: 13 });
}

function factsOf(shown: IncidentCase): [name: string, value: string | null][] {
  const people = shown.people.map(({ role, initials }) => `${plain(role)} ${initials ?? ''}`.trim());
  return [
    ['What it is about', categoryCatalogue[shown.category].label],
    ['Severity', severityWords[shown.severity]],
    ['Device', shown.deviceName],
    ['State', shown.ongoing ? `${plain(shown.state)}, going on` : plain(shown.state)],
    ['First happened', timeOf(shown.openedAt)],
    ['Known to the setting', timeOf(shown.knownAt)],
    ['Last seen', timeOf(shown.lastAt)],
    ['How often', String(shown.count)],
    ['People involved', people.length === 0 ? null : people.join(', ')],
    ['Conduct', shown.assessment == null ? null : plain(shown.assessment.conduct)],
    ['Signed off', shown.assessment?.signedOffBy ?? null],
    ['Kept until', shown.keptUntil === null ? null : timeOf(shown.keptUntil)],
  ];
}

function outcome(document: Document, { outcome: code, decidedAt, steps }: IncidentCase['outcomes'][number]): void {
  say(document, `${outcomeCatalogue[code].label}, decided ${timeOf(decidedAt)}`, { bold: true });
  for (const { step, dueAt, settled } of steps) {
    const label = stepsOf(code).find((each) => each.code === step)?.step.label ?? step;
    const due = dueAt === null ? '' : ` (due ${timeOf(dueAt)})`;
    const by = settled?.by == null ? '' : `, ${settled.by}`;
    say(
      document,
      `- ${label}${due}: ${settled === null ? 'open' : `${plain(settled.how)}, ${timeOf(settled.doneAt)}${by}`}`,
    );
  }
}

function entryOf(document: Document, { number, at, kind, by, text, data, hash }: IncidentEntryView): void {
  document.moveDown(0.5);
  const who = by.name ?? (by.kind === 'server' ? 'Hometime' : by.kind);
  say(
    document,
    `${number}. ${kindWords(kind, data)}, ${timeOf(at)}, ${who}${by.role === null ? '' : ` (${plain(by.role)})`}`,
    { bold: true },
  );
  if (text !== null) say(document, text);
  if (kind === 'evidence' && data !== null)
    say(document, JSON.stringify(data, undefined, 1), { size: 7, colour: grey });
  say(document, hash, { size: 7, colour: grey });
}

function proof(document: Document, { proof: { head, signature, how } }: CaseFile): void {
  document.moveDown();
  say(document, 'Proof', { bold: true, size: 13 });
  say(document, `This record ends with entry ${head.number}, whose hash is ${head.hash}.`);
  say(document, `Signed by this server: ${signature}`, { size: 8 });
  say(document, `The JSON export of the same case holds every word that the hashes are made of. ${how}`, {
    size: 7,
    colour: grey,
  });
}

function footers(document: Document, reference: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    document.switchToPage(page);
    // Below the margin pdfkit would begin a new page.
    document.page.margins.bottom = 0;
    document.font('Helvetica').fontSize(8).fillColor(grey);
    document.text(printable(`Incident ${reference}, page ${page + 1} of ${count}`), 56, document.page.height - 40, {
      lineBreak: false,
    });
  }
}

function say(
  document: Document,
  text: string,
  { bold = false, size = 10, colour = '#000000' }: { bold?: boolean; size?: number; colour?: string } = {},
): void {
  document
    .font(bold ? 'Helvetica-Bold' : 'Helvetica')
    .fontSize(size)
    .fillColor(colour)
    .text(printable(text));
}

/** "2026-10-25 08:30 UTC": one that needs no time zone to be read years later. */
function timeOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** A code as words: "in-hand" is "in hand". */
function plain(code: string): string {
  return code.replaceAll('-', ' ');
}

/** The letters of the fonts that every reader of PDF has (Windows-1252). */
const unprintable = /[^\n\x20-\x7e\xa0-\xff\u20ac\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]/gu;
/** Letters whose stroke is no accent that could be taken off. */
const strokes = new Map([
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ı', 'i'],
]);

function printable(text: string): string {
  return text.normalize('NFC').replaceAll(unprintable, (letter) => {
    const base = strokes.get(letter) ?? letter.normalize('NFD').replaceAll(/\p{M}/gu, '');
    return base.replaceAll(unprintable, '?');
  });
}
