import { readVarint } from './varint.ts';

/** Undoes Snappy's compression of one block; undefined when it is damaged or larger than allowed. */
export function unsnap(packed: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const size = readVarint(packed, 0);
  if (size === undefined || size.value > maxBytes) return undefined;
  const plain = new Uint8Array(size.value);
  let filled = 0;
  for (let at = size.end; at < packed.length; ) {
    const step = readStep(packed, at);
    if (step === undefined || step.end > packed.length || !take(step, packed, plain, filled)) return undefined;
    filled += step.length;
    at = step.end;
  }
  return filled === plain.length ? plain : undefined;
}

/** Does one step; false when it does not fit. */
function take(step: Step, packed: Uint8Array, plain: Uint8Array, filled: number): boolean {
  if (filled + step.length > plain.length) return false;
  if (step.kind === 'literal') {
    plain.set(packed.subarray(step.end - step.length, step.end), filled);
    return true;
  }
  if (step.offset === 0 || step.offset > filled) return false;
  // Byte by byte: a copy may reach into what it is just writing.
  for (let index = 0; index < step.length; index += 1) {
    plain[filled + index] = plain[filled + index - step.offset] ?? 0;
  }
  return true;
}

type Step =
  | { kind: 'literal'; length: number; end: number }
  | { kind: 'copy'; length: number; offset: number; end: number };

function readStep(packed: Uint8Array, at: number): Step | undefined {
  const tag = packed[at] ?? 0;
  const upper = tag >>> 2;
  if ((tag & 3) === 0) {
    const extra = upper < 60 ? 0 : upper - 59;
    const more = littleEndian(packed, at + 1, extra);
    if (more === undefined) return undefined;
    const length = (extra === 0 ? upper : more) + 1;
    return { kind: 'literal', length, end: at + 1 + extra + length };
  }
  const width = (tag & 3) === 1 ? 1 : (tag & 3) === 2 ? 2 : 4;
  const low = littleEndian(packed, at + 1, width);
  if (low === undefined) return undefined;
  const end = at + 1 + width;
  if (width === 1) return { kind: 'copy', length: (upper & 7) + 4, offset: ((tag >>> 5) << 8) | low, end };
  return { kind: 'copy', length: upper + 1, offset: low, end };
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number | undefined {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  return value;
}
