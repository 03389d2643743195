import { jarOfJson } from './jar.ts';
import { elementsOf, membersOf, type Range } from './json-ranges.ts';
import { unpackLz4 } from './lz4.ts';

/** A cookie without an end that Firefox wrote into its session. */
export interface SessionCookie {
  host: string;
  name: string;
  jar: string;
}

const magic = Buffer.from('mozLz40\0');
const headerBytes = magic.length + 4;
/** Many windows, each with its history, are some MB. */
const maxBytes = 128 * 1024 * 1024;

/**
 * The cookies in the session that an open Firefox writes every 15 seconds
 * (`recovery.jsonlz4`; JSON, packed with LZ4 below a head of its own).
 * undefined: not understood.
 *
 * DANGER: their values stand beside them, in plain text. They are never made into
 * a string, and the bytes are overwritten before this returns.
 */
export function parseSession(file: Uint8Array): SessionCookie[] | undefined {
  if (file.length < headerBytes || !magic.equals(file.subarray(0, magic.length))) return undefined;
  const bytes = new DataView(file.buffer, file.byteOffset, headerBytes).getUint32(magic.length, true);
  if (bytes > maxBytes) return undefined;
  const json = unpackLz4(file.subarray(headerBytes), bytes);
  if (json === undefined) return undefined;
  try {
    return cookiesIn(json);
  } finally {
    json.fill(0);
  }
}

function cookiesIn(json: Buffer): SessionCookie[] | undefined {
  const session = membersOf(json, 0, ['cookies']);
  const list = session?.get('cookies');
  if (session === undefined) return undefined;
  if (list === undefined) return [];
  const cookies: SessionCookie[] = [];
  for (const { start } of elementsOf(json, list.start) ?? [{ start: -1 }]) {
    const parts = start < 0 ? undefined : membersOf(json, start, ['host', 'name', 'originAttributes']);
    const host = textOf(json, parts?.get('host'));
    if (parts === undefined || host === undefined) return undefined;
    const jar = parts.get('originAttributes');
    const name = textOf(json, parts.get('name')) ?? '';
    cookies.push({ host, name, jar: jar === undefined ? '' : jarOfJson(json.toString('utf8', jar.start, jar.end)) });
  }
  return cookies;
}

function textOf(json: Buffer, range: Range | undefined): string | undefined {
  if (range === undefined) return undefined;
  try {
    const text: unknown = JSON.parse(json.toString('utf8', range.start, range.end));
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
