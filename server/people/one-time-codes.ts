import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const periodS = 30;
/** Clocks of telephones run wrong: the code before and the one after count as well. */
const drift = 1;
const secretBytes = 20;
const howManyRecoveryCodes = 10;
/** No letter that looks like another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A new secret for an authenticator app: 160 bits, base32. */
export function newAppSecret(): string {
  return new Secret({ size: secretBytes }).base32;
}

/** What an authenticator app reads from a QR code. */
export function appUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/** The time step a six-digit code belongs to, when it is the one of now, a step before or a step after; else undefined. */
export function stepOfCode(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totp(secret, '').validate({ token: code, timestamp: now, window: drift });
  return delta === null ? undefined : Math.floor(now / 1_000 / periodS) + delta;
}

function totp(secret: string, label: string): TOTP {
  const given = { issuer: 'Hometime', label, algorithm: 'SHA1', digits: 6, period: periodS };
  return new TOTP({ ...given, secret: Secret.fromBase32(secret) });
}

/** Ten codes of 78 random bits, for whoever lost their telephone: "abcd-efgh-jkmn-pqrs". */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: howManyRecoveryCodes }, () => {
    const letters = Array.from({ length: 16 }, randomLetter).join('');
    return (letters.match(/.{4}/g) ?? []).join('-');
  });
}

function randomLetter(): string {
  for (;;) {
    // Bytes past the last whole round of the alphabet would favour its first letters.
    const [byte = 255] = randomBytes(1);
    if (byte < 256 - (256 % alphabet.length)) return alphabet[byte % alphabet.length] ?? '';
  }
}

/** What is stored of a recovery code, however it was typed. Bound to its person, so that equal digests tell nothing. */
export function recoveryDigest(personId: string, code: string): string {
  const bare = code.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return createHash('sha256').update(`${personId}\n${bare}`).digest('hex');
}
