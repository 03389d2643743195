import { createHmac, timingSafeEqual } from 'node:crypto';
import { groupedLetters, normalisedLetters } from './release-challenge.ts';

/** Letters and digits that nobody confuses over the telephone: Crockford's base 32, without I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Wrong codes a locked device takes; after these only the server, or a new challenge after an hour, releases it. */
export const releaseTries = 5;

/** What is bound into a code: it opens one lock of one enrolment of one device, once. */
export interface ReleaseQuestion {
  deviceId: string;
  epoch: number;
  /** As the device shows it. */
  challenge: string;
}

/**
 * The answer to a device's challenge: HMAC-SHA256 under the device's release key
 * (base64 of 32 bytes), cut to 40 bits, as two groups of four. 40 bits and five tries:
 * one chance in two hundred thousand million.
 */
export function releaseCodeOf(key: string, { deviceId, epoch, challenge }: ReleaseQuestion): string {
  const digest = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`hometime release\n${deviceId}\n${epoch}\n${normalisedLetters(challenge)}`)
    .digest();
  return groupedLetters(asLetters(digest.subarray(0, 5)));
}

/** A new challenge from 5 random bytes. */
export function releaseChallengeOf(random: Buffer): string {
  return groupedLetters(asLetters(random.subarray(0, 5)));
}

/** Whether what a person typed is the code; blanks, hyphens and lower case do not matter, and O is 0, I and L are 1. */
export function isReleaseCode(key: string, question: ReleaseQuestion, typed: string): boolean {
  const right = Buffer.from(normalisedLetters(releaseCodeOf(key, question)));
  const given = Buffer.from(normalisedLetters(typed).slice(0, 64));
  return right.length === given.length && timingSafeEqual(right, given);
}

function asLetters(bytes: Buffer): string {
  let number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  let letters = '';
  for (let index = 0; index < 8; index += 1) {
    letters = `${alphabet.charAt(number % 32)}${letters}`;
    number = Math.floor(number / 32);
  }
  return letters;
}
