import { academicYearStart, lastTermEnd } from '../../calendar/days.ts';
import { type LocalDate, localDateTime } from '../../calendar/local-time.ts';
import type { PhotoCount, Photos } from '../../report/photos.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Finding } from '../findings.ts';
import { apart } from './photo-count.ts';
import { type Case, dayWords, finding, unlessCounted } from './rule.ts';

/** Photos from before this day are to be gone; null: none need be. */
interface Limit {
  before: LocalDate;
  because: string;
}

/** DEV3, DEV4: no photo stays for longer than the setting lets it, by the day on which it was last changed. */
export function photoAge(photos: Photos, given: Case): Finding[] {
  const { facts, policy, now } = given;
  const { date } = localDateTime(now, policy.calendar.offsets);
  const keep = policy.switches.photoKeep[facts.kind];
  if (keep === 'any-time') return [];
  const year = { before: academicYearStart(date, policy.calendar), because: 'before this academic year' };
  const limit = keep === 'academic-year' ? year : termLimit(date, policy);
  const { resources, others } = apart(photos, policy);
  const judged = [
    ...(limit === undefined ? [] : others.map((count) => judge(count, limit, policy))),
    ...(resources === undefined ? [] : [judge(resources, year, policy)]),
  ];
  const old = judged.flatMap((one) => (typeof one === 'string' ? [] : [one]))[0];
  if (old !== undefined) return [tooOld(old)];
  return judged.includes('cannot-tell') ? [unlessCounted(ageUnknown, policy.switches.absence.photos, countsAsOld)] : [];
}

function termLimit(date: LocalDate, { calendar }: EvaluatedPolicy): Limit | undefined {
  const before = lastTermEnd(date, calendar);
  return before === null
    ? undefined
    : { before, because: `before the half-term or end of term of ${dayWords(before)}` };
}

/** `cannot-tell`: there are some, and their age was not measured yet. */
function judge(
  { photos, videos, oldest }: PhotoCount,
  limit: Limit,
  { calendar }: EvaluatedPolicy,
): Limit | 'fine' | 'cannot-tell' {
  if (photos + videos === 0 || oldest === null) return 'fine';
  if (oldest === undefined) return 'cannot-tell';
  return localDateTime(oldest, calendar.offsets).date < limit.before ? limit : 'fine';
}

function tooOld({ because }: Limit): Finding {
  const text = `Photos or videos on the device are from ${because}, and the setting does not keep them for so long.`;
  return finding('photos-too-old', text, 'Move what is needed to the setting’s own storage and clear the rest.');
}

const ageUnknown = finding(
  'photos-unknown',
  'It cannot be told how old the photos on the device are: they were counted and not measured yet.',
  'It goes on by itself while the device is switched on.',
);
const countsAsOld = { code: 'photos-too-old', as: 'photos that are kept for too long' } as const;
