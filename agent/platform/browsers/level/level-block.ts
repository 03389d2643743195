import { readVarints } from './varint.ts';

/** Takes one entry of a block; both are only lent. False ends the reading. */
export type TakeEntry = (key: Uint8Array, value: Uint8Array) => boolean;

const maxKeyBytes = 1024 * 1024;

/**
 * Goes through the entries of a block: how much of the key before is kept, how
 * much is added, how long the value is, then the addition and the value; at the
 * end the places where whole keys stand, and how many (doc/table_format.md).
 * False: damaged, or `take` found it so.
 */
export function eachEntry(block: Uint8Array, take: TakeEntry): boolean {
  if (block.length < 4) return false;
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4, 4).getUint32(0, true);
  const end = block.length - 4 * (restarts + 1);
  let key: Buffer = Buffer.alloc(256);
  let length = 0;
  let at = 0;
  while (at < end) {
    const head = readVarints(block, at, 3);
    const [kept = 0, added = 0, valueBytes = 0] = head?.values ?? [];
    if (head === undefined || kept > length) return false;
    const from = head.end + added;
    length = kept + added;
    at = from + valueBytes;
    if (at > end || length > maxKeyBytes) return false;
    if (length > key.length) key = Buffer.concat([key], length * 2);
    key.set(block.subarray(head.end, from), kept);
    if (!take(key.subarray(0, length), block.subarray(from, at))) return false;
  }
  return at === end;
}
