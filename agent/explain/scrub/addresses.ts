import { isIPv6 } from 'node:net';
import { defaultFilterTests } from '../../../shared/policy/filter-tests.ts';

/** Gives each word of a kind its number, from 1 on, and the same one each time. */
export type Numbering = (kind: string, word: string) => number;

/** Addresses that the makers of filters publish: they tell nothing of anybody, and verdicts go by them. */
const published: ReadonlySet<string> = new Set(
  JSON.stringify(defaultFilterTests).match(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g),
);

/** Of a network at home (RFC 1918 and the like), of the device itself, of everybody, of examples. */
const privateAddress =
  /^(?:0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2(?:2[4-9]|[345]\d)\.)/;

/**
 * A public address stands for another one in 198.18.0.0/15, which nobody has; its last part stays,
 * so that addresses of one network stay in one. Private ones stay as they are.
 */
export function standInAddress4(address: string, numberOf: Numbering): string {
  if (privateAddress.test(address) || published.has(address)) return address;
  const parts = address.split('.');
  const number = numberOf('network4', parts.slice(0, 3).join('.'));
  return `198.${18 + ((number >> 8) & 1)}.${number & 255}.${parts[3] ?? '0'}`;
}

/** The same in the kernel's hex, lowest byte first: "0101A8C0". */
export function standInHex4(word: string, numberOf: Numbering): string {
  const bytes = Buffer.from(word, 'hex').reverse();
  const parts = standInAddress4(bytes.join('.'), numberOf).split('.').map(Number);
  return Buffer.from(parts.reverse()).toString('hex').toUpperCase();
}

/** An address with its 32 hex digits; undefined: it is none. */
function digitsOf(address: string): string | undefined {
  if (!isIPv6(address) || address.includes('.')) return undefined;
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), tail === undefined ? [] : groups(tail)];
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last]
    .map((group) => group.padStart(4, '0'))
    .join('')
    .toLowerCase();
}

/** As written; a word that is no address stays. */
export function standInAddress6(address: string, numberOf: Numbering): string {
  const digits = digitsOf(address);
  const made = digits === undefined ? undefined : standInHex6(digits, numberOf);
  if (digits === undefined || made === undefined || made === digits) return address;
  const text = (made.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

/**
 * 32 hex digits. What kind of address it is stays (fe80, fd, ff, nothing); the network's half and
 * the device's half, in which a hardware address may lie, are each replaced.
 */
export function standInHex6(word: string, numberOf: Numbering): string {
  const digits = word.toLowerCase();
  // Of everybody: the whole net, the device itself, to many at once, a whole kind ("2000::"), "fe80::1".
  if (/^(?:ff|0{20})/.test(digits) || /^[0-9a-f]{4}0{28}$/.test(digits) || /^fe80.{12}0{12}/.test(digits)) return word;
  const [network, own] = [digits.slice(0, 16), digits.slice(16)];
  const number = (kind: string, half: string) => numberOf(kind, half).toString(16).padStart(4, '0');
  const kept = /^0*$/.test(own) ? own : `000000000000${number('interface6', own)}`;
  if (/^fe[89ab]/.test(network)) return `fe80000000000000${kept}`;
  return `${/^f[cd]/.test(network) ? 'fd00' : '2001'}${/^f[cd]/.test(network) ? '0000' : '0db8'}0000${number('network6', network)}${kept}`;
}

/** Of no device: not told, to everybody, and what Android shows instead of its own. */
const noDevice: readonly string[] = ['000000000000', 'ffffffffffff', '020000000000'];

/** A hardware address in the form it was written in: with colons, dashes, escaped, in fours, short, without anything. */
export function standInHardware(word: string, numberOf: Numbering): string {
  const groups = word.split(/\\*[:-]/);
  const digits =
    word.includes('.') || groups.length === 1
      ? word.replace(/\W/g, '')
      : groups.map((group) => group.padStart(2, '0')).join('');
  if (noDevice.includes(digits.toLowerCase())) return word;
  const made = `0a000000${numberOf('hardware', digits.toLowerCase()).toString(16).padStart(4, '0')}`;
  if (word.includes('.')) return (made.match(/.{4}/g) ?? []).join('.');
  if (groups.length === 1) return made;
  const short = groups.some((group) => group.length === 1);
  const pairs = (made.match(/../g) ?? []).map((pair) => (short ? pair.replace(/^0/, '') : pair));
  return pairs.join(/\\*[:-]/.exec(word)?.[0] ?? ':');
}
