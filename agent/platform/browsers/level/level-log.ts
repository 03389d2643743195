import { maskedCrc32c } from './crc32c.ts';

/**
 * The records of a LevelDB log or manifest, whole ones only.
 * `sound` false: something in it is not as a writer leaves it.
 */
export interface LevelLog {
  records: Uint8Array[];
  sound: boolean;
}

const blockBytes = 32 * 1024;
const headerBytes = 7;
const kinds = ['none', 'full', 'first', 'middle', 'last'] as const;

interface Piece {
  kind: (typeof kinds)[number];
  payload: Uint8Array;
  end: number;
}

/**
 * Reads the frame of a log (LevelDB's doc/log_format.md): pieces of at most one
 * block, each with its checksum. LevelDB itself drops what does not fit and goes
 * on as if nothing had been there; a reader that must not call a person signed
 * out by mistake has to know that something was. Zeros after the last record
 * count as damage too: nothing writes them, a power cut leaves them.
 */
export function readLevelLog(bytes: Uint8Array): LevelLog {
  const records: Uint8Array[] = [];
  let open: Uint8Array[] | undefined;
  for (let at = 0; at < bytes.length; ) {
    const left = blockBytes - (at % blockBytes);
    if (left < headerBytes) {
      if (!isTrailer(bytes, at, left)) return { records, sound: false };
      at += left;
      continue;
    }
    const piece = readPiece(bytes, at, left);
    if (piece === undefined) return { records, sound: false };
    const starts = piece.kind === 'full' || piece.kind === 'first';
    if (starts !== (open === undefined)) return { records, sound: false };
    open = [...(open ?? []), piece.payload];
    if (piece.kind === 'full' || piece.kind === 'last') {
      records.push(join(open));
      open = undefined;
    }
    at = piece.end;
  }
  return { records, sound: open === undefined };
}

/** A block's last bytes hold no header when they are too few for one: zeros, or cut off. */
function isTrailer(bytes: Uint8Array, at: number, left: number): boolean {
  return bytes.subarray(at, at + left).every((byte) => byte === 0);
}

function readPiece(bytes: Uint8Array, at: number, left: number): Piece | undefined {
  if (at + headerBytes > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes);
  const length = view.getUint16(4, true);
  const kind = kinds[view.getUint8(6)];
  const end = at + headerBytes + length;
  if (kind === undefined || kind === 'none' || headerBytes + length > left || end > bytes.length) return undefined;
  // The checksum is of the kind and the payload, which lie beside each other.
  if (view.getUint32(0, true) !== maskedCrc32c(bytes.subarray(at + 6, end))) return undefined;
  return { kind, payload: bytes.subarray(at + headerBytes, end), end };
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

/** A log or manifest of these records, as LevelDB's own writer frames them. */
export function makeLevelLog(records: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const record of records) {
    for (let done = 0, first = true; first || done < record.length; first = false) {
      const left = blockBytes - (at % blockBytes);
      if (left < headerBytes) {
        parts.push(Buffer.alloc(left));
        at += left;
      }
      const room = blockBytes - (at % blockBytes) - headerBytes;
      const piece = record.subarray(done, done + room);
      done += piece.length;
      parts.push(makePiece(piece, first, done >= record.length));
      at += headerBytes + piece.length;
    }
  }
  return Buffer.concat(parts);
}

function makePiece(payload: Uint8Array, isFirst: boolean, isLast: boolean): Buffer {
  const kind = isFirst && isLast ? 'full' : isFirst ? 'first' : isLast ? 'last' : 'middle';
  const piece = Buffer.concat([Buffer.alloc(headerBytes), payload]);
  piece.writeUInt16LE(payload.length, 4);
  piece.writeUInt8(kinds.indexOf(kind), 6);
  piece.writeUInt32LE(maskedCrc32c(piece.subarray(6)), 0);
  return piece;
}
