import { z } from 'zod';
import { packLz4, unpackLz4 } from '../firefox/lz4.ts';
import type { Hosts } from './hosts.ts';

const magic = Buffer.from('mozLz40\0');
const headerBytes = magic.length + 4;
const maxBytes = 128 * 1024 * 1024;

const objectSchema = z.record(z.string(), z.unknown());
const cookieSchema = z.object({ host: z.string() });

/**
 * Takes some hosts out of a session that Firefox wrote (`sessionstore.jsonlz4` and
 * the like): their cookies, and what their pages keep for a tab. Windows, tabs and
 * their history stay. undefined: not understood.
 *
 * DANGER: what is written back passes through memory as texts, others' cookies too. Nothing of it is kept, logged or told.
 */
export function editSession(file: Uint8Array, hosts: Hosts): Buffer | undefined {
  if (file.length < headerBytes || !magic.equals(file.subarray(0, magic.length))) return undefined;
  const bytes = new DataView(file.buffer, file.byteOffset, headerBytes).getUint32(magic.length, true);
  const json = bytes > maxBytes ? undefined : unpackLz4(file.subarray(headerBytes), bytes);
  const session = json === undefined ? undefined : objectSchema.safeParse(parse(json)).data;
  json?.fill(0);
  if (session === undefined) return undefined;
  const edited = Buffer.from(JSON.stringify(without(session, hosts)));
  const head = Buffer.alloc(headerBytes);
  magic.copy(head);
  head.writeUInt32LE(edited.length, magic.length);
  const packed = Buffer.concat([head, packLz4(edited)]);
  edited.fill(0);
  return packed;
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}

/** Cookies stand in a list of that name, what tabs keep in objects called `storage`, by origin; both at any depth. */
function without(value: unknown, hosts: Hosts): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, hosts));
  const members = objectSchema.safeParse(value).data;
  if (members === undefined) return value;
  const kept = Object.entries(members).map(([name, member]): [string, unknown] => {
    if (name === 'cookies' && Array.isArray(member))
      return [name, member.filter((each) => !isMeantCookie(each, hosts))];
    const byOrigin = name === 'storage' ? objectSchema.safeParse(member).data : undefined;
    if (byOrigin === undefined) return [name, without(member, hosts)];
    return [name, Object.fromEntries(Object.entries(byOrigin).filter(([origin]) => !hosts.isMeantOrigin(origin)))];
  });
  return Object.fromEntries(kept);
}

function isMeantCookie(cookie: unknown, hosts: Hosts): boolean {
  const host = cookieSchema.safeParse(cookie).data?.host;
  return host !== undefined && hosts.isMeantCookie(host);
}
