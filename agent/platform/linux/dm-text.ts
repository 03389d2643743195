import type { Volume } from '../../../shared/report/encryption.ts';

export type Scheme = NonNullable<Volume['scheme']>;

/**
 * What cryptsetup made, by the mark it leaves in the kernel
 * (`/sys/block/dm-N/dm/uuid`, "CRYPT-LUKS2-…"). undefined: not an encryption.
 * DANGER: lsblk calls all of these "crypt", also `CRYPT-VERITY` and
 * `CRYPT-INTEGRITY`, which encrypt nothing.
 */
export function schemeOfUuid(uuid: string): Scheme | undefined {
  const kind = /^CRYPT-([A-Z0-9]+)/.exec(uuid.trim())?.[1];
  switch (kind) {
    case 'LUKS1':
      return 'luks1';
    case 'LUKS2':
      return 'luks2';
    case 'PLAIN':
      return 'plain-dm-crypt';
    case 'BITLK':
      return 'bitlocker';
    case 'FVAULT2':
      return 'filevault';
    case 'TCRYPT':
    case 'LOOPAES':
      return 'unknown';
    default:
      return undefined;
  }
}

/** One line of a device's table: which part of the kernel serves it, and with which cipher. */
export interface DmPart {
  target: string;
  cipher: string | undefined;
}

/** `dmsetup table`: the parts of each mapped device, by name. A line of another form is left out: its device is then missing. */
export function parseDmTable(text: string): Map<string, DmPart[]> {
  const tables = new Map<string, DmPart[]>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^(.+?): \d+ \d+ (\S+)(?: (\S+))?/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const part = { target: match[2], cipher: match[2] === 'crypt' ? match[3] : undefined };
    tables.set(match[1], [...(tables.get(match[1]) ?? []), part]);
  }
  return tables;
}

/**
 * What a device's table makes of what lies below it. `open`: nothing on it is
 * changed by any cipher. `mixed`: the stretches of a conversion, for a finished
 * LUKS2 device is one stretch of one cipher.
 */
export type TableKind = 'ciphers' | 'no-cipher' | 'open' | 'mixed';

export function kindOfTable(parts: readonly DmPart[], scheme: Scheme): TableKind {
  // "zero" stands where BitLocker keeps its own notes: no data.
  const holding = parts.filter(({ target }) => target !== 'zero');
  if (holding.length > 0 && holding.every(({ target }) => target === 'linear')) return 'open';
  if (holding.length === 0 || !holding.every(({ target }) => target === 'crypt')) return 'mixed';
  if (holding.some(({ cipher }) => isNoCipher(cipher))) return 'no-cipher';
  return scheme === 'luks2' && holding.length > 1 ? 'mixed' : 'ciphers';
}

export interface CryptStatus {
  converting: boolean;
  opal: boolean;
  cipher: string;
}

/**
 * `cryptsetup status NAME`. `no-header`: active, but its disk bears no header of
 * it (any more): that lies elsewhere, or the disk was decrypted while in use.
 * undefined: inactive, or not understood.
 */
export function parseCryptStatus(text: string): CryptStatus | 'no-header' | undefined {
  if (!/ is active/.test(text)) return undefined;
  if (/^\s*type:\s*n\/a\s*$/m.test(text)) return 'no-header';
  const cipher = /^\s*cipher:\s*(\S+)/m.exec(text)?.[1];
  // The line of its own: a name may hold any word.
  const opal = /^\s*encryption:\s.*\bOPAL\b/m.test(text);
  // The last line printed: without it the text is cut short.
  const whole = /^\s*mode:\s*\S/m.test(text);
  if (!whole || (cipher === undefined && !opal)) return undefined;
  return { converting: /^\s*reencryption:/m.test(text), opal, cipher: cipher ?? '' };
}

/**
 * `cryptsetup luksDump DEVICE`: whether a conversion is under way; `open`: whether its data, or a
 * place that holds the key, is under no cipher, so that anybody may read it. undefined: not understood.
 */
export function parseLuksDump(text: string): { version: 1 | 2; converting: boolean; open: boolean } | undefined {
  const version = /^Version:\s*([12])\s*$/m.exec(text)?.[1];
  if (version === undefined || !/^(Keyslots:|Key Slot 0:)/m.test(text)) return undefined;
  const converting = /^Requirements:.*reencrypt/m.test(text);
  const ciphers = [...text.matchAll(/^\s*cipher(?: name)?:\s*(\S+)/gim)].map((match) => match[1]);
  const open = ciphers.some(isNoCipher) || /^\s+\d+: linear\s*$/m.test(text);
  return { version: version === '1' ? 1 : 2, converting, open };
}

/** A cipher that leaves everything readable, in each way of writing it ("capi:ecb(cipher_null)-plain"); used by tools while they convert a disk. */
export function isNoCipher(cipher: string | undefined): boolean {
  return cipher === undefined || cipher.includes('cipher_null');
}
