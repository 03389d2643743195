import { maskedCrc32c } from './crc32c.ts';
import { deletion, type Entry, type IsWanted, keyText, put, readTag } from './entry.ts';
import { eachEntry } from './level-block.ts';
import { unsnap } from './snappy.ts';
import { readVarint } from './varint.ts';
import type { Write } from './write-batch.ts';

interface Handle {
  offset: number;
  size: number;
}

const footerBytes = 48;
const trailerBytes = 5;
const tagBytes = 8;
const magic = Buffer.from('57fb808b247547db', 'hex');
const maxBlockBytes = 32 * 1024 * 1024;
/** Read between two pauses. */
const bytesAtOnce = 256 * 1024;

/**
 * The wanted entries of a LevelDB table (doc/table_format.md); undefined: damaged.
 * The checksum of every block is looked at: a key in a block with one wrong bit is
 * another key, and who it belonged to would pass for signed out.
 * @param pause is awaited now and then, so that the agent stays answerable.
 */
export async function readTable(
  table: Uint8Array,
  isWanted: IsWanted,
  pause: () => Promise<void>,
): Promise<Entry[] | undefined> {
  const entries: Entry[] = [];
  const whole = await eachRow(
    table,
    ({ key, sequence, value }) => {
      if (isWanted(key)) entries.push({ key: keyText(key), sequence, present: value !== undefined });
    },
    pause,
  );
  return whole ? entries : undefined;
}

/** Goes through a table, write by write; false: damaged. */
export async function eachRow(
  table: Uint8Array,
  take: (write: Write) => void,
  pause: () => Promise<void>,
): Promise<boolean> {
  let read = 0;
  for (const handle of blocksOf(table) ?? [undefined]) {
    const block = handle === undefined ? undefined : readBlock(table, handle);
    if (handle === undefined || block === undefined) return false;
    if (!eachEntry(block, (key, value) => takeRow(key, value, take))) return false;
    read += handle.size;
    if (read > bytesAtOnce) {
      read = 0;
      await pause();
    }
  }
  return true;
}

/** A table's key is the key proper and, in eight bytes, what was done to it and when. */
function takeRow(internal: Uint8Array, value: Uint8Array, take: (write: Write) => void): boolean {
  const length = internal.length - tagBytes;
  if (length < 0) return false;
  const { kind, sequence } = readTag(internal, length);
  if (kind !== put && kind !== deletion) return false;
  take({ key: internal.subarray(0, length), sequence, value: kind === put ? value : undefined });
  return true;
}

/** Where the data blocks lie, from the index, which the footer tells of. */
function blocksOf(table: Uint8Array): Handle[] | undefined {
  const footer = table.subarray(Math.max(0, table.length - footerBytes));
  if (footer.length < footerBytes || !magic.equals(footer.subarray(footerBytes - magic.length))) return undefined;
  const meta = readHandle(footer, 0);
  const index = meta === undefined ? undefined : readHandle(footer, meta.end);
  const block = index === undefined ? undefined : readBlock(table, index.handle);
  if (block === undefined) return undefined;
  const handles: Handle[] = [];
  const whole = eachEntry(block, (_key, value) => {
    const found = readHandle(value, 0);
    if (found !== undefined) handles.push(found.handle);
    return found !== undefined;
  });
  return whole ? handles : undefined;
}

function readHandle(bytes: Uint8Array, at: number): { handle: Handle; end: number } | undefined {
  const offset = readVarint(bytes, at);
  const size = offset === undefined ? undefined : readVarint(bytes, offset.end);
  if (offset === undefined || size === undefined) return undefined;
  return { handle: { offset: offset.value, size: size.value }, end: size.end };
}

/** A block, unpacked, when its checksum is right: the block, how it is packed (0: not, 1: Snappy), and the sum of both. */
function readBlock(table: Uint8Array, { offset, size }: Handle): Uint8Array | undefined {
  const end = offset + size;
  if (end + trailerBytes > table.length - footerBytes) return undefined;
  const sum = new DataView(table.buffer, table.byteOffset + end + 1, 4).getUint32(0, true);
  if (sum !== maskedCrc32c(table.subarray(offset, end + 1))) return undefined;
  const stored = table.subarray(offset, end);
  const packing = table[end];
  if (packing === 0) return stored;
  return packing === 1 ? unsnap(stored, maxBlockBytes) : undefined;
}
