import type { Instant } from '../../instant.ts';
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

export const hourMs = 60 * 60 * 1000;

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

export { listOf };

/** The same with a limit, for lists that a device may make long: "a, b and 7 more". */
export function shortListOf(names: readonly string[], most = 5): string {
  return names.length <= most ? listOf(names) : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
