import type { UnknownReason } from '../../reading.ts';
import type { AppAnswer, Apps } from '../../report/apps.ts';
import type { ListedApp } from '../app-list.ts';
import type { Policy } from '../document.ts';
import { unknownSentence } from '../unknown-sentences.ts';
import { cannotTell, finding, listOf, type Rule, shortListOf } from './rule.ts';

/**
 * What a device answers of one app of the setting's list. A device that looked
 * for another list has not answered: the same name may stand for other hosts there.
 */
export function answerOf({ listVersion, apps }: Apps, policy: Policy, { app }: ListedApp): AppAnswer {
  if (listVersion !== policy.apps.version) return 'unknown';
  return apps.find((answered) => answered.app === app)?.answer ?? 'unknown';
}

/** Apps whose sign-ins the setting does not want on its devices (DEV13). */
export function personalApps({ apps, personalApps: switched }: Policy): ListedApp[] {
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
  const what = `whether anybody is signed in to ${shortListOf(matters.map(({ name }) => name))}`;
  if (reading.state === 'unknown') return [cannotTell('apps-unknown', what, reading)];
  const { value } = reading;
  const having = (answer: AppAnswer, among: readonly ListedApp[]) =>
    among.filter((app) => answerOf(value, policy, app) === answer);
  return [
    ...personalFinding('personal-app', having('signed-in', personal), value),
    ...personalFinding('personal-app-possible', having('possible', personal), value),
    ...unknownFinding(having('unknown', matters), value, policy),
  ];
};

const personalWords = {
  'personal-app': {
    says: 'signed in on this device, and the setting does not allow it',
    remedy: 'Have them sign out, or allow personal sign-ins in the setting’s policy.',
  },
  'personal-app-possible': {
    says: 'perhaps signed in on this device: something lasting of theirs is kept there',
    remedy: 'Look at the device, and clear what the browser keeps of these pages if nobody needs it.',
  },
} as const;

function personalFinding(code: keyof typeof personalWords, found: readonly ListedApp[], { signIns }: Apps) {
  if (found.length === 0) return [];
  const { says, remedy } = personalWords[code];
  const people = new Set(
    signIns.flatMap(({ app, person }) => (person !== null && found.some((one) => one.app === app) ? [person] : [])),
  );
  const who = people.size === 0 ? '' : ` (${shortListOf([...people].sort())})`;
  const names = listOf(found.map(({ name }) => name));
  return [finding(code, `${names}${who} ${found.length === 1 ? 'is' : 'are'} ${says}.`, remedy)];
}

function unknownFinding(found: readonly ListedApp[], value: Apps, policy: Policy) {
  if (found.length === 0) return [];
  const what = `It cannot be told whether anybody is signed in to ${shortListOf(found.map(({ name }) => name))}`;
  if (value.listVersion !== policy.apps.version) {
    const text = `${what}: the device has not looked for the setting’s present list of apps yet.`;
    return [finding('apps-unknown', text, 'It does by itself while it is switched on and connected.')];
  }
  const reasons: UnknownReason[] = [...new Set(value.unread.map(({ reason }) => reason))];
  if (reasons.length === 0) reasons.push('not-understood');
  const said = reasons.map(unknownSentence);
  return [
    finding(
      'apps-unknown',
      `${what}: ${listOf(said.map(({ why }) => why))}.`,
      [...new Set(said.map(({ remedy }) => remedy))].join(' '),
    ),
  ];
}
