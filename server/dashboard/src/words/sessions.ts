import type { Reading } from '../../../../shared/reading.ts';
import type { Session, Sessions } from '../../../../shared/report/sessions.ts';
import { listOf } from '../../../../shared/words.ts';
import { atTime } from './time.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

const where: { readonly [Name in Session['where']]: string } = {
  console: 'at the device, on a text screen',
  graphical: 'at the device',
  remote: 'from another computer',
  unknown: 'not known from where',
};

const activity: { readonly [Name in Session['activity']]: string } = {
  active: 'in use now',
  background: 'in the background',
  disconnected: 'switched away, still signed in',
  unknown: '',
};

/** The people of these sessions, each once, in the order they were reported. */
export function peopleOf(sessions: readonly Session[]): string[] {
  return [...new Set(sessions.map((session) => session.person))];
}

/** Who is signed in: names, "Nobody", or why it is not known. A stranger to the device's list looks wrong. */
export function sessionsWords(reading: Reading<Sessions>, assigned: readonly string[] | null): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const people = peopleOf(reading.value.sessions);
  if (people.length === 0) return { text: 'Nobody', tone: 'plain' };
  const strangers = assigned !== null && people.some((person) => !assigned.includes(person));
  return { text: listOf(people), tone: strangers ? 'warn' : 'plain' };
}

/** One session: "at the device, since 09:12, in use now". */
export function sessionWords(session: Session, now: number): string {
  const since =
    session.since === null ? 'since when is not kept' : `since ${atTime(session.since, now).replace(/^(at|on) /, '')}`;
  const locked = session.locked === true ? 'screen locked' : '';
  return [where[session.where], since, activity[session.activity], locked].filter((part) => part !== '').join(', ');
}

/** Sessions seen before or after an order: "amara (at the device)", or what to call it when there are none. */
export function seenSessions(sessions: readonly Session[], noOne: string): string {
  if (sessions.length === 0) return noOne;
  return listOf(sessions.map((session) => `${session.person} (${where[session.where]})`));
}
