import { readFileSync } from 'node:fs';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createEncryptionProbe } from '../../../../agent/platform/macos/encryption.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Encryption, encryptionSchema } from '../../../../shared/report/encryption.ts';
import { atNoon, exited, playback } from '../recordings.ts';

const folder = new URL('../../../fixtures/platform/macos/', import.meta.url);

/** A recording of a tool of macOS; see SOURCES.md beside the files. */
export function recordedOnMac(name: string): string {
  return readFileSync(new URL(`${name}.txt`, folder), 'utf8');
}

export function apfs(name: string): string {
  return recordedOnMac(`diskutil_apfs_list_plist-${name}`);
}

type Said = string | ExecResult;

export interface Mac {
  status?: Said;
  active?: Said;
  apfs?: Said;
  disks?: Said;
  /** What `diskutil info` says of every disk but the first. */
  info?: Said;
}

export const active = { on: exited('true\n'), off: exited('false\n', 1), busy: exited('true\n', 2) };

/** What a plist tool prints for one built-in disk in the form of Apple silicon; made up, no recording is at hand. */
export function diskList(contents: Record<string, string>, disk = 'disk0'): string {
  const partitions = Object.entries(contents)
    .map(
      ([device, content]) =>
        `<dict><key>Content</key><string>${content}</string><key>DeviceIdentifier</key><string>${device}</string></dict>`,
    )
    .join('');
  return plist(`<dict><key>AllDisksAndPartitions</key><array>${diskOf(disk, partitions)}</array></dict>`);
}

function diskOf(disk: string, partitions: string): string {
  return `<dict><key>Content</key><string>GUID_partition_scheme</string><key>DeviceIdentifier</key><string>${disk}</string><key>Partitions</key><array>${partitions}</array></dict>`;
}

export function plist(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">\n${inside}\n</plist>\n`;
}

/** `diskutil info -plist` of a disk whose medium can, or cannot, be taken out. */
export function card(removable: boolean): string {
  return plist(`<dict><key>RemovableMedia</key><${removable}/></dict>`);
}

export const builtIn = diskList({ disk0s1: 'Apple_APFS_ISC', disk0s2: 'Apple_APFS', disk0s3: 'Apple_APFS_Recovery' });

/** A Mac with FileVault on, unless said otherwise. */
export function mac(given: Mac = {}) {
  return playback({
    fdesetup: ([word]) =>
      word === 'status' ? (given.status ?? recordedOnMac('fdesetup_status-on')) : (given.active ?? active.on),
    diskutil: ([word, , disk]) => {
      if (word === 'apfs') return given.apfs ?? apfs('applesilicon-filevault-on');
      if (word === 'list') return given.disks ?? builtIn;
      return disk === 'disk0' ? card(false) : (given.info ?? { kind: 'missing' });
    },
  });
}

export async function ask(exec: ReturnType<typeof mac>): Promise<Reading<Encryption>> {
  const reading = await createEncryptionProbe({ exec, clock: atNoon })(new AbortController().signal);
  if (reading.state === 'known') encryptionSchema.parse(reading.value);
  return reading;
}

export async function verdict(given: Mac = {}): Promise<string> {
  const reading = await ask(mac(given));
  return reading.state === 'known' ? reading.value.protection : `unknown ${reading.reason}`;
}
