import { maskedCrc32c } from './crc32c.ts';
import { unsnap } from './snappy.ts';
import { readVarint } from './varint.ts';

interface Handle {
  offset: number;
  size: number;
}

const footerBytes = 48;
const trailerBytes = 5;
const magic = Buffer.from('57fb808b247547db', 'hex');
const maxIndexBytes = 32 * 1024 * 1024;
/** Checked between two pauses. */
const bytesAtOnce = 1024 * 1024;

/**
 * Whether every block of a LevelDB table has the checksum it was written with
 * (doc/table_format.md). LevelDB does not check them when it reads, and a key in
 * a block with one wrong bit is another key: who it belonged to would pass for
 * signed out.
 * @param pause is awaited now and then, so that the agent stays answerable.
 */
export async function isSoundTable(table: Uint8Array, pause: () => Promise<void>): Promise<boolean> {
  const blocks = blocksOf(table);
  if (blocks === undefined) return false;
  let checked = 0;
  for (const block of blocks) {
    if (readBlock(table, block) === undefined) return false;
    checked += block.size;
    if (checked > bytesAtOnce) {
      checked = 0;
      await pause();
    }
  }
  return true;
}

/** Where the data blocks lie, from the index, which the footer tells of; undefined: not understood. */
function blocksOf(table: Uint8Array): Handle[] | undefined {
  const footer = table.subarray(Math.max(0, table.length - footerBytes));
  if (footer.length < footerBytes || !magic.equals(footer.subarray(footerBytes - magic.length))) return undefined;
  const meta = readHandle(footer, 0);
  const index = meta === undefined ? undefined : readHandle(footer, meta.end);
  const stored = index === undefined ? undefined : readBlock(table, index.handle);
  const plain = stored === undefined ? undefined : unpack(stored);
  return plain === undefined ? undefined : handlesIn(plain);
}

function readHandle(bytes: Uint8Array, at: number): { handle: Handle; end: number } | undefined {
  const offset = readVarint(bytes, at);
  const size = offset === undefined ? undefined : readVarint(bytes, offset.end);
  if (offset === undefined || size === undefined) return undefined;
  return { handle: { offset: offset.value, size: size.value }, end: size.end };
}

/** A block as it is stored, with the kind of its compression, when its checksum is right. */
function readBlock(table: Uint8Array, { offset, size }: Handle): { kind: number; bytes: Uint8Array } | undefined {
  const end = offset + size;
  if (end + trailerBytes > table.length - footerBytes) return undefined;
  const sum = new DataView(table.buffer, table.byteOffset + end + 1, 4).getUint32(0, true);
  if (sum !== maskedCrc32c(table.subarray(offset, end + 1))) return undefined;
  return { kind: table[end] ?? 0, bytes: table.subarray(offset, end) };
}

function unpack({ kind, bytes }: { kind: number; bytes: Uint8Array }): Uint8Array | undefined {
  if (kind === 0) return bytes;
  return kind === 1 ? unsnap(bytes, maxIndexBytes) : undefined;
}

/** The index's entries: shared and own length of the key, length of the value; the value is a handle. */
function handlesIn(index: Uint8Array): Handle[] | undefined {
  if (index.length < 4) return undefined;
  const restarts = new DataView(index.buffer, index.byteOffset + index.length - 4, 4).getUint32(0, true);
  const end = index.length - 4 * (restarts + 1);
  const handles: Handle[] = [];
  for (let at = 0; at < end; ) {
    const shared = readVarint(index, at);
    const own = shared === undefined ? undefined : readVarint(index, shared.end);
    const value = own === undefined ? undefined : readVarint(index, own.end);
    if (own === undefined || value === undefined) return undefined;
    const found = readHandle(index, value.end + own.value);
    if (found === undefined || found.end > end) return undefined;
    handles.push(found.handle);
    at = value.end + own.value + value.value;
  }
  return end < 0 ? undefined : handles;
}
