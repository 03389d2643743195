import { nextAcademicYearStart, nextTermEnd } from '../calendar/days.ts';
import { instantOf, localDateTime } from '../calendar/local-time.ts';
import { closingAfter, closingBefore } from '../calendar/opening-hours.ts';
import { type Instant, instant } from '../instant.ts';
import type { Evaluation } from './evaluate.ts';
import type { EvaluatedPolicy } from './evaluated-policy.ts';
import { placeGraceUntil } from './judge-place.ts';
import { signedOutBy } from './rules/hometime.ts';

/**
 * When this evaluation may come out otherwise though no fact changes: a grace runs out, an unknown place begins to count,
 * the setting closes, a term or the academic year ends. null: not before something is reported. What merely grows old
 * (a memory stick that was there yesterday) is left to the next report.
 */
export function nextLook(
  { findings, place, placeMemory }: Pick<Evaluation, 'findings' | 'place' | 'placeMemory'>,
  policy: EvaluatedPolicy,
  now: Instant,
): Instant | null {
  const { unknownSince } = placeMemory;
  const due = [
    ...findings.flatMap(({ graceUntil }) => (graceUntil === null ? [] : [graceUntil])),
    ...(place.verdict === 'unknown' && unknownSince !== null ? [placeGraceUntil(unknownSince, policy)] : []),
    ...closingTimes(policy, now),
    ...termTimes(policy, now),
  ];
  const coming = due.map((at) => Date.parse(at)).filter((at) => at > Date.parse(now));
  return coming.length === 0 ? null : instant(Math.min(...coming));
}

/** When the closing that comes next, or the one just gone, is to be over. */
function closingTimes({ switches, calendar }: EvaluatedPolicy, now: Instant): Instant[] {
  if (switches.closingTime === null) return [];
  return [closingBefore(now, calendar), closingAfter(now, calendar)].flatMap((closing) =>
    closing === null ? [] : [signedOutBy(closing, switches)],
  );
}

/** Midnight before the next day by which photos are to be gone. */
function termTimes({ switches, calendar }: EvaluatedPolicy, now: Instant): Instant[] {
  const kept = Object.values(switches.photoKeep);
  const { date } = localDateTime(now, calendar.offsets);
  const term = kept.includes('until-half-term') ? nextTermEnd(date, calendar) : null;
  const year = nextAcademicYearStart(date, calendar);
  return [...(term === null ? [] : [term]), year].map((day) =>
    instantOf({ date: day, time: '00:00' }, calendar.offsets),
  );
}
