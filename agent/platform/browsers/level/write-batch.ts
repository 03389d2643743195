import { deletion, type Entry, type IsWanted, keyText, put } from './entry.ts';
import { readVarint, skipCounted } from './varint.ts';

const headerBytes = 12;

/**
 * The writes in one record of a log: the number of the first, how many, then each
 * as what it is, its key and, for a put, its value (LevelDB's write_batch.cc).
 * undefined: damaged. Values are stepped over.
 */
export function readBatch(record: Uint8Array, isWanted: IsWanted): Entry[] | undefined {
  if (record.length < headerBytes) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, headerBytes);
  const first = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const count = view.getUint32(8, true);
  const entries: Entry[] = [];
  let at = headerBytes;
  for (let done = 0; done < count; done += 1) {
    const write = readWrite(record, at);
    if (write === undefined) return undefined;
    const { key, present, end } = write;
    if (isWanted(key)) entries.push({ key: keyText(key), sequence: first + done, present });
    at = end;
  }
  return at === record.length ? entries : undefined;
}

function readWrite(record: Uint8Array, at: number): { key: Uint8Array; present: boolean; end: number } | undefined {
  const kind = record[at];
  const length = readVarint(record, at + 1);
  if (length === undefined || (kind !== put && kind !== deletion)) return undefined;
  const keyEnd = length.end + length.value;
  const end = kind === put ? skipCounted(record, keyEnd) : keyEnd;
  if (end === undefined || end > record.length) return undefined;
  return { key: record.subarray(length.end, keyEnd), present: kind === put, end };
}
