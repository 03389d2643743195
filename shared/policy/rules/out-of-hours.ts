import { closedTimeAt } from '../../calendar/opening-hours.ts';
import { type Instant, instant } from '../../instant.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Facts } from '../facts.ts';
import { type Case, dayMs, finding, hourMs, minuteMs, type Rule, shortListOf, whenWords } from './rule.ts';

/** Sign-ins are told of for a day: whoever looks once a day sees them. */
const toldForMs = dayMs;

/** Whether the setting has such a device locked away while it is closed (DEV6). */
export function isLockedAway({ kind }: Facts, { switches }: EvaluatedPolicy): boolean {
  const { kinds } = switches.outOfHours;
  return kinds === 'all' || (kinds === 'tablets' && kind === 'tablet');
}

/** Whether the setting was closed for all of this time, its margins before and after the day left out. */
function isClosedFor(from: Instant, ms: number, { calendar, switches }: EvaluatedPolicy): boolean {
  const closed = closedTimeAt(from, calendar);
  if (closed === undefined) return false;
  const marginMs = switches.outOfHours.marginMinutes * minuteMs;
  const begins = Date.parse(from);
  if (begins < Date.parse(closed.from) + marginMs) return false;
  return closed.to === null || begins + ms <= Date.parse(closed.to) - marginMs;
}

/** DEV6: a device that is to be locked away is not used while the setting is closed: nobody signs in, to it or to an app. */
export const usedOutOfHours: Rule = (given) => {
  const { facts, policy } = given;
  if (!isLockedAway(facts, policy)) return [];
  const seen = [...signIns(given), ...appSignIns(given)].filter(({ who }) => !isAlwaysAllowed(who, given));
  if (seen.length === 0) return [];
  const people = [...new Set(seen.map(({ who }) => who ?? 'somebody'))].sort();
  const first = instant(Math.min(...seen.map(({ at }) => Date.parse(at))));
  const text = `${shortListOf(people)} signed in on this device while the setting was closed, at ${whenWords(first, policy)}.`;
  // An account's name stays as the system writes it: it goes on record.
  const remedy = 'Ask who had the device, and see that it is locked away when the setting closes.';
  return [finding('used-out-of-hours', text.replace(/^somebody/, 'Somebody'), remedy)];
};

interface SeenSignIn {
  at: Instant;
  who: string | null;
}

function signIns({ facts: { sections }, policy, now }: Case): SeenSignIn[] {
  if (sections.sessions.state === 'unknown') return [];
  return sections.sessions.value.sessions.flatMap(({ person, since }) =>
    since !== null && isRecent(since, now) && isClosedFor(since, 0, policy) ? [{ at: since, who: person }] : [],
  );
}

/** Beginnings of sign-ins to apps are told to the hour: all of the hour must lie in the closed time. */
function appSignIns({ facts: { sections }, policy, now }: Case): SeenSignIn[] {
  if (sections.apps.state === 'unknown') return [];
  return sections.apps.value.signIns.flatMap(({ person, since, state }) =>
    state === 'signed-in' && since !== null && isRecent(since, now) && isClosedFor(since, hourMs, policy)
      ? [{ at: since, who: person }]
      : [],
  );
}

function isRecent(at: Instant, now: Instant): boolean {
  const ago = Date.parse(now) - Date.parse(at);
  return ago >= 0 && ago < toldForMs;
}

function isAlwaysAllowed(who: string | null, { policy }: Case): boolean {
  return who !== null && policy.switches.alwaysAllowed.includes(who);
}

/**
 * DEV6: a device that is to be locked away stays where it is while the setting is closed. It counts from when it was first
 * seen elsewhere: one that was carried off unseen by day and switched on at night was not locked away either.
 */
export const movedAtNight: Rule = ({ facts, policy, place, now }) => {
  if (place.verdict !== 'off-site' || !isLockedAway(facts, policy)) return [];
  const { last, lastSince = null } = facts.placeMemory;
  const since = last === 'on-site' ? now : lastSince;
  if (last === null || since === null || !isClosedFor(since, 0, policy)) return [];
  const text = `The setting was closed, and this device was seen away from it, first at ${whenWords(since, policy)}.`;
  return [finding('moved-at-night', text, 'Find out who has it, and have it brought back.')];
};
