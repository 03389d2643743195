import {
  type Numbering,
  standInAddress4,
  standInAddress6,
  standInHardware,
  standInHex4,
  standInHex6,
} from './addresses.ts';

import { belowHome, standInPath } from './home-files.ts';

/** Words that are known by their shape. `make` gives the stand-in, or the word itself where it tells nothing of anybody. */
interface Shape {
  shape: RegExp;
  /** Leaves what another shape made or kept. */
  isLast?: true;
  make: (word: string, numberOf: Numbering, before: string, after: string) => string;
}

/** Nothing before it that it could be a part of; an escaped line's end is nothing. */
const apart = '(?:(?<![\\w.:])|(?<=\\\\[nrt]))';
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/** In this order: what could be part of another comes after it. */
export const shapes: readonly Shape[] = [
  { shape: belowHome, make: standInPath },
  { shape: /\b\d{6}(?:-\d{6}){7}\b/g, make: () => Array(8).fill('000000').join('-') },
  {
    // What gives a whole disk back: of a Mac, and of systemd. None is ever asked for.
    shape: /\b(?:[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}|[cbdefghijklnrtuv]{8}(?:-[cbdefghijklnrtuv]{8}){7})\b/g,
    make: (word) => word.replace(/[^-]/g, '0'),
  },
  {
    // Units of systemd are written as mail addresses are.
    shape: /[\p{L}\p{M}\p{N}_.+-]{1,64}@[\p{L}\p{M}\p{N}_-]{1,63}(?:\.[\p{L}\p{M}\p{N}_-]{1,63}){1,8}/gu,
    make: (word, numberOf) =>
      /\.(?:service|socket|target|slice|scope|mount|timer|path|device|conf|d|wants)$/.test(word)
        ? word
        : `person${numberOf('mail', word)}@example.com`,
  },
  {
    shape: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    make: (word, numberOf) => dashed(standInDigest(word.replaceAll('-', ''), numberOf)),
  },
  {
    shape: /\bS-1-5-21-\d+-\d+-\d+/g,
    make: (word, numberOf) => `S-1-5-21-1000000000-1000000000-${1_000_000_000 + numberOf('sid', word)}`,
  },
  { shape: /\bS-1-12-1-\d+-\d+-\d+-\d+/g, make: (word, numberOf) => `S-1-12-1-1-1-1-${numberOf('sid', word)}` },
  { shape: /(?<=\bLVM-)[A-Za-z0-9]{32,64}/g, make: standInLvm },
  {
    // Of the kernel's tables of routes and addresses.
    shape: /(?<=^|\s)[0-9a-f]{32}(?= [0-9a-f]{2,8}[ \t])/gm,
    make: standInHex6,
  },
  {
    shape: /(?<=^[^\s"]{1,20}\t(?:[0-9A-F]{8}\t)?)[0-9A-F]{8}(?=[ \t]+(?:[0-9A-F]{8}[ \t]+)?[0-9A-F]{4}[ \t])/gm,
    make: standInHex4,
  },
  // As `nmcli -t` writes it.
  { shape: /(?<!\w)[0-9a-f]{2}(?:\\{1,2}:[0-9a-f]{2}){5}(?!\w)/gi, make: standInHardware },
  {
    shape: new RegExp(`${apart}[0-9a-f]{1,2}(?:(?::[0-9a-f]{1,2}){5}|(?:-[0-9a-f]{1,2}){5})(?![\\w:-])`, 'gi'),
    make: standInHardware,
  },
  {
    shape: /(?<![\w.-])(?:enx|wlx)?[0-9a-f]{12}(?![\w.-])|(?<![\w.-])[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}(?![\w.-])/gi,
    make: bareHardware,
  },
  { shape: new RegExp(`${apart}(?=[0-9a-f]{0,4}:)[0-9a-f:]{3,45}(?![\\w:]|\\.\\d)`, 'gi'), make: standInAddress6 },
  {
    shape: new RegExp(`(?:(?<![\\w.])|(?<=\\\\[nrt]))(?:${octet}\\.){3}${octet}(?![\\w]|\\.\\w)`, 'g'),
    make: (word, numberOf, before, after) => (isVersion(before, after) ? word : standInAddress4(word, numberOf)),
  },
  { shape: /\b[0-9a-f]{24,}\b/gi, isLast: true, make: standInDigest },
];

/** "Version 6.1.0.25", "kernel: 6.1.0.25", "6.1.0.25-amd64": four numbers that are no address. */
function isVersion(before: string, after: string): boolean {
  return (
    /(?:version|versi[oó]n|release|revision|kernel|build|firmware|driver|\bver|\brev|\bos|linux|windows)["'\s:=(,]*v?$/i.test(
      before,
    ) || /^[-+~](?:\d+(?![\d.])|[a-z])/i.test(after)
  );
}

/** Twelve digits are a number as often as not: only with letters, or where it is said, is it an address. */
function bareHardware(word: string, numberOf: Numbering, before: string): string {
  const link = /^(?:enx|wlx)/i.exec(word)?.[0] ?? '';
  const digits = word.slice(link.length);
  const isSaid = link !== '' || /(?:mac|address|bssid|hwaddr)\w{0,10}["'\s:=]*$/i.test(before);
  return isSaid || (/[a-f]/i.test(digits) && /\d/.test(digits)) ? `${link}${standInHardware(digits, numberOf)}` : word;
}

/** A UUID without its dashes is the same thing, and stays so. */
function standInDigest(word: string, numberOf: Numbering): string {
  if (/^0+$/.test(word)) return word;
  const number = String(numberOf('digest', word));
  return word.length === 32 ? `00000000000040008000${number.padStart(12, '0')}` : number.padStart(word.length, '0');
}

function dashed(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The group's 32 letters and the volume's stay apart, so that volumes of one group stay in one. */
function standInLvm(word: string, numberOf: Numbering): string {
  const half = (text: string) =>
    text === '' ? '' : `STANDIN${String(numberOf('lvm', text)).padStart(text.length - 7, '0')}`;
  return `${half(word.slice(0, 32))}${half(word.slice(32))}`;
}
