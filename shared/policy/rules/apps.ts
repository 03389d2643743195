import type { UnknownReason } from '../../reading.ts';
import type { AppAnswer, Apps } from '../../report/apps.ts';
import { type ListedApp, mayHide } from '../app-list.ts';
import type { EvaluatedPolicy } from '../evaluated-policy.ts';
import type { Finding } from '../findings.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import { type Case, cannotTell, finding, listOf, type Rule, shortListOf, unlessCounted } from './rule.ts';

/**
 * What a device answers of one app of the setting's list. A device that looked
 * for another list has not answered: the same name may stand for other hosts there.
 * Nor has one that says "signed out" though it could not look everywhere, or names
 * a sign-in: a sum that its own parts contradict is not believed.
 */
export function answerOf(
  { listVersion, apps, signIns, unread }: Apps,
  policy: EvaluatedPolicy,
  listed: ListedApp,
): AppAnswer {
  const { app } = listed;
  if (listVersion !== policy.apps.version) return 'unknown';
  const answer = apps.find((answered) => answered.app === app)?.answer ?? 'unknown';
  const isContradicted = unread.some((store) => mayHide(store, listed)) || signIns.some((signIn) => signIn.app === app);
  return answer === 'signed-out' && isContradicted ? 'unknown' : answer;
}

/** Apps whose sign-ins the setting does not want on its devices (DEV13). */
export function personalApps({ apps, personalApps: switched }: EvaluatedPolicy): ListedApp[] {
  return switched === 'allowed' ? [] : apps.apps.filter(({ kind }) => kind !== 'nursery');
}

/**
 * DEV2, DEV13: it is known who is signed in to what. The setting's own apps may be
 * in use all day, so being signed in to them is a fact and not a finding; a
 * sign-in to a social network or to webmail is misuse unless the setting allows it.
 */
export const apps: Rule = ({ facts, policy }) => {
  const reading = facts.sections.apps;
  const nursery = policy.apps.apps.filter(({ kind }) => kind === 'nursery');
  const personal = personalApps(policy);
  const matters = [...nursery, ...personal];
  if (matters.length === 0) return [];
  const unlessPersonal = (found: Finding) =>
    personal.length === 0 ? found : unlessCounted(found, policy.switches.absence.apps, countsAsPersonal);
  if (reading.state === 'unknown') {
    const what = `whether anybody is signed in to ${shortListOf(matters.map(({ name }) => name))}`;
    return [unlessPersonal(cannotTell('apps-unknown', what, reading, facts))];
  }
  const { value } = reading;
  const having = (answer: AppAnswer, among: readonly ListedApp[]) =>
    among.filter((app) => answerOf(value, policy, app) === answer);
  return [
    ...personalAppFinding(having('signed-in', personal), value),
    ...possibleFinding(having('possible', personal), value),
    ...unknownFinding(having('unknown', matters), value, { policy, facts }).map((found) =>
      having('unknown', personal).length === 0 || having('signed-in', personal).length > 0
        ? found
        : unlessPersonal(found),
    ),
  ];
};

const countsAsPersonal = { code: 'personal-app', as: 'a sign-in that it does not allow' } as const;

/** The finding of sign-ins to these apps, with who it is; none for none. */
export function personalAppFinding(found: readonly ListedApp[], value: Pick<Apps, 'signIns'>): Finding[] {
  if (found.length === 0) return [];
  const text = `${namesOf(found, value)} signed in on this device, and the setting does not allow it.`;
  const remedy = 'Have them sign out, or allow personal sign-ins in the setting’s policy.';
  return [finding('personal-app', text, remedy)];
}

/** Of these apps, those that a finding of `personalAppFinding` names. */
export function appsNamedIn(text: string, among: readonly ListedApp[]): ListedApp[] {
  const names = text.split(/ signed in on this device/)[0] ?? '';
  return among.filter(({ name }) => {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(^|, | and )${literal}( \\(|, | and | is$| are$)`).test(names);
  });
}

/** An installed app is another matter than what a browser keeps: nothing in a browser would put it right. */
function possibleFinding(found: readonly ListedApp[], value: Apps): Finding[] {
  if (found.length === 0) return [];
  const isInstalled = ({ app }: ListedApp) =>
    value.signIns.some((signIn) => signIn.app === app && signIn.browser === 'app');
  const installed = found.filter(isInstalled);
  const kept = found.filter((app) => !isInstalled(app));
  const texts = [
    ...(kept.length === 0
      ? []
      : [`${namesOf(kept, value)} perhaps signed in on this device: something lasting of theirs is kept there.`]),
    ...(installed.length === 0
      ? []
      : [
          `${namesOf(installed, value)} installed on this device, and no other app can see whether anybody is signed in.`,
        ]),
  ];
  const remedies = [
    ...(kept.length === 0
      ? []
      : ['Look at the device, and clear what the browser keeps of these pages if nobody needs it.']),
    ...(installed.length === 0
      ? []
      : ['Look into the app on the device; remove it, or turn it off in the system’s settings, if nobody needs it.']),
  ];
  return [finding('personal-app-possible', texts.join(' '), remedies.join(' '))];
}

/** "Facebook (bob) is", "Facebook and Instagram (bob) are". */
function namesOf(found: readonly ListedApp[], { signIns }: Pick<Apps, 'signIns'>): string {
  const people = new Set(
    signIns.flatMap(({ app, person }) => (person !== null && found.some((one) => one.app === app) ? [person] : [])),
  );
  const who = people.size === 0 ? '' : ` (${shortListOf([...people].sort())})`;
  return `${listOf(found.map(({ name }) => name))}${who} ${found.length === 1 ? 'is' : 'are'}`;
}

function unknownFinding(found: readonly ListedApp[], value: Apps, { policy, facts }: Pick<Case, 'policy' | 'facts'>) {
  if (found.length === 0) return [];
  const what = `It cannot be told whether anybody is signed in to ${shortListOf(found.map(({ name }) => name))}`;
  if (value.listVersion !== policy.apps.version) {
    const text = `${what}: the device has not looked for the setting’s present list of apps yet.`;
    return [finding('apps-unknown', text, 'It does by itself while it is switched on and connected.')];
  }
  const reasons: UnknownReason[] = [
    ...new Set(value.unread.filter((store) => found.some((app) => mayHide(store, app))).map(({ reason }) => reason)),
  ];
  if (reasons.length === 0) reasons.push('not-understood');
  const said = reasons.map((reason) => unknownSentence(reason, facts.platform));
  return [
    finding(
      'apps-unknown',
      `${what}: ${listOf(said.map(({ why }) => why))}.`,
      [...new Set(said.map(({ remedy }) => remedy))].join(' '),
    ),
  ];
}
