/**
 * The host in the file `origin` that WebKit lays beside a storage whose folder
 * has a meaningless name: twice an origin (the page's, then the storage's own),
 * each as scheme, host and perhaps a port; a text is its length in four bytes,
 * one byte that tells whether its letters take one byte, and the letters.
 * undefined: not understood. General knowledge, not proven on a Mac.
 */
export function hostOfWebkitOrigin(file: Uint8Array): string | undefined {
  const page = readOrigin(file, 0);
  const own = page === undefined ? undefined : readOrigin(file, page.end);
  return own === undefined || !/^https?$/.test(own.scheme) ? undefined : own.host;
}

interface Text {
  text: string;
  end: number;
}

function readOrigin(file: Uint8Array, at: number): { scheme: string; host: string; end: number } | undefined {
  const scheme = readText(file, at);
  const host = scheme === undefined ? undefined : readText(file, scheme.end);
  const hasPort = host === undefined ? undefined : file[host.end];
  if (scheme === undefined || host === undefined || (hasPort !== 0 && hasPort !== 1)) return undefined;
  return { scheme: scheme.text, host: host.text, end: host.end + 1 + (hasPort === 1 ? 2 : 0) };
}

const maxText = 1024;

function readText(file: Uint8Array, at: number): Text | undefined {
  if (at + 5 > file.length) return undefined;
  const length = new DataView(file.buffer, file.byteOffset + at, 4).getUint32(0, true);
  const isNarrow = file[at + 4] === 1;
  const end = at + 5 + length * (isNarrow ? 1 : 2);
  if (length > maxText || end > file.length) return undefined;
  return { text: Buffer.from(file.subarray(at + 5, end)).toString(isNarrow ? 'latin1' : 'utf16le'), end };
}
