const minMatch = 4;

/** Undoes LZ4's compression of one block into exactly so many bytes; undefined when it is damaged. */
export function unpackLz4(packed: Uint8Array, bytes: number): Buffer | undefined {
  const plain = Buffer.alloc(bytes);
  let filled = 0;
  for (let at = 0; at < packed.length; ) {
    const token = packed[at] ?? 0;
    const literal = readLength(packed, at + 1, token >>> 4);
    if (literal === undefined || literal.end + literal.length > packed.length) return undefined;
    if (filled + literal.length > bytes) return undefined;
    plain.set(packed.subarray(literal.end, literal.end + literal.length), filled);
    filled += literal.length;
    at = literal.end + literal.length;
    // The last sequence is literals alone.
    if (at === packed.length) break;
    const offset = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    const match = readLength(packed, at + 2, token & 15);
    if (match === undefined || !copyBack(plain, filled, offset, match.length + minMatch)) return undefined;
    filled += match.length + minMatch;
    at = match.end;
  }
  return filled === bytes ? plain : undefined;
}

/** A length of 15 goes on in the bytes that follow, up to the first that is not 255. */
function readLength(packed: Uint8Array, at: number, first: number): { length: number; end: number } | undefined {
  if (first < 15) return { length: first, end: at };
  let length = first;
  for (let end = at; end < packed.length; end += 1) {
    const byte = packed[end] ?? 0;
    length += byte;
    if (byte < 255) return { length, end: end + 1 };
  }
  return undefined;
}

/** Byte by byte: a copy may reach into what it is just writing. */
function copyBack(plain: Buffer, filled: number, offset: number, length: number): boolean {
  if (offset === 0 || offset > filled || filled + length > plain.length) return false;
  for (let index = 0; index < length; index += 1) plain[filled + index] = plain[filled + index - offset] ?? 0;
  return true;
}

/** A block of LZ4 that holds these bytes as they are: any reader unpacks it, and it is hardly longer. */
export function packLz4(plain: Uint8Array): Buffer {
  const token = Math.min(plain.length, 15) << 4;
  const more =
    plain.length < 15 ? [] : [...Array(Math.floor((plain.length - 15) / 255)).fill(255), (plain.length - 15) % 255];
  return Buffer.concat([Uint8Array.of(token, ...more), plain]);
}
