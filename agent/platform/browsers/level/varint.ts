/** A number and the place after it. */
export interface Varint {
  value: number;
  end: number;
}

/** Reads an unsigned number in LEB128; undefined when it is cut or larger than a double holds exactly. */
export function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  let scale = 1;
  for (let end = at; end < at + 10; end += 1) {
    const byte = bytes[end];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * scale;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if (byte < 0x80) return { value, end: end + 1 };
    scale *= 128;
  }
  return undefined;
}

/** Reads several numbers that follow one another; `end` is the place after the last. */
export function readVarints(
  bytes: Uint8Array,
  at: number,
  count: number,
): { values: number[]; end: number } | undefined {
  const values: number[] = [];
  let end = at;
  for (let index = 0; index < count; index += 1) {
    const next = readVarint(bytes, end);
    if (next === undefined) return undefined;
    values.push(next.value);
    end = next.end;
  }
  return { values, end };
}

/** Reads bytes that are preceded by their length; undefined when they are cut. */
export function skipCounted(bytes: Uint8Array, at: number): number | undefined {
  const length = readVarint(bytes, at);
  if (length === undefined || length.end + length.value > bytes.length) return undefined;
  return length.end + length.value;
}

/** Writes an unsigned number in LEB128. */
export function makeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 0x80);
  return Uint8Array.of(...bytes, rest);
}
