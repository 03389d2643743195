import { closedTimeAt } from '../../calendar/opening-hours.ts';
import { type Instant, instant } from '../../instant.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../findings.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import { answerOf } from './apps.ts';
import { type Case, finding, listOf, type Rule, shortListOf } from './rule.ts';

/** What signing out itself takes, and the look afterwards. */
const actingMs = 10 * 60_000;

/** Until when a closing is to be over: every postponement that the setting allows may have been used. */
export function signedOutBy(closing: Instant, { closingTime }: EvaluatedPolicy['switches']): Instant {
  const postponed = closingTime === null ? 0 : closingTime.postpones * closingTime.postponeMinutes * 60_000;
  return instant(Date.parse(closing) + postponed + actingMs);
}

/** DEV2: after closing time nobody is signed in, to the device or to the setting's own apps, as far as the setting asks it. */
export const hometime: Rule = (given) => {
  const { policy, now } = given;
  const { closingTime } = policy.switches;
  if (closingTime === null) return [];
  const closed = closedTimeAt(now, policy.calendar);
  if (closed === undefined || now < signedOutBy(closed.from, policy.switches)) return [];
  const said = [
    ...(closingTime.logOutPeople ? stillLoggedIn(given) : []),
    ...(closingTime.signOutApps ? stillSignedIn(given) : []),
  ];
  return said.length === 0 ? [] : [missed(said, given.facts)];
};

function missed(said: readonly string[], { observedUntil }: Facts): Finding {
  const remedy =
    'Sign out at the device, or order it from the fleet page; the device does it when it is next switched on.';
  const then = observedUntil === undefined ? '' : ' when it was last heard';
  return finding('hometime-missed', `The setting is closed, and ${listOf(said)}${then}.`, remedy);
}

function stillLoggedIn({ facts, policy }: Case): string[] {
  const { sessions } = facts.sections;
  if (sessions.state === 'known') {
    const people = [...new Set(sessions.value.sessions.map(({ person }) => person))];
    return people.length === 0 ? [] : [`${shortListOf(people)} ${verbOf(people, facts)} signed in on this device`];
  }
  if (policy.switches.absence.sessions === 'look') return [];
  return [`nothing shows that everybody is logged out, for ${unknownSentence(sessions.reason, facts.platform).why}`];
}

/** What a device told that is out of touch was so then; whether it still is, nobody knows. */
function verbOf({ length }: readonly unknown[], { observedUntil }: Facts): string {
  if (observedUntil !== undefined) return length === 1 ? 'was' : 'were';
  return length === 1 ? 'is still' : 'are still';
}

function stillSignedIn({ facts, policy }: Case): string[] {
  const { apps } = facts.sections;
  const nursery = policy.apps.apps.filter(({ kind }) => kind === 'nursery');
  const having = (answer: string) =>
    nursery.filter((app) => (apps.state === 'known' ? answerOf(apps.value, policy, app) : 'unknown') === answer);
  const names = (found: typeof nursery) => shortListOf(found.map(({ name }) => name));
  const signedIn = having('signed-in');
  if (signedIn.length > 0) return [`${names(signedIn)} ${verbOf(signedIn, facts)} signed in`];
  const untold = having('unknown');
  if (untold.length === 0 || policy.switches.absence.apps === 'look') return [];
  return [`nothing shows that ${names(untold)} ${untold.length === 1 ? 'is' : 'are'} signed out`];
}
