import { type PlistValue, parsePlist } from './plist.ts';

/** Thrown within this file only: the bytes are no whole property list. */
class NotAPlist extends Error {}

/** Lists of programs are flat; whatever nests deeper is noise, and must not fill the stack. */
const maxDepth = 32;
/** A list may name one value from many places: unfolding it must end. */
const maxValues = 50_000;
const trailerBytes = 32;

/** A property list as it lies in a file, in either form: XML, or Apple's binary one (version 00). undefined: it is neither, or not whole. */
export function readPlist(bytes: Buffer): PlistValue | undefined {
  if (!bytes.subarray(0, 8).equals(Buffer.from('bplist00'))) return parsePlist(bytes.toString());
  try {
    return createReader(bytes).top();
  } catch (error) {
    if (error instanceof NotAPlist) return undefined;
    throw error;
  }
}

/**
 * The binary form: values, then a table of where each begins, then 32 bytes that tell
 * the sizes. Each value begins with a byte: its kind above, its length below, or 15 and
 * the length as a number behind it [P CFBinaryPList.c].
 */
function createReader(bytes: Buffer) {
  const end = bytes.length - trailerBytes;
  if (end < 9) throw new NotAPlist();
  const offsetSize = bytes.readUInt8(end + 6);
  const referenceSize = bytes.readUInt8(end + 7);
  const count = number(end + 8, 8);
  const table = number(end + 24, 8);
  if (offsetSize === 0 || referenceSize === 0 || table + count * offsetSize > end) throw new NotAPlist();
  let values = 0;

  function number(at: number, size: number): number {
    if (size < 1 || size > 8 || at < 0 || at + size > bytes.length) throw new NotAPlist();
    const value = size <= 6 ? bytes.readUIntBE(at, size) : Number(bytes.readBigUInt64BE(at + size - 8));
    if (!Number.isSafeInteger(value)) throw new NotAPlist();
    return value;
  }

  function slice(at: number, length: number): Buffer {
    if (at + length > end) throw new NotAPlist();
    return bytes.subarray(at, at + length);
  }

  /** The length of a value and where its content begins. */
  function measure(at: number): { length: number; from: number } {
    const low = bytes.readUInt8(at) & 0x0f;
    if (low !== 0x0f) return { length: low, from: at + 1 };
    const marker = slice(at + 1, 1).readUInt8();
    if (marker >> 4 !== 1) throw new NotAPlist();
    const size = 1 << (marker & 0x0f);
    return { length: number(at + 2, size), from: at + 2 + size };
  }

  function value(index: number, depth: number): PlistValue {
    values += 1;
    if (index >= count || depth > maxDepth || values > maxValues) throw new NotAPlist();
    const at = number(table + index * offsetSize, offsetSize);
    const kind = slice(at, 1).readUInt8();
    const { length, from } = [0x0, 0x1, 0x2, 0x3].includes(kind >> 4) ? { length: 0, from: at + 1 } : measure(at);
    switch (kind >> 4) {
      case 0x0:
        if (kind !== 0x08 && kind !== 0x09) throw new NotAPlist();
        return kind === 0x09;
      case 0x1:
        return integer(from, 1 << (kind & 0x0f));
      case 0x2:
        return (kind & 0x0f) === 3 ? slice(from, 8).readDoubleBE() : slice(from, 4).readFloatBE();
      case 0x3:
        return new Date(
          Math.min(8e15, Math.max(-8e15, 978_307_200_000 + slice(from, 8).readDoubleBE() * 1000)) || 0,
        ).toISOString();
      case 0x4:
        return slice(from, length).toString('base64');
      case 0x5:
        return slice(from, length).toString('latin1');
      case 0x6:
        return Buffer.from(slice(from, length * 2))
          .swap16()
          .toString('utf16le');
      case 0xa:
        return references(from, length).map((each) => value(each, depth + 1));
      case 0xd:
        return dictionary(from, length, depth);
      default:
        throw new NotAPlist();
    }
  }

  /** Of eight bytes with a sign, of fewer without. Larger ones (sixteen bytes) say nothing of a program. */
  function integer(at: number, size: number): number {
    if (size === 8) return Number(slice(at, 8).readBigInt64BE());
    if (size > 8) throw new NotAPlist();
    return number(at, size);
  }

  function references(at: number, length: number): number[] {
    if (at + length * referenceSize > end) throw new NotAPlist();
    return Array.from({ length }, (_none, index) => number(at + index * referenceSize, referenceSize));
  }

  function dictionary(at: number, length: number, depth: number): PlistValue {
    const keys = references(at, length);
    const held = references(at + length * referenceSize, length);
    const entries = new Map<string, PlistValue>();
    for (const [index, reference] of keys.entries()) {
      const key = value(reference, depth + 1);
      // Two answers under one name: neither is to be believed.
      if (typeof key !== 'string' || entries.has(key)) throw new NotAPlist();
      entries.set(key, value(held[index] ?? count, depth + 1));
    }
    return Object.fromEntries(entries);
  }

  return { top: () => value(number(end + 16, 8), 0) };
}
