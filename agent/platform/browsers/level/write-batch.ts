import { deletion, type Entry, type IsWanted, keyText, put } from './entry.ts';
import { makeVarint, readVarint } from './varint.ts';

const headerBytes = 12;

/**
 * The writes in one record of a log: the number of the first, how many, then each
 * as what it is, its key and, for a put, its value (LevelDB's write_batch.cc).
 * undefined: damaged. Values are stepped over.
 */
export function readBatch(record: Uint8Array, isWanted: IsWanted): Entry[] | undefined {
  const entries: Entry[] = [];
  const whole = eachWrite(record, ({ key, sequence, value }) => {
    if (isWanted(key)) entries.push({ key: keyText(key), sequence, present: value !== undefined });
  });
  return whole ? entries : undefined;
}

/** One write as it stands in a file; both parts are only lent. No value: a deletion. */
export interface Write {
  key: Uint8Array;
  sequence: number;
  value: Uint8Array | undefined;
}

/** Goes through the writes in one record of a log; false: damaged. */
export function eachWrite(record: Uint8Array, take: (write: Write) => void): boolean {
  if (record.length < headerBytes) return false;
  const view = new DataView(record.buffer, record.byteOffset, headerBytes);
  const first = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const count = view.getUint32(8, true);
  let at = headerBytes;
  for (let done = 0; done < count; done += 1) {
    const write = readWrite(record, at);
    if (write === undefined) return false;
    take({ key: write.key, sequence: first + done, value: write.value });
    at = write.end;
  }
  return at === record.length;
}

function readWrite(
  record: Uint8Array,
  at: number,
): { key: Uint8Array; value: Uint8Array | undefined; end: number } | undefined {
  const kind = record[at];
  const length = readVarint(record, at + 1);
  if (length === undefined || (kind !== put && kind !== deletion)) return undefined;
  const keyEnd = length.end + length.value;
  const value = kind === put ? readVarint(record, keyEnd) : undefined;
  if (kind === put && value === undefined) return undefined;
  const end = value === undefined ? keyEnd : value.end + value.value;
  if (end > record.length) return undefined;
  return { key: record.subarray(length.end, keyEnd), value: value && record.subarray(value.end, end), end };
}

/** One record of a log in which every key gets its value, as LevelDB would write it. */
export function makeBatch(entries: readonly (readonly [Uint8Array, Uint8Array])[], firstSequence: number): Buffer {
  const head = Buffer.alloc(headerBytes);
  head.writeUIntLE(firstSequence, 0, 6);
  head.writeUInt32LE(entries.length, 8);
  const parts: Uint8Array[] = [head];
  for (const [key, value] of entries) {
    parts.push(Uint8Array.of(put), makeVarint(key.length), key, makeVarint(value.length), value);
  }
  return Buffer.concat(parts);
}
