import type { Reading } from '../../../../shared/reading.ts';
import type { Encryption, Protection, Volume } from '../../../../shared/report/encryption.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

const protection: { readonly [Name in Protection]: Said } = {
  protected: { text: 'Protected', tone: 'good' },
  'not-protected': { text: 'Not protected', tone: 'bad' },
  converting: { text: 'Still being encrypted', tone: 'warn' },
  partial: { text: 'Only partly protected', tone: 'warn' },
};

const claims: { readonly [Name in Protection]: string } = {
  protected: 'Everything that can hold people’s data is encrypted. Whoever finds the device cannot read it.',
  'not-protected': 'The disk is not encrypted. Whoever finds the device can read what is on it.',
  converting: 'The disk is still being encrypted or decrypted. Until that ends, part of it can be read.',
  partial: 'Some of the device is encrypted and some is not. What is not can be read by whoever finds it.',
};

const holds: { readonly [Name in Volume['holds']]: string } = {
  system: 'the system',
  home: 'people’s own files',
  data: 'other data',
  swap: 'memory put aside (swap)',
  boot: 'what starts the device; may stay plain',
};

const states: { readonly [Name in Volume['state']]: Said } = {
  protected: { text: 'encrypted', tone: 'good' },
  'not-protected': { text: 'not encrypted', tone: 'bad' },
  converting: { text: 'being encrypted or decrypted', tone: 'warn' },
  suspended: { text: 'encrypted, but the key lies in the open', tone: 'bad' },
  locked: { text: 'encrypted and not opened', tone: 'good' },
  partial: { text: 'partly encrypted', tone: 'warn' },
  unknown: { text: 'not known', tone: 'unknown' },
};

const schemes: { readonly [Name in NonNullable<Volume['scheme']>]: string } = {
  luks1: 'LUKS 1',
  luks2: 'LUKS 2',
  luks: 'LUKS',
  'plain-dm-crypt': 'plain dm-crypt',
  opal: 'the drive’s own encryption',
  zfs: 'ZFS encryption',
  fscrypt: 'fscrypt',
  ecryptfs: 'eCryptfs',
  bitlocker: 'BitLocker',
  filevault: 'FileVault',
  fbe: 'Android file-based encryption',
  fde: 'Android full-disk encryption',
  none: '',
  unknown: '',
};

export function protectionWords(reading: Reading<Encryption>): Said {
  return reading.state === 'unknown' ? unknownSaid(reading) : protection[reading.value.protection];
}

/** What the answer means for a found or stolen device. */
export function protectionClaim(value: Encryption): string {
  return claims[value.protection];
}

/** One volume in words. A plain boot volume is no fault and does not look like one. */
export function volumeWords(volume: Volume): { name: string; holds: string; state: Said; scheme: string } {
  const said = states[volume.state];
  const harmless = volume.holds === 'boot' && said.tone !== 'good';
  return {
    name: volume.id,
    holds: holds[volume.holds],
    state: harmless ? { text: said.text, tone: 'plain' } : said,
    scheme: volume.scheme === undefined ? '' : schemes[volume.scheme],
  };
}
