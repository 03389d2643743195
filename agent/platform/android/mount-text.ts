import type { SeenMedium } from '../media/media-tracker.ts';

/** The kernel's number of a kind of disk: cards, and what hangs on USB. */
const buses: { readonly [major: string]: SeenMedium['bus'] } = { 179: 'sd', 8: 'usb' };

/** Of FAT and exFAT, or NTFS. A longer one below `/storage` may be of storage that was made a part of the device. */
const fileSystemId = /^(?:[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}|[0-9A-Fa-f]{16})$/;

const maxText = 1024 * 1024;

/**
 * Cards and sticks among the mounts: each is mounted below `/mnt/media_rw` and shown below
 * `/storage`, by the identifier of its file system ("1234-ABCD") [P recordings in public
 * code], or by another name where its block device is told to be public. Android encrypts
 * no storage that can be taken to another device; what it has made a part of itself is
 * mounted elsewhere, and is none. undefined: too long to be a list of mounts.
 */
export function parseMounts(text: string): SeenMedium[] | undefined {
  if (text.length > maxText) return undefined;
  const media = new Map<string, SeenMedium>();
  for (const line of text.split(/\r?\n/)) {
    const [, device = '', id] = /^(\S+) \/(?:mnt\/media_rw|storage)\/([^\s/]{1,64}) \S+ /.exec(line) ?? [];
    const major = /\/vold\/public:(\d{1,4})[,_]\d{1,4}$/.exec(device)?.[1];
    if (id === undefined || (major === undefined && !fileSystemId.test(id))) continue;
    const bus = buses[major ?? ''] ?? media.get(id)?.bus ?? 'other';
    // The identifier is the file system's, and changes when it is formatted: no serial number.
    media.set(id, { key: id, serial: undefined, bus, sizeGb: null, encryption: 'not-encrypted', inUse: true });
  }
  return [...media.values()];
}
