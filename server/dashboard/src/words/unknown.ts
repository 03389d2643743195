import { unknownSentence } from '../../../../shared/policy/unknown-sentences.ts';
import type { Unknown, UnknownDetail } from '../../../../shared/reading.ts';
import { capital } from './time.ts';
import type { Said } from './tone.ts';

/** What gave no answer, for the person who looks after the device. */
const details: { readonly [Detail in UnknownDetail]: string } = {
  lsblk: 'the tool "lsblk"',
  findmnt: 'the tool "findmnt"',
  blkid: 'the tool "blkid"',
  cryptsetup: 'the tool "cryptsetup"',
  dmsetup: 'the tool "dmsetup"',
  zfs: 'the tool "zfs"',
  busctl: 'the tool "busctl"',
  loginctl: 'the tool "loginctl"',
  proc: 'the system’s own tables',
  resolver: 'the network’s name service',
  'control-names': 'the names that must always answer',
  'random-name': 'a name that must not exist',
  gateway: 'the way out of the network',
  neighbours: 'the list of neighbours on the network',
  'home-folders': 'people’s own folders',
  'picture-folders': 'the folders for pictures',
  systeminformation: 'the system’s description of itself',
  'conversion-state': 'how far the encryption has got',
  fdesetup: 'the tool "fdesetup"',
  diskutil: 'the tool "diskutil"',
  scutil: 'the tool "scutil"',
  who: 'the tool "who"',
  netstat: 'the tool "netstat"',
  getprop: 'the tool "getprop"',
  'screen-lock': 'whether a screen lock with a PIN or password is set',
  powershell: 'Windows PowerShell, which answers for the system',
  bitlocker: 'what Windows says of BitLocker',
  'manage-bde': 'the tool "manage-bde"',
  'windows-sessions': 'Windows’ own list of sign-ins',
  quser: 'the tool "quser"',
};

/** Short, for a table: "Not known", with why. */
export function unknownSaid(reading: Unknown): Said {
  return { text: `Not known: ${unknownSentence(reading.reason).why}`, tone: 'unknown' };
}

/** Whole sentences, for the device page. */
export function unknownInFull(reading: Unknown): { why: string; remedy: string } {
  const { why, remedy } = unknownSentence(reading.reason);
  const asked = reading.detail === undefined ? '' : ` It concerns ${details[reading.detail]}.`;
  return { why: `${capital(why)}.${asked}`, remedy };
}
