import { type PlistValue, parsePlist } from './plist.ts';

/** Thrown within this file only: the bytes are no whole property list. */
class NotAPlist extends Error {}

/** Lists of programs are flat; whatever nests deeper is noise, and must not fill the stack. */
const maxDepth = 32;
/** A list may name one value from many places: unfolding it must end. */
const maxValues = 50_000;
const trailerBytes = 32;

/** A list in its binary form: values, then a table of where each begins, then 32 bytes that tell the sizes. */
interface Reader {
  readonly bytes: Buffer;
  /** Where the sizes begin. */
  readonly end: number;
  readonly count: number;
  readonly table: number;
  readonly offsetSize: number;
  readonly referenceSize: number;
  /** Values read so far. */
  values: number;
}

/** A property list as it lies in a file, in either form: XML, or Apple's binary one (version 00). undefined: it is neither, or not whole. */
export function readPlist(bytes: Buffer): PlistValue | undefined {
  if (!bytes.subarray(0, 8).equals(Buffer.from('bplist00'))) return parsePlist(bytes.toString());
  try {
    const reader = openReader(bytes);
    return readValue(reader, readNumber(reader, reader.end + 16, 8), 0);
  } catch (error) {
    if (error instanceof NotAPlist) return undefined;
    throw error;
  }
}

function openReader(bytes: Buffer): Reader {
  const end = bytes.length - trailerBytes;
  if (end < 9) throw new NotAPlist();
  const [offsetSize, referenceSize] = [bytes.readUInt8(end + 6), bytes.readUInt8(end + 7)];
  const [count, table] = [readNumber({ bytes }, end + 8, 8), readNumber({ bytes }, end + 24, 8)];
  if (offsetSize === 0 || referenceSize === 0 || table + count * offsetSize > end) throw new NotAPlist();
  return { bytes, end, count, table, offsetSize, referenceSize, values: 0 };
}

function readNumber({ bytes }: Pick<Reader, 'bytes'>, at: number, size: number): number {
  if (size < 1 || size > 8 || at < 0 || at + size > bytes.length) throw new NotAPlist();
  const value = size <= 6 ? bytes.readUIntBE(at, size) : Number(bytes.readBigUInt64BE(at + size - 8));
  if (!Number.isSafeInteger(value)) throw new NotAPlist();
  return value;
}

function slice({ bytes, end }: Reader, at: number, length: number): Buffer {
  if (at + length > end) throw new NotAPlist();
  return bytes.subarray(at, at + length);
}

/** Each value begins with a byte: its kind above, its length below, or 15 and the length as a number behind it [P CFBinaryPList.c]. */
function readValue(reader: Reader, index: number, depth: number): PlistValue {
  reader.values += 1;
  if (index >= reader.count || depth > maxDepth || reader.values > maxValues) throw new NotAPlist();
  const at = readNumber(reader, reader.table + index * reader.offsetSize, reader.offsetSize);
  const first = slice(reader, at, 1).readUInt8();
  return first >> 4 <= 3 ? readPlain(reader, first, at + 1) : readMeasured(reader, first, at, depth);
}

/** A truth, a number or a date: its first byte tells its length. */
function readPlain(reader: Reader, first: number, from: number): PlistValue {
  switch (first >> 4) {
    case 0x0:
      if (first !== 0x08 && first !== 0x09) throw new NotAPlist();
      return first === 0x09;
    case 0x1:
      return readInteger(reader, from, 1 << (first & 0x0f));
    case 0x2:
      return (first & 0x0f) === 3 ? slice(reader, from, 8).readDoubleBE() : slice(reader, from, 4).readFloatBE();
    default:
      return toDate(slice(reader, from, 8).readDoubleBE());
  }
}

/** Seconds since 2001, held within what a date can be. */
function toDate(seconds: number): string {
  const ms = Math.min(8e15, Math.max(-8e15, 978_307_200_000 + seconds * 1000));
  return new Date(ms || 0).toISOString();
}

function readMeasured(reader: Reader, first: number, at: number, depth: number): PlistValue {
  const { length, from } = measure(reader, at);
  switch (first >> 4) {
    case 0x4:
      return slice(reader, from, length).toString('base64');
    case 0x5:
      return slice(reader, from, length).toString('latin1');
    case 0x6:
      return Buffer.from(slice(reader, from, length * 2))
        .swap16()
        .toString('utf16le');
    case 0xa:
      return references(reader, from, length).map((each) => readValue(reader, each, depth + 1));
    case 0xd:
      return readDictionary(reader, from, length, depth);
    default:
      throw new NotAPlist();
  }
}

/** The length of a value and where its content begins. */
function measure(reader: Reader, at: number): { length: number; from: number } {
  const low = slice(reader, at, 1).readUInt8() & 0x0f;
  if (low !== 0x0f) return { length: low, from: at + 1 };
  const marker = slice(reader, at + 1, 1).readUInt8();
  if (marker >> 4 !== 1) throw new NotAPlist();
  const size = 1 << (marker & 0x0f);
  return { length: readNumber(reader, at + 2, size), from: at + 2 + size };
}

/** Of eight bytes with a sign, of fewer without. Larger ones (sixteen bytes) say nothing of a program. */
function readInteger(reader: Reader, at: number, size: number): number {
  if (size === 8) return Number(slice(reader, at, 8).readBigInt64BE());
  if (size > 8) throw new NotAPlist();
  return readNumber(reader, at, size);
}

function references(reader: Reader, at: number, length: number): number[] {
  const { end, referenceSize } = reader;
  if (at + length * referenceSize > end) throw new NotAPlist();
  return Array.from({ length }, (_none, index) => readNumber(reader, at + index * referenceSize, referenceSize));
}

function readDictionary(reader: Reader, at: number, length: number, depth: number): PlistValue {
  const keys = references(reader, at, length);
  const held = references(reader, at + length * reader.referenceSize, length);
  const entries = new Map<string, PlistValue>();
  for (const [index, reference] of keys.entries()) {
    const key = readValue(reader, reference, depth + 1);
    // Two answers under one name: neither is to be believed.
    if (typeof key !== 'string' || entries.has(key)) throw new NotAPlist();
    entries.set(key, readValue(reader, held[index] ?? reader.count, depth + 1));
  }
  return Object.fromEntries(entries);
}
