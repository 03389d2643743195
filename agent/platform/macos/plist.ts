/** A property list as Apple's tools print it; dates and raw bytes stay text. */
export type PlistValue = string | number | boolean | PlistValue[] | { [key: string]: PlistValue };

/** Property lists of the system's tools are flat; whatever nests deeper is noise, and must not fill the stack. */
const maxDepth = 32;

/** One tag, with the white space before it. Apple's tools write neither attributes nor comments within. */
const nextTag = /\s*<(\/?)([a-z]+)\s*(\/?)>/y;
const prologue = /^\uFEFF?\s*(?:<\?xml [^<>]*\?>\s*)?(?:<!DOCTYPE plist [^<>[\]]*>\s*)?<plist(?: version="1\.0")?>/;
const epilogue = /\s*<\/plist>\s*$/y;

interface Reader {
  readonly text: string;
  at: number;
}

interface Tag {
  name: string;
  form: 'open' | 'close' | 'empty';
}

/** Thrown within this file only: the text is no whole property list. */
class NotAPlist extends Error {}

/**
 * Reads an XML property list. undefined: it is not one, or not all of one; a
 * text that is cut anywhere is never taken for a shorter list.
 */
export function parsePlist(text: string): PlistValue | undefined {
  const start = prologue.exec(text);
  if (start === null) return undefined;
  const reader: Reader = { text, at: start[0].length };
  try {
    const value = readValue(reader, readTag(reader), 0);
    epilogue.lastIndex = reader.at;
    return epilogue.test(text) ? value : undefined;
  } catch (error) {
    if (error instanceof NotAPlist) return undefined;
    throw error;
  }
}

function readTag(reader: Reader): Tag {
  nextTag.lastIndex = reader.at;
  const match = nextTag.exec(reader.text);
  const name = match?.[2];
  if (match === null || name === undefined) throw new NotAPlist();
  if (match[1] !== '' && match[3] !== '') throw new NotAPlist();
  reader.at = nextTag.lastIndex;
  return { name, form: match[1] !== '' ? 'close' : match[3] !== '' ? 'empty' : 'open' };
}

function readValue(reader: Reader, tag: Tag, depth: number): PlistValue {
  if (tag.form === 'close' || depth > maxDepth) throw new NotAPlist();
  switch (tag.name) {
    case 'true':
    case 'false':
      if (tag.form === 'open') closeTag(reader, tag.name);
      return tag.name === 'true';
    case 'dict':
      return tag.form === 'empty' ? {} : readDict(reader, depth);
    case 'array':
      return tag.form === 'empty' ? [] : readArray(reader, depth);
    case 'integer':
    case 'real':
      return toNumber(readText(reader, tag));
    case 'string':
    case 'date':
    case 'data':
      return readText(reader, tag);
    default:
      throw new NotAPlist();
  }
}

function readDict(reader: Reader, depth: number): PlistValue {
  const entries = new Map<string, PlistValue>();
  for (;;) {
    const tag = readTag(reader);
    if (tag.name === 'dict' && tag.form === 'close') return Object.fromEntries(entries);
    if (tag.name !== 'key') throw new NotAPlist();
    const key = readText(reader, tag);
    // Two answers under one name: neither is to be believed.
    if (entries.has(key)) throw new NotAPlist();
    entries.set(key, readValue(reader, readTag(reader), depth + 1));
  }
}

function readArray(reader: Reader, depth: number): PlistValue {
  const values: PlistValue[] = [];
  for (;;) {
    const tag = readTag(reader);
    if (tag.name === 'array' && tag.form === 'close') return values;
    values.push(readValue(reader, tag, depth + 1));
  }
}

function readText(reader: Reader, tag: Tag): string {
  if (tag.form === 'close') throw new NotAPlist();
  if (tag.form === 'empty') return '';
  const end = reader.text.indexOf('<', reader.at);
  if (end < 0) throw new NotAPlist();
  const raw = reader.text.slice(reader.at, end);
  reader.at = end;
  closeTag(reader, tag.name);
  return withoutEntities(raw);
}

function closeTag(reader: Reader, name: string): void {
  const end = `</${name}>`;
  if (!reader.text.startsWith(end, reader.at)) throw new NotAPlist();
  reader.at += end.length;
}

const named: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function withoutEntities(raw: string): string {
  return raw.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));|&/g, (_all, name, decimal, hex) => {
    if (name !== undefined) return named[String(name)] ?? '';
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number.parseInt(String(decimal), 10);
    if (!(code > 0 && code <= 0x10ffff)) throw new NotAPlist();
    return String.fromCodePoint(code);
  });
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new NotAPlist();
  return value;
}
