import type { ListedApp } from '../../../../shared/policy/app-list.ts';
import type { Reading } from '../../../../shared/reading.ts';
import type { AppAnswer, Apps, Browser, SignIn } from '../../../../shared/report/apps.ts';
import { listOf } from '../../../../shared/words.ts';
import { atTime } from './time.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

const browsers: { readonly [Name in Browser]: string } = {
  chrome: 'Chrome',
  edge: 'Edge',
  brave: 'Brave',
  chromium: 'Chromium',
  firefox: 'Firefox',
  safari: 'Safari',
  app: 'the app itself',
};

const answers: { readonly [Name in AppAnswer]: Said } = {
  'signed-in': { text: 'signed in', tone: 'plain' },
  possible: { text: 'possibly signed in', tone: 'unknown' },
  'signed-out': { text: 'signed out', tone: 'good' },
  unknown: { text: 'not known', tone: 'unknown' },
};

type Listed = readonly ListedApp[];

/** What a manager calls an app; one that is not in the list by its own short name. */
export function appName(app: string, list: Listed): string {
  return list.find((listed) => listed.app === app)?.name ?? app;
}

/**
 * Who is still signed in to Famly and the like, in one line. "Signed out" is said
 * only when every app of the list is known to be so; a social network or webmail
 * looks wrong, the setting's own app does not: during the day it is in use.
 */
export function appsWords(reading: Reading<Apps>, list: Listed): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const answered = [...list.map(({ app }) => app), ...reading.value.apps.map(({ app }) => app)];
  const of = (answer: AppAnswer) => [...new Set(answered)].filter((app) => answerFor(app, reading.value) === answer);
  const named = (apps: readonly string[]) => listOf(apps.map((app) => appName(app, list)));
  const signedIn = of('signed-in');
  const [unsure, possible] = [of('unknown'), of('possible')];
  if (signedIn.length > 0) {
    const personal = signedIn.some((app) => isPersonal(app, list));
    const perhaps = possible.length > 0 ? `; possibly to ${named(possible)}` : '';
    const rest = unsure.length > 0 ? '; the rest is not known' : '';
    return { text: `Signed in to ${named(signedIn)}${perhaps}${rest}`, tone: personal ? 'warn' : 'plain' };
  }
  if (unsure.length > 0) {
    const why =
      reading.value.unread.length > 0 ? 'not every browser could be read' : 'not every app has been looked for';
    return { text: `Not known: ${why}`, tone: 'unknown' };
  }
  if (possible.length > 0) return { text: `Possibly signed in to ${named(possible)}`, tone: 'unknown' };
  return answered.length === 0
    ? { text: 'No app is looked for', tone: 'unknown' }
    : { text: 'Signed out of all', tone: 'good' };
}

/** An app of the list that the device says nothing of has not been looked for. */
function answerFor(app: string, { apps }: Apps): AppAnswer {
  return apps.find((answered) => answered.app === app)?.answer ?? 'unknown';
}

/** One app's answer; a social network or webmail that is signed in looks wrong. */
export function appAnswerWords(app: string, answer: AppAnswer, list: Listed): Said {
  const said = answers[answer];
  return answer === 'signed-in' && isPersonal(app, list) ? { ...said, tone: 'warn' } : said;
}

/** Where a sign-in lies: "amara, in Chrome (second profile)…". */
export function signInWords({ person, browser, profile, state, until }: SignIn, now: number): string {
  const who = person === null ? '' : `${person}, `;
  const which = profile === 1 ? '' : ` (profile ${profile})`;
  const sure = state === 'possible' ? ', possibly' : '';
  const end = until === null ? '' : `, ends by itself ${atTime(until, now)}`;
  return `${who}in ${browsers[browser]}${which}${sure}${end}`;
}

/** "Firefox of amara". */
export function storeWords({ person, browser }: { person: string | null; browser: Browser | null }): string {
  const which = browser === null ? 'every browser' : browsers[browser];
  return person === null ? which : `${which} of ${person}`;
}

function isPersonal(app: string, list: Listed): boolean {
  const kind = list.find((listed) => listed.app === app)?.kind;
  return kind === 'social' || kind === 'webmail';
}
