import type { AttachmentType } from '../../shared/incident/entries.ts';

interface Mark {
  type: AttachmentType;
  is: (start: Buffer) => boolean;
}

const begins = (start: Buffer, bytes: readonly number[]): boolean =>
  bytes.every((byte, place) => start[place] === byte);
const ascii = (start: Buffer, from: number, to: number): string => start.subarray(from, to).toString('latin1');

/** By which first bytes each kind of file is told; the name of a file proves nothing. */
const marks: readonly Mark[] = [
  { type: 'image/jpeg', is: (start) => begins(start, [0xff, 0xd8, 0xff]) },
  { type: 'image/png', is: (start) => begins(start, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { type: 'image/webp', is: (start) => ascii(start, 0, 4) === 'RIFF' && ascii(start, 8, 12) === 'WEBP' },
  {
    type: 'image/heic',
    is: (start) =>
      ascii(start, 4, 8) === 'ftyp' && ['heic', 'heix', 'hevc', 'mif1', 'msf1'].includes(ascii(start, 8, 12)),
  },
  { type: 'application/pdf', is: (start) => ascii(start, 0, 5) === '%PDF-' },
];

/** Bytes needed to tell. */
export const sniffedBytes = 16;

/** What a file is by its first bytes; undefined: none of these, so it is plain text or is refused. */
export function typeOf(start: Buffer): AttachmentType | undefined {
  return marks.find(({ is }) => is(start))?.type;
}

/** Looks at a file as it passes: whether all of it is plain text, UTF-8 without control characters but line breaks and tabs. */
export function createTextWatch() {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isText = true;
  const look = (chunk: Buffer | undefined): void => {
    if (!isText) return;
    try {
      const text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      if (/[^\P{Cc}\n\r\t]/u.test(text)) isText = false;
    } catch {
      isText = false;
    }
  };
  return {
    look,
    ended: (): boolean => {
      look(undefined);
      return isText;
    },
  };
}
