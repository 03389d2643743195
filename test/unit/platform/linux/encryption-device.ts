import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createEncryptionProbe } from '../../../../agent/platform/linux/encryption.ts';
import { parseLsblk } from '../../../../agent/platform/linux/lsblk.ts';
import type { Reading } from '../../../../shared/reading.ts';
import type { Encryption } from '../../../../shared/report/encryption.ts';
import { atNoon, playback } from '../recordings.ts';

type Said = string | ExecResult;

interface Device {
  findmnt?: Said;
  swaps?: string;
  dmsetup?: Said;
  cryptsetup?: string;
  blkid?: Said;
  lsattr?: string;
  zfs?: string;
  homes?: string[];
  uuid?: string | undefined;
  isAdministrator?: boolean;
  /** Further files of the kernel, by path. */
  files?: Record<string, string>;
}

/** A Linux device whose tools say what was recorded; what is not given follows from the list of disks. */
export function device(lsblk: Said, given: Device = {}) {
  const text = typeof lsblk === 'string' ? lsblk : '';
  const { isAdministrator = true, homes = [], swaps = 'Filename\tType\tSize\tUsed\tPriority\n' } = given;
  const uuid = 'uuid' in given ? given.uuid : 'CRYPT-LUKS2-00f1ca963cbd46e6a32f37a49a365565-x';
  const closed = 'LUKS header information\nVersion:       \t2\n\nKeyslots:\n';
  const { cryptsetup, blkid, lsattr, zfs, files = {} } = given;
  const exec = playback({
    lsblk,
    findmnt: given.findmnt ?? mountsOf(text),
    dmsetup: given.dmsetup ?? cryptTable(text),
    cryptsetup: ([word]) => (word === 'luksDump' ? closed : (cryptsetup ?? { kind: 'missing' })),
    ...(blkid === undefined ? {} : { blkid }),
    ...(lsattr === undefined ? {} : { lsattr }),
    ...(zfs === undefined ? {} : { zfs }),
  });
  const read = async (path: string) =>
    files[path] ?? (path.endsWith('/dm/uuid') ? uuid : path === '/proc/swaps' ? swaps : undefined);
  return { exec, read, clock: atNoon, isAdministrator, homes: async () => homes };
}

export function ask(parts: ReturnType<typeof device>): Promise<Reading<Encryption>> {
  return createEncryptionProbe(parts)(new AbortController().signal);
}

export function summary(reading: Reading<Encryption>): string {
  return reading.state === 'known' ? reading.value.protection : `unknown ${reading.reason}`;
}

function mountsOf(lsblk: string): string {
  const filesystems = (parseLsblk(lsblk) ?? []).flatMap((block) =>
    block.mountpoints
      .filter((target) => target !== '[SWAP]')
      .map((target) => ({ target, source: `/dev/${block.kname}`, fstype: block.fstype })),
  );
  return JSON.stringify({ filesystems });
}

/** What dmsetup says when every device that looks encrypted is. */
export function cryptTable(lsblk: string, cipher = 'aes-xts-plain64'): string {
  return (parseLsblk(lsblk) ?? [])
    .filter((block) => block.type === 'crypt')
    .map((block) => `${block.name}: 0 11114463 crypt ${cipher} :64:logon:x 0 254:3 32768`)
    .join('\n');
}
