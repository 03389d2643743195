const table = makeTable();

function makeTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let entry = index;
    for (let bit = 0; bit < 8; bit += 1) entry = entry & 1 ? (entry >>> 1) ^ 0x82f63b78 : entry >>> 1;
    made[index] = entry >>> 0;
  }
  return made;
}

/** CRC-32C (Castagnoli) of some bytes, as LevelDB stores it: turned and moved, so that a sum of sums is not weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  // By number: an iterator over megabytes costs three times as much.
  for (let at = 0; at < bytes.length; at += 1) sum = (sum >>> 8) ^ (table[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  const crc = (sum ^ 0xffffffff) >>> 0;
  return ((((crc >>> 15) | (crc << 17)) >>> 0) + 0xa282ead8) >>> 0;
}
