import { z } from 'zod';
import type { Medium } from '../../../shared/report/media.ts';
import type { SeenMedium } from '../media/media-tracker.ts';
import { type PartEncryption, wholeEncryption, wholeGigabytes } from '../media/medium-encryption.ts';
import { readJson } from './powershell-json.ts';

/** Numbers only; one that is missing or of another kind proves nothing. */
const number = z.int().nullish().catch(null);
const text = z.string().nullish().catch(null);

const partSchema = z.object({
  type: text,
  reach: number,
  conv: number,
  prot: number,
  lock: number,
  rcConv: number,
  rc: number,
});
type Part = z.infer<typeof partSchema>;

const diskSchema = z.object({
  number: z.int().nonnegative(),
  bus: z.int(),
  size: z.number().nonnegative(),
  system: z.literal([0, 1]),
  plugged: z.literal([0, 1]),
  offline: number,
  style: number,
  path: text,
  serial: text,
  parts: z.array(partSchema),
});
type Disk = z.infer<typeof diskSchema>;

const answerSchema = z.object({
  disks: z.array(diskSchema),
  cameras: z.array(z.string()),
  discs: z.array(z.object({ drive: z.string(), size: z.number(), id: z.string() })),
});

/**
 * Everything plugged in, from the script's JSON. undefined: not understood, or the
 * list lacks the very disk that Windows runs from.
 */
export function parseMediaAnswer(json: string): SeenMedium[] | undefined {
  const answer = answerSchema.safeParse(readJson(json)).data;
  if (answer === undefined || !answer.disks.some((disk) => disk.system === 1)) return undefined;
  return [
    ...answer.disks.filter((disk) => disk.plugged === 1 && disk.system === 0).map(toMedium),
    ...answer.cameras.filter(isCamera).map(toCamera),
    ...answer.discs.filter(({ id }) => !/VIRTUAL/i.test(id)).map(toDisc),
  ];
}

const buses: { readonly [bus: number]: Medium['bus'] } = { 4: 'firewire', 7: 'usb', 12: 'sd', 13: 'sd' };

function toMedium(disk: Disk): SeenMedium {
  const parts = disk.parts.filter((part) => !holdsNoFiles(part));
  // A table of partitions without any is blank; without a table it may be a cipher of another system.
  const isBlank = disk.parts.length === 0 && (disk.style === 1 || disk.style === 2);
  return {
    key: `disk ${disk.number} ${disk.path ?? ''}`,
    serial: serialOf(disk),
    bus: buses[disk.bus] ?? 'other',
    sizeGb: wholeGigabytes(disk.size),
    encryption: wholeEncryption(isBlank ? ['blank'] : parts.map(partEncryption)),
    inUse: inUse(disk),
  };
}

/** Partitions for starting up and Windows' own reserve: every system makes them, and nobody sees them. */
const partitionsOfNobody: readonly string[] = [
  '{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}',
  '{e3c9e316-0b5c-4db8-817d-f92df00215ae}',
];

function holdsNoFiles({ type }: Part): boolean {
  return partitionsOfNobody.includes((type ?? '').toLowerCase());
}

/**
 * INVARIANT: encrypted is conversion 1 (finished) and protection 1 (on), each asked
 * with success, or locked. Encrypted with its key beside it, and still being
 * converted, is not. A volume BitLocker says nothing of may be anything.
 */
function partEncryption({ conv, prot, lock, rc, rcConv }: Part): PartEncryption {
  if (lock === 1) return 'encrypted';
  if (rc !== 0 || rcConv !== 0 || lock !== 0) return 'unknown';
  if (conv === 1) return prot === 1 ? 'encrypted' : prot === 0 ? 'not-encrypted' : 'unknown';
  if (conv === 0) return prot === 0 ? 'not-encrypted' : 'unknown';
  return conv === 2 || conv === 3 || conv === 4 || conv === 5 ? 'not-encrypted' : 'unknown';
}

function inUse(disk: Disk): boolean | null {
  if (disk.offline === 1) return false;
  const reached = disk.parts.map(({ reach, lock }) =>
    lock === 1 ? false : reach === 1 ? true : reach === 0 ? false : null,
  );
  return reached.includes(true) ? true : reached.includes(null) ? null : false;
}

/**
 * The serial number that the stick itself tells, as other systems know it: the last
 * part of its address on the USB bus, less the number of the slot behind `&`. Windows
 * makes one up, with `&` in it, where there is none. Other disks: as the disk tells.
 */
function serialOf({ path, serial }: Disk): string | undefined {
  const address = /^\\\\\?\\usbstor#[^#]*#([^#]+)#/i.exec(path ?? '')?.[1];
  const told = address === undefined ? (serial ?? '').trim() : ofAddress(address);
  return told === '' ? undefined : told;
}

function ofAddress(address: string): string {
  const own = address.replace(/&\d{1,2}$/, '');
  return own.includes('&') ? '' : own;
}

/** Disks that are also shown as portable devices hang below another bus. */
function isCamera(id: string): boolean {
  return /^USB\\VID_/i.test(id);
}

function toCamera(id: string): SeenMedium {
  const serial = ofAddress(id.slice(id.lastIndexOf('\\') + 1));
  return {
    key: `camera ${id}`,
    serial: serial === '' ? undefined : serial,
    bus: 'camera',
    sizeGb: null,
    encryption: 'unknown',
    inUse: null,
  };
}

/** BitLocker knows no discs: what is on one can be read by anybody. */
function toDisc({ drive, size }: { drive: string; size: number }): SeenMedium {
  const sizeGb = wholeGigabytes(size);
  return { key: `disc ${drive}`, serial: undefined, bus: 'optical', sizeGb, encryption: 'not-encrypted', inUse: true };
}
