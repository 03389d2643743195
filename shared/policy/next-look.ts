import { nextAcademicYearStart, nextTermEnd } from '../calendar/days.ts';
import { instantOf, localDateTime } from '../calendar/local-time.ts';
import { closingAfter, closingBefore } from '../calendar/opening-hours.ts';
import { type Instant, instant } from '../instant.ts';
import type { Evaluation } from './evaluate.ts';
import type { EvaluatedPolicy } from './evaluated-policy.ts';
import { placeGraceUntil } from './judge-place.ts';
import { signedOutBy } from './rules/hometime.ts';

/** A grace that stands still, for nothing was heard of the device since, goes on when it speaks; its hello is not waited for alone. */
const standstillMs = 15 * 60_000;

/**
 * When this evaluation may come out otherwise though no fact changes: a grace runs out, an unknown place begins to count,
 * the setting closes, a term or the academic year ends. null: not before something is reported. What merely grows old
 * (a memory stick that was there yesterday) is left to the next report.
 * `until`: until when the facts are known to hold. `awaited`: when an agent that was stopped is to be back.
 */
export function nextLook(
  { findings, place, placeMemory }: Pick<Evaluation, 'findings' | 'place' | 'placeMemory'>,
  policy: EvaluatedPolicy,
  { now, until = now, awaited = null }: { now: Instant; until?: Instant | undefined; awaited?: Instant | null },
): Instant | null {
  const { unknownSince } = placeMemory;
  const placeCounts =
    place.verdict === 'unknown' && unknownSince !== null ? [placeGraceUntil(unknownSince, policy)] : [];
  const running = [
    ...findings.flatMap(({ graceUntil }) => (graceUntil === null ? [] : [graceUntil])),
    ...placeCounts.filter((at) => Date.parse(at) > Date.parse(until)),
  ];
  const nowMs = Date.parse(now);
  const due = [
    ...running.map((at) => (Date.parse(at) > nowMs ? Date.parse(at) : nowMs + standstillMs)),
    ...[...closingTimes(policy, now), ...termTimes(policy, now)].map((at) => Date.parse(at)),
    ...(awaited === null ? [] : [Date.parse(awaited)]),
  ].filter((at) => at > nowMs);
  return due.length === 0 ? null : instant(Math.min(...due));
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
