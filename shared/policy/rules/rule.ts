import { localDateTime } from '../../calendar/local-time.ts';
import { type Instant, instant } from '../../instant.ts';
import type { Unknown } from '../../reading.ts';
import { listOf } from '../../words.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Facts } from '../facts.ts';
import type { Finding, FindingCode } from '../findings.ts';
import type { Place } from '../place.ts';
import { unknownSentence } from '../unknown-sentences.ts';

/** All that a rule may look at. */
export interface Case {
  facts: Facts;
  policy: EvaluatedPolicy;
  place: Place;
  now: Instant;
}

/** One rule of the setting: what of it is not met. Pure, and it never throws. */
export type Rule = (given: Case) => Finding[];

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function finding(code: FindingCode, text: string, remedy: string): Finding {
  return { code, text, remedy, graceUntil: null };
}

/** The finding of a fact that is unknown. `what` ends "It cannot be told …". */
export function cannotTell(
  code: FindingCode,
  what: string,
  { reason }: Pick<Unknown, 'reason'>,
  { platform }: Pick<Facts, 'platform'>,
): Finding {
  const { why, remedy } = unknownSentence(reason, platform);
  return finding(code, `It cannot be told ${what}: ${why}.`, remedy);
}

/** The finding of a fact whose parts contradict its sum: neither is believed. `what` as above. */
export function contradiction(code: FindingCode, what: string, parts: string): Finding {
  const text = `It cannot be told ${what}: ${parts}, which contradicts the rest of what the device says.`;
  return finding(code, text, 'Check it by hand, and please send us the case.');
}

/** How the words of a finding begin to end that stands on nothing but an unknown fact. */
export const countedWords = 'The setting counts that as';

/**
 * The finding of an unknown fact, or, where the setting's switch has it count as broken, the finding of the broken rule
 * with words that say so. `as` ends "The setting counts that as …".
 */
export function unlessCounted(
  found: Finding,
  absence: 'look' | 'counts-as-broken',
  broken: { code: FindingCode; as: string },
): Finding {
  if (absence === 'look') return found;
  return { ...found, code: broken.code, text: `${found.text} ${countedWords} ${broken.as}.` };
}

/**
 * When the grace of a finding is over that is found now, reckoned from its beginning; null: it has none, or it is over.
 * It runs while it is known that the finding holds: not while a device is switched off.
 */
export function graceUntil({ facts, now }: Case, code: FindingCode, ms: number): Instant | null {
  return endOfGrace(facts.standingSince[code] ?? now, ms, facts.observedUntil ?? now);
}

/** The same by the calendar: days pass, whether the device is switched on or not. */
export function calendarGraceUntil({ facts, now }: Case, code: FindingCode, ms: number): Instant | null {
  return endOfGrace(facts.standingSince[code] ?? now, ms, now);
}

function endOfGrace(since: Instant, ms: number, now: Instant): Instant | null {
  const end = Date.parse(since) + ms;
  return ms === 0 || end <= Date.parse(now) ? null : instant(end);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "18:40 on 3 Nov", by the setting's own clock. */
export function whenWords(at: Instant, { calendar }: Pick<EvaluatedPolicy, 'calendar'>): string {
  const { date, time } = localDateTime(at, calendar.offsets);
  return `${time} on ${dayWords(date)}`;
}

/** "3 Nov". */
export function dayWords(date: string): string {
  return `${Number(date.slice(8, 10))} ${months[Number(date.slice(5, 7)) - 1] ?? ''}`;
}

export { listOf };

/** The same with a limit, for lists that a device may make long: "a, b and 7 more". */
export function shortListOf(names: readonly string[], most = 5): string {
  return names.length <= most ? listOf(names) : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
