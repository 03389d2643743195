/** That a cookie is there: whose, called what, and for how long. Times in ms since 1970. */
export interface BinaryCookie {
  host: string;
  name: string;
  createdMs: number;
  expiresMs: number;
}

/** Apple counts seconds from 2001. */
const from1970To2001Ms = 978_307_200_000;
const magic = 'cook';
const pageTag = 0x00000100;
const cookieHeaderBytes = 56;

/**
 * Reads `Cookies.binarycookies`, Safari's cookies (its form is known from public
 * documents only: page count and sizes big-endian, pages little-endian, a sum of
 * every fourth byte of each page at the end). undefined: not understood, and then
 * not one cookie is told: half a list would make the rest look signed out.
 *
 * DANGER: a cookie's value lies among what is read here. Only the texts at the
 * offsets of domain and name are ever made into strings.
 */
export function parseBinaryCookies(file: Uint8Array): BinaryCookie[] | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || Buffer.from(file.subarray(0, 4)).toString('latin1') !== magic) return undefined;
  const pages = view.getUint32(4);
  const headerBytes = 8 + 4 * pages;
  if (headerBytes + 4 > file.length) return undefined;
  const cookies: BinaryCookie[] = [];
  let sum = 0;
  let at = headerBytes;
  for (let page = 0; page < pages; page += 1) {
    const size = view.getUint32(8 + 4 * page);
    if (at + size + 4 > file.length) return undefined;
    const bytes = file.subarray(at, at + size);
    const found = readPage(bytes);
    if (found === undefined) return undefined;
    cookies.push(...found);
    sum = (sum + sumOf(bytes)) >>> 0;
    at += size;
  }
  return view.getUint32(at) === sum ? cookies : undefined;
}

function sumOf(page: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < page.length; at += 4) sum += page[at] ?? 0;
  return sum;
}

function readPage(page: Uint8Array): BinaryCookie[] | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (page.length < 12 || view.getUint32(0) !== pageTag) return undefined;
  const count = view.getUint32(4, true);
  if (8 + 4 * count + 4 > page.length) return undefined;
  const cookies: BinaryCookie[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = view.getUint32(8 + 4 * index, true);
    if (at + cookieHeaderBytes > page.length) return undefined;
    const size = view.getUint32(at, true);
    if (size < cookieHeaderBytes || at + size > page.length) return undefined;
    const cookie = readCookie(page.subarray(at, at + size));
    if (cookie === undefined) return undefined;
    cookies.push(cookie);
  }
  return cookies;
}

function readCookie(cookie: Uint8Array): BinaryCookie | undefined {
  const view = new DataView(cookie.buffer, cookie.byteOffset, cookie.byteLength);
  const host = textAt(cookie, view.getUint32(16, true));
  const name = textAt(cookie, view.getUint32(20, true));
  const expires = view.getFloat64(40, true);
  const created = view.getFloat64(48, true);
  if (host === undefined || name === undefined || !Number.isFinite(expires) || !Number.isFinite(created)) {
    return undefined;
  }
  return { host, name, createdMs: sinceApple(created), expiresMs: sinceApple(expires) };
}

function sinceApple(seconds: number): number {
  return seconds * 1000 + from1970To2001Ms;
}

/** A text that ends in a zero. */
function textAt(bytes: Uint8Array, at: number): string | undefined {
  if (at < cookieHeaderBytes || at >= bytes.length) return undefined;
  const end = bytes.indexOf(0, at);
  return end < 0 ? undefined : Buffer.from(bytes.subarray(at, end)).toString('utf8');
}
