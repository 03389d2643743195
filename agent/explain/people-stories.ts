import { unknownSentence } from '../../shared/policy/unknown-sentences.ts';
import type { Reading } from '../../shared/reading.ts';
import type { AppAnswer, Apps } from '../../shared/report/apps.ts';
import type { Programs } from '../../shared/report/programs.ts';
import type { Rights, ScreenLock } from '../../shared/report/rights.ts';
import type { Session, Sessions } from '../../shared/report/sessions.ts';
import { counted, listOf } from '../../shared/words.ts';
import { moment, type Story } from './story.ts';

const wheres: { readonly [Name in Session['where']]: string } = {
  console: 'at the device, in text',
  graphical: 'at the device',
  remote: 'from elsewhere, over the network',
  unknown: 'from where is not known',
};

const activities: { readonly [Name in Session['activity']]: string } = {
  active: '',
  background: ', in the background',
  disconnected: ', disconnected but still signed in',
  unknown: '',
};

/** DEV2, DEV7. */
export const sessionsStory: Story<Sessions> = {
  question: 'Who is signed in to the device?',
  demands: ['DEV2', 'DEV7'],
  answer: ({ sessions }) =>
    sessions.length === 0
      ? ['Nobody is signed in.']
      : sessions.map(
          ({ person, where, since, activity, locked }) =>
            `${person} is signed in ${wheres[where]}${since === null ? '' : ` since ${moment(since)}`}${activities[activity]}${locked === true ? ', with the screen locked' : ''}.`,
        ),
  follows: () => [
    'The system’s own list of sign-ins is believed, and nothing else. "Nobody" is only said when that list was answered and is empty.',
    'A person who is locked out of sight or switched away from is still signed in.',
  ],
};

const answers: { readonly [Name in AppAnswer]: string } = {
  'signed-in': 'SIGNED IN',
  possible: 'possibly signed in: something lasting of it is there, and it is not known whether that is a sign-in',
  'signed-out': 'signed out everywhere',
  unknown: 'not known, because not every browser could be read',
};

/** DEV2, DEV13. */
export const appsStory: Story<Apps> = {
  question: 'Is anybody still signed in to Famly and the like in a browser?',
  demands: ['DEV2', 'DEV13'],
  answer: ({ apps, signIns, unread }) => [
    ...(apps.length === 0 ? ['No app was looked for, so nothing is known of any.'] : []),
    ...apps.map(({ app, answer }) => `${app}: ${answers[answer]}.`),
    ...signIns.map(
      ({ app, person, browser, profile, state, until }) =>
        `${app} in ${browser}, profile ${profile}${person === null ? '' : `, of ${person}`}: ${state === 'signed-in' ? 'signed in' : 'possible'}${until === null ? '' : `, until ${moment(until)} by itself`}.`,
    ),
    ...unread.map(
      ({ browser, person, reason }) =>
        `${browser ?? 'Every browser'}${person === null ? '' : ` of ${person}`} could not be read: ${unknownSentence(reason).why}.`,
    ),
  ],
  follows: () => [
    'What each app keeps in a browser while somebody is signed in is known by name. Whether it is there is looked for; what it holds is never read.',
    'Browsers write a sign-in down within half a minute, so a fresh one may take that long to show.',
    '"Signed out" is said only when every browser of every person could be read.',
  ],
};

/** DEV8. */
export const programsStory: Story<Programs> = {
  question: 'Which programs came or went?',
  demands: ['DEV8'],
  answer: ({ count, since, changes, unread }, at) => [
    unread.length === 0
      ? `${counted(count, 'program')} installed.`
      : `${counted(count, 'program')} found, and how many there are is NOT KNOWN: not every list could be read.`,
    // A look keeps nothing: where no list was kept before, it "begins" with the look itself.
    Date.parse(since) >= Date.parse(at) - 60_000
      ? 'No earlier list is kept to compare with, so what came or went is not known.'
      : `The list has been kept since ${moment(since)}.`,
    ...changes.map(
      ({ what, program, version, at }) =>
        `${program}${version === null ? '' : ` ${version}`}: ${what}, seen ${moment(at)}.`,
    ),
    ...unread.map(({ source, reason }) => `The list "${source}" could not be read: ${unknownSentence(reason).why}.`),
  ],
  follows: () => [
    'The system’s own lists are compared with what they said before. The list stays on the device; only how many there are and what changed is sent.',
    'A program that is run without being installed does not show here.',
  ],
};

/** DEV7, DEV8. */
export const rightsStory: Story<Rights> = {
  question: 'What may the people who are signed in do, and what guards the device?',
  demands: ['DEV7', 'DEV8'],
  answer: ({ people, automaticSignIn, firewall, antivirus }) => [
    ...people.flatMap(({ person, administrator, screenLock }) => [
      `${person}: ${said(administrator, (is) => (is ? 'an ADMINISTRATOR, who may install programs' : 'no administrator'))}.`,
      `${person}’s screen lock: ${said(screenLock, lockIn)}.`,
    ]),
    `Automatic sign-in: ${said(automaticSignIn, ({ on, person }) => (on ? `ON${person === null ? '' : `, as ${person}`}` : 'off'))}.`,
    `Firewall: ${said(firewall, ({ on }) => (on ? 'on' : 'OFF'))}.`,
    `Protection against viruses: ${said(antivirus, ({ state, upToDate }) => `${state}${upToDate === false ? ', OUT OF DATE' : upToDate === null && state === 'on' ? ', and whether it is up to date is not known' : ''}`)}.`,
  ],
  follows: ({ people }) => [
    'Each line is asked on its own: what could not be told is said to be not known, and counts as neither good nor bad.',
    people.length === 0
      ? 'Nobody is signed in, so there was nobody to ask about.'
      : `Asked about ${listOf(people.map(({ person }) => person))}, who have a session now.`,
  ],
};

/** A lock that is not told when it locks is none that anybody can count on. */
function lockIn({ on, afterSeconds }: ScreenLock): string {
  if (!on) return 'OFF';
  return afterSeconds === null
    ? 'asks for a password, but when it locks by itself is NOT KNOWN, or it never does'
    : `on, after ${counted(afterSeconds, 'second')}`;
}

function said<Value>(reading: Reading<Value>, words: (value: Value) => string): string {
  return reading.state === 'known' ? words(reading.value) : `not known, for ${unknownSentence(reading.reason).why}`;
}
