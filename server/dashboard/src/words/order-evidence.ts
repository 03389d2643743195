import type { CommandView } from '../../../../shared/api/commands.ts';
import type { LockState } from '../../../../shared/command/kind/lock.ts';
import { type AnyEvidence, type CommandKind, commandKinds, type EvidenceOf } from '../../../../shared/command/kinds.ts';
import type { AppAnswer } from '../../../../shared/report/apps.ts';
import { counted, listOf } from '../../../../shared/words.ts';
import { sectionTitles } from './device.ts';
import { isAboutEveryone } from './order-done.ts';
import { orderOf } from './order-kinds.ts';
import { countWords, photoPlaceWords } from './photos.ts';
import { seenSessions } from './sessions.ts';

type Command = Pick<CommandView, 'kind' | 'args'>;

/** What the device saw, as lines; empty when it sent nothing. Evidence of another kind proves nothing, and is said to. */
export function evidenceLines(evidence: AnyEvidence | null, command: Command): string[] {
  if (evidence === null) return [];
  const parsed = commandKinds[command.kind].evidence.safeParse(evidence);
  if (!parsed.success) return ['What the device sent is not about this order and proves nothing.'];
  // The kind names the schema that just parsed the evidence.
  return lines[command.kind](parsed.data as never, command);
}

const lines: { readonly [Kind in CommandKind]: (evidence: EvidenceOf<Kind>, command: Command) => string[] } = {
  logout: logoutLines,
  'sign-out-app': signOutLines,
  lock: ({ lock, stillSignedIn }) => [
    ...lockLines(lock),
    `Still signed in when it looked again: ${seenSessions(stillSignedIn, 'nobody')}.`,
  ],
  release: ({ released }) => lockLines(released),
  message: messageLines,
  refresh: ({ sections, unknown }) => {
    const asked = sections.map((name) => sectionTitles[name].toLowerCase());
    const silent = unknown.map((name) => sectionTitles[name].toLowerCase());
    return [`Asked again: ${listOf(asked)}.`, ...(silent.length > 0 ? [`No answer about: ${listOf(silent)}.`] : [])];
  },
  'clear-photos': clearedLines,
  wipe: wipeLines,
  retire: ({ removes }) => [
    `It removes: ${removes.length === 0 ? 'nothing' : listOf(removes.map((part) => parts[part]))}.`,
  ],
};

const parts: { readonly [Part in EvidenceOf<'retire'>['removes'][number]]: string } = {
  identity: 'its identity',
  settings: 'the setting’s rules',
  readings: 'what it had noted',
  lock: 'its lock',
};

function logoutLines(
  { before, after, automaticSignIn, noticeShown }: EvidenceOf<'logout'>,
  command: Command,
): string[] {
  const order = orderOf(command);
  const everyone = order?.kind === 'logout' && isAboutEveryone(order.args);
  const noOne = everyone ? 'nobody' : 'none of those the order is about';
  return [
    ...(noticeShown === undefined ? [] : [`Shown the notice beforehand: ${noticeShown} of ${before.length}.`]),
    `Signed in before: ${seenSessions(before, noOne)}.`,
    `When it looked again: ${seenSessions(after, noOne)}.`,
    ...(automaticSignIn === 'held-back'
      ? ['It signs somebody in by itself at its next start; until then it is kept from it.']
      : []),
  ];
}

const answers: { readonly [Answer in AppAnswer]: string } = {
  'signed-in': 'signed in',
  possible: 'possibly signed in',
  'signed-out': 'signed out',
  unknown: 'not known',
};

function signOutLines(evidence: EvidenceOf<'sign-out-app'>): string[] {
  const states = (apps: EvidenceOf<'sign-out-app'>['appsBefore']) =>
    (Object.keys(answers) as AppAnswer[])
      .map((answer) => ({ answer, count: apps.filter((app) => app.answer === answer).length }))
      .filter(({ count }) => count > 0)
      .map(({ answer, count }) => `${counted(count, 'app')} ${answers[answer]}`);
  const left = evidence.appsAfter
    .filter(({ answer }) => answer !== 'signed-out')
    .map(({ app, answer }) => `${app} (${answers[answer]})`);
  const closed = counted(evidence.browsersClosed, 'browser');
  const ended = evidence.browsersEnded === 0 ? '' : `; ${evidence.browsersEnded} would not close and had to be ended`;
  return [
    `Before: ${listOf(states(evidence.appsBefore)) || 'nothing was found'}.`,
    `When it looked again: ${listOf(states(evidence.appsAfter)) || 'no app was looked at'}.`,
    ...(left.length > 0 ? [`Not signed out: ${listOf(left)}.`] : []),
    `Closed: ${closed}${ended}.`,
  ];
}

const ways: { readonly [Way in LockState['refused'][number]]: string } = {
  password: 'password',
  key: 'key',
  'switch-user': 'switching to another account',
  screen: 'the login screen',
  automatic: 'signing in by itself',
};

function lockLines({ locked, refused }: LockState): string[] {
  return [
    `When it looked again: ${locked ? 'locked' : 'not locked'}.`,
    `Ways in that it refuses people: ${refused.length === 0 ? 'none' : listOf(refused.map((way) => ways[way]))}.`,
  ];
}

function messageLines({ deliveries }: EvidenceOf<'message'>): string[] {
  const named = (shown: boolean) =>
    listOf([...new Set(deliveries.filter((one) => one.shown === shown).map((one) => one.session.person))]);
  const [on, off] = [named(true), named(false)];
  if (deliveries.length === 0) return ['Nobody was signed in.'];
  return [...(on === '' ? [] : [`On the screen of: ${on}.`]), ...(off === '' ? [] : [`Not on the screen of: ${off}.`])];
}

function clearedLines({ cleared, deleted, thumbnailsDeleted }: EvidenceOf<'clear-photos'>): string[] {
  const small = thumbnailsDeleted === 0 ? '' : `, and ${counted(thumbnailsDeleted, 'small preview')} of them`;
  return [`Deleted: ${countWords(deleted)}${small}.`, ...cleared.map(clearedLine)];
}

function clearedLine({
  place,
  before,
  after,
  leftInCloudFolders,
}: EvidenceOf<'clear-photos'>['cleared'][number]): string {
  const now =
    after === null ? 'could not be looked at again, so it is not known what is left' : `now ${countWords(after)}`;
  const cloud =
    leftInCloudFolders === 0
      ? ''
      : `; ${leftInCloudFolders.toLocaleString('en-GB')} left alone in cloud folders, for deleting there deletes the cloud’s copy too`;
  return `${photoPlaceWords(place)}: before ${countWords(before)}, ${now}${cloud}.`;
}

function wipeLines({ receipt, peopleLeft, silentMinutes }: EvidenceOf<'wipe'>): string[] {
  const said =
    receipt.level === 'device'
      ? `The device’s last word: it destroys the keys of ${counted(receipt.volumes, 'encrypted disk')}. There is no way back from here.`
      : `The device’s word before it began: it deletes the data of ${counted(receipt.people, 'person', 'people')}. There is no way back from here.`;
  const left =
    peopleLeft === undefined
      ? []
      : [
          peopleLeft === 0
            ? 'When it looked again: nobody’s data.'
            : `When it looked again: data of ${counted(peopleLeft, 'person', 'people')} is still there.`,
        ];
  const silent = silentMinutes === undefined ? [] : [`Silent since then for ${counted(silentMinutes, 'minute')}.`];
  return [said, ...left, ...silent];
}
