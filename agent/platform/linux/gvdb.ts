/** A value of dconf's database as far as locks of screens are made of them; anything else is undefined. */
export type DconfValue = boolean | number | string | undefined;

/** One database of dconf: values by path ("/org/gnome/desktop/session/idle-delay"), and the paths that nobody below may change. */
export interface DconfDatabase {
  values: ReadonlyMap<string, DconfValue>;
  locks: ReadonlySet<string>;
}

interface Item {
  name: string;
  parent: number;
  type: string;
  start: number;
  end: number;
}

const noParent = 0xffff_ffff;
const itemBytes = 24;
const maxItems = 100_000;
/** Deeper than any path of settings. */
const maxDepth = 64;

/**
 * Reads a GVDB file (the form of `~/.config/dconf/user` and `/etc/dconf/db/*`: a
 * header, then a table of items with names, parents and serialised values; all
 * numbers with the lowest byte first). undefined: not understood. Never throws.
 */
export function parseGvdb(bytes: Buffer): DconfDatabase | undefined {
  try {
    if (bytes.toString('latin1', 0, 8) !== 'GVariant' || bytes.readUInt32LE(8) !== 0) return undefined;
    const items = itemsOf(bytes, bytes.readUInt32LE(16), bytes.readUInt32LE(20));
    const values = new Map<string, DconfValue>();
    const locks = new Set<string>();
    for (const item of items) {
      const path = pathOf(item, items);
      if (item.type === 'v') values.set(path, valueAt(bytes, item.start, item.end));
      if (item.type !== 'H' || item.name !== '.locks') continue;
      const inner = itemsOf(bytes, item.start, item.end);
      for (const lock of inner) locks.add(pathOf(lock, inner));
    }
    return { values, locks };
  } catch (error) {
    // A number in the file leads beyond its end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A table: how many words of filter and how many buckets there are, both of which are passed over, then the items. */
function itemsOf(bytes: Buffer, start: number, end: number): Item[] {
  if (end > bytes.length || start > end) throw new RangeError('a table beyond the end');
  const filterWords = bytes.readUInt32LE(start) & 0x07ff_ffff;
  const first = start + 8 + 4 * (filterWords + bytes.readUInt32LE(start + 4));
  if (first > end || (end - first) / itemBytes > maxItems) throw new RangeError('a table without room for its items');
  const items: Item[] = [];
  for (let at = first; at + itemBytes <= end; at += itemBytes) {
    const nameStart = bytes.readUInt32LE(at + 8);
    const nameEnd = nameStart + bytes.readUInt16LE(at + 12);
    if (nameEnd > bytes.length) throw new RangeError('a name beyond the end');
    items.push({
      name: bytes.toString('utf8', nameStart, nameEnd),
      parent: bytes.readUInt32LE(at + 4),
      type: String.fromCharCode(bytes.readUInt8(at + 14)),
      start: bytes.readUInt32LE(at + 16),
      end: bytes.readUInt32LE(at + 20),
    });
  }
  return items;
}

function pathOf(item: Item, items: readonly Item[]): string {
  let path = item.name;
  let parent = item.parent;
  for (let depth = 0; parent !== noParent; depth += 1) {
    const above = items[parent];
    if (above === undefined || depth > maxDepth) throw new RangeError('a parent that is none');
    path = above.name + path;
    parent = above.parent;
  }
  return path;
}

/** A variant: the value's bytes, a zero, the letters of its type. */
function valueAt(bytes: Buffer, start: number, end: number): DconfValue {
  if (end > bytes.length || start > end) throw new RangeError('a value beyond the end');
  const zero = bytes.subarray(start, end).lastIndexOf(0);
  const type = bytes.toString('latin1', start + zero + 1, end);
  if (zero < 0) return undefined;
  if (type === 'b' && zero === 1) return bytes.readUInt8(start) === 1;
  if (type === 'u' && zero === 4) return bytes.readUInt32LE(start);
  if (type === 'i' && zero === 4) return bytes.readInt32LE(start);
  return type === 's' ? bytes.toString('utf8', start, start + zero).replace(/\0.*$/s, '') : undefined;
}
