import { readVarint } from '../level/varint.ts';

/**
 * The origin in a Chromium's `CacheStorage/…/index.txt`: a message of Protocol
 * Buffers whose first field is each cache, and of whose later ones a text tells the
 * origin (content/browser/cache_storage/cache_storage.proto). undefined: none.
 */
export function originOfCache(index: Uint8Array): string | undefined {
  for (let at = 0; at < index.length; ) {
    const tag = readVarint(index, at);
    if (tag === undefined) return undefined;
    const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    const value = readVarint(index, tag.end);
    if (value === undefined || (wire !== 0 && wire !== 2)) return undefined;
    at = wire === 2 ? value.end + value.value : value.end;
    if (wire !== 2 || field === 1) continue;
    const text = Buffer.from(index.subarray(value.end, at)).toString('latin1');
    if (/^https?:\/\//.test(text)) return text;
  }
  return undefined;
}
