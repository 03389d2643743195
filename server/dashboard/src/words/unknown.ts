import { unknownDetailWords } from '../../../../shared/policy/unknown-details.ts';
import { unknownSentence } from '../../../../shared/policy/unknown-sentences.ts';
import type { Unknown } from '../../../../shared/reading.ts';
import { capital } from './time.ts';
import type { Said } from './tone.ts';

/** Short, for a table: "Not known", with why. */
export function unknownSaid(reading: Unknown): Said {
  return { text: `Not known: ${unknownSentence(reading.reason).why}`, tone: 'unknown' };
}

/** Whole sentences, for the device page. */
export function unknownInFull(reading: Unknown): { why: string; remedy: string } {
  const { why, remedy } = unknownSentence(reading.reason);
  const asked = reading.detail === undefined ? '' : ` It concerns ${unknownDetailWords(reading.detail)}.`;
  return { why: `${capital(why)}.${asked}`, remedy };
}
