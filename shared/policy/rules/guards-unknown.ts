import type { Reading, UnknownReason } from '../../reading.ts';
import type { Session } from '../../report/sessions.ts';
import type { Facts } from '../facts.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import { finding, listOf, type Rule, shortListOf } from './rule.ts';

/** Until then a device that was just signed in to has its time to ask for that account. */
const newSessionMs = 15 * 60 * 1000;

/** One thing that cannot be told. `what` ends "It cannot be told …". */
interface Untold {
  what: string;
  reason: UnknownReason;
}

/** The same in words of its own. */
interface Said {
  text: string;
  remedy: string;
}

/**
 * What of the guards cannot be told, in one finding: unknown is never safe, and six
 * findings of "cannot tell" would hide the rest of the page.
 *
 * Firewall and antivirus count only where the system has something to ask: no
 * demand of a setting names them, and a system that has none is not unsafe by
 * that alone. Rights, locks and the list of programs are demanded (DEV7, DEV8),
 * so a system of which Hometime cannot ask them is to be checked by hand.
 */
export const guardsUnknown: Rule = ({ facts, now }) => {
  const untold = [...untoldRights(facts), ...untoldPrograms(facts)];
  const reasons = [...new Set(untold.map(({ reason }) => reason))];
  const said: Said[] = [
    ...reasons.map((reason) => {
      const what = untold.flatMap((one) => (one.reason === reason ? [one.what] : []));
      const { why, remedy } = unknownSentence(reason, facts.platform);
      return { text: `It cannot be told ${listOf(what, 'or')}: ${why}.`, remedy };
    }),
    ...untoldDelays(facts),
    ...untoldPeople(facts, Date.parse(now)),
    ...textConsoles(facts),
  ];
  if (said.length === 0) return [];
  const remedies = new Set(said.map(({ remedy }) => remedy));
  return [finding('guards-unknown', said.map(({ text }) => text).join(' '), [...remedies].join(' '))];
};

function untoldRights(facts: Facts): Untold[] {
  const { rights } = facts.sections;
  const administratorIs = 'who may install programs';
  if (rights.state === 'unknown') {
    const what = [
      ...(facts.childFacing ? [administratorIs] : []),
      'whether the screen locks',
      'whether it signs in by itself',
    ];
    return what.map((one) => ({ what: one, reason: rights.reason }));
  }
  const { people, automaticSignIn, firewall, antivirus } = rights.value;
  const withScreen = people.filter(({ person }) => !hasNoScreen(person, facts));
  return [
    ...(facts.childFacing
      ? once(
          administratorIs,
          people.map(({ administrator }) => administrator),
        )
      : []),
    ...once(
      'whether the screen locks',
      withScreen.map(({ screenLock }) => screenLock),
    ),
    ...once('whether it signs in by itself', [automaticSignIn]),
    ...once('whether the firewall is on', [firewall]).filter(isOfTheSystem),
    ...once('whether it is protected against viruses', [antivirus]).filter(isOfTheSystem),
  ];
}

function untoldPrograms({ sections: { programs }, childFacing }: Facts): Untold[] {
  if (!childFacing) return [];
  const what = 'whether programs were installed';
  if (programs.state === 'unknown') return [{ what, reason: programs.reason }];
  return [...new Set(programs.value.unread.map(({ reason }) => reason))].map((reason) => ({ what, reason }));
}

/** Locks that are on, and of which nothing says that they come by themselves. */
function untoldDelays({ sections: { rights } }: Facts): Said[] {
  if (rights.state === 'unknown') return [];
  const found = rights.value.people.filter(
    ({ screenLock }) => screenLock.state === 'known' && screenLock.value.on && screenLock.value.afterSeconds === null,
  );
  if (found.length === 0) return [];
  const text = `It cannot be told whether the screen of ${shortListOf(found.map(({ person }) => person))} locks by itself, nor after how long.`;
  return [{ text, remedy: 'Look at the screen lock in that account’s settings.' }];
}

/** People with a session of whose rights nothing was told: an empty list is no answer about them. */
function untoldPeople({ sections: { rights, sessions } }: Facts, now: number): Said[] {
  if (rights.state === 'unknown' || sessions.state === 'unknown') return [];
  const told = new Set(rights.value.people.map(({ person }) => person));
  const isNew = ({ since }: Session) => since !== null && Math.abs(now - Date.parse(since)) < newSessionMs;
  const missing = sessions.value.sessions.filter((session) => !told.has(session.person) && !isNew(session));
  if (missing.length === 0) return [];
  const people = [...new Set(missing.map(({ person }) => person))];
  const text = `It cannot be told what ${shortListOf(people)} may do on this device, nor whether the screen locks: the device says who is signed in, and nothing more.`;
  return [{ text, remedy: 'It is asked again by itself; check it by hand if it stays so.' }];
}

/** A text console has no screen lock that could be on; it stands open for as long as somebody is signed in there. */
function textConsoles(facts: Facts): Said[] {
  const { rights, sessions } = facts.sections;
  if (rights.state === 'unknown' || sessions.state === 'unknown') return [];
  const people = rights.value.people.flatMap(({ person, screenLock }) => {
    const isAtConsole = sessions.value.sessions.some((one) => one.person === person && one.where === 'console');
    return screenLock.state === 'unknown' && hasNoScreen(person, facts) && isAtConsole ? [person] : [];
  });
  if (people.length === 0) return [];
  const text = `${shortListOf(people)} ${people.length === 1 ? 'is' : 'are'} signed in at a text console, which does not lock by itself.`;
  return [{ text, remedy: 'Sign out there before leaving the device.' }];
}

/** Whether a person is signed in on Linux without a desktop only: "not supported" is then no gap of Hometime's. */
function hasNoScreen(person: string, { platform, sections: { rights, sessions } }: Facts): boolean {
  if (platform !== 'linux' || rights.state === 'unknown' || sessions.state === 'unknown') return false;
  const lock = rights.value.people.find((one) => one.person === person)?.screenLock;
  if (lock?.state !== 'unknown' || lock.reason !== 'not-supported') return false;
  const own = sessions.value.sessions.filter((session) => session.person === person);
  return own.length > 0 && own.every(({ where }) => where === 'console' || where === 'remote');
}

/** Each reason once, however many people it is true of. */
function once(what: string, readings: readonly Reading<unknown>[]): Untold[] {
  const reasons = readings.flatMap((reading) => (reading.state === 'unknown' ? [reading.reason] : []));
  return [...new Set(reasons)].map((reason) => ({ what, reason }));
}

function isOfTheSystem({ reason }: Untold): boolean {
  return reason !== 'not-supported';
}
