import type { CommandView } from '../../../../shared/api/commands.ts';
import type { AnyEvidence, CommandKind } from '../../../../shared/command/kinds.ts';
import { type CommandState, isFinal, type OutcomeReason } from '../../../../shared/command/life.ts';
import type { PresenceState } from '../../../../shared/policy/presence.ts';
import { listOf } from '../../../../shared/words.ts';
import { sectionTitles } from './device.ts';
import { isInTouch } from './presence.ts';
import { seenSessions } from './sessions.ts';
import type { Tone } from './tone.ts';

const titles: { readonly [State in CommandState]: string } = {
  'awaiting-approval': 'Waiting for approval',
  queued: 'Queued',
  sent: 'Sent',
  received: 'Received',
  started: 'Started',
  verified: 'Done and verified',
  failed: 'Failed',
  refused: 'Refused',
  deferred: 'Put off',
  expired: 'Ran out of time',
  cancelled: 'Cancelled',
  superseded: 'Replaced',
};

const tones: { readonly [State in CommandState]: Tone } = {
  'awaiting-approval': 'waiting',
  queued: 'waiting',
  sent: 'waiting',
  received: 'waiting',
  started: 'waiting',
  verified: 'good',
  failed: 'bad',
  refused: 'bad',
  deferred: 'unknown',
  expired: 'unknown',
  cancelled: 'plain',
  superseded: 'plain',
};

const reasons: { readonly [Reason in OutcomeReason]: string } = {
  'observe-mode': 'This device is in observe mode: it reports and refuses to act.',
  'not-supported': 'The device’s system cannot do this.',
  'needs-administrator-rights':
    'The agent on the device runs without the rights this needs. Run it as the system’s administrator.',
  'bad-signature': 'The order was not signed by the server this device trusts, so it did nothing.',
  'wrong-device': 'The order was meant for another device, so it did nothing.',
  'wrong-epoch':
    'The device has joined again since the order was given, so the old order does not run. Order it again.',
  'not-understood': 'The agent on the device does not know this order. It may be older than the server.',
  'too-late': 'The order had run out of time when the device received it, so it did nothing. Order it again.',
  'no-such-session': 'The session to be ended was no longer there.',
  'still-signed-in': 'The device looked again, and somebody is still signed in. Log them out at the device.',
  'cannot-look': 'The device could not look again, so nobody can say whether it worked. Check at the device.',
  interrupted:
    'The agent or the device stopped in the middle, so nobody can say whether it worked. Check at the device.',
  'action-failed': 'The device’s system refused or broke off. Try again, or log out at the device.',
  'no-answer': 'The device did not answer in time. It may or may not have done it: check at the device.',
};

const kinds: { readonly [Kind in CommandKind]: string } = {
  logout: 'Log out',
  refresh: 'Look again',
};

export function stateTitle(state: CommandState): string {
  return titles[state];
}

export function stateTone(state: CommandState): Tone {
  return tones[state];
}

export function reasonSentence(reason: OutcomeReason): string {
  return reasons[reason];
}

export function kindOfOrder(kind: CommandKind): string {
  return kinds[kind];
}

/** Who or what the order is about: "everyone", "amara", "one session of amara". */
export function aimOf(command: Pick<CommandView, 'kind' | 'args'>): string {
  if (command.kind === 'refresh') return 'every check';
  const people = ('people' in command.args && command.args.people) || [];
  const sessions = ('sessions' in command.args && command.args.sessions) || [];
  const owners = [...new Set(sessions.map((session) => session.person))];
  const ended = sessions.length === 1 ? 'one session' : `${sessions.length} sessions`;
  const named = [...people, ...(sessions.length === 0 ? [] : [`${ended} of ${listOf(owners)}`])];
  return named.length === 0 ? 'everyone' : listOf(named);
}

/**
 * Where an order stands, in one sentence. It says "done" for `verified` alone,
 * which the device reports after it looked again.
 */
export function orderSentence(command: CommandView, presence: PresenceState): string {
  const last = command.moves.at(-1);
  const why = last?.reason ? ` ${reasons[last.reason]}` : '';
  const waits = isInTouch(presence)
    ? 'Not sent yet: it goes out as soon as the device is reached.'
    : 'The device is out of touch. Will run when the device is next seen.';
  const sentences: { readonly [State in CommandState]: string } = {
    'awaiting-approval': 'A second person must approve it first.',
    queued: waits,
    sent: 'Sent; the device has not answered yet.',
    received: 'The device has received it and has not begun yet.',
    started: 'The device has begun. It has not said yet that it is done.',
    verified: `Done: ${doneBecause(command)}`,
    failed: `It did not work.${why}`,
    refused: `The device refused.${why}`,
    deferred: `The device could not do it just then; it will be offered again.${why}`,
    expired: `It was not confirmed in time.${why || ' Order it again if it is still needed.'}`,
    cancelled: 'Cancelled before it left the server. Nothing was done.',
    superseded: 'A newer order took its place.',
  };
  return sentences[command.state];
}

/** DANGER: only an order about everyone lets the device say that nobody is signed in. */
function doneBecause(command: CommandView): string {
  if (command.kind === 'refresh') return 'the device looked at everything again.';
  if (isAboutEveryone(command)) return 'the device looked again and nobody is signed in.';
  if ('people' in command.args && command.args.people !== undefined)
    return `the device looked again and did not find ${listOf(command.args.people)} signed in.`;
  return 'the device looked again and did not find the session that was to end.';
}

function isAboutEveryone(command: Pick<CommandView, 'kind' | 'args'>): boolean {
  return command.kind === 'logout' && Object.values(command.args).every((named) => named === undefined);
}

/** What the device saw of those the order is about, as lines; empty when it sent nothing. */
export function evidenceLines(evidence: AnyEvidence | null, command: Pick<CommandView, 'kind' | 'args'>): string[] {
  if (evidence === null) return [];
  if ('before' in evidence) {
    const noOne = isAboutEveryone(command) ? 'nobody' : 'none of those the order is about';
    return [
      `Signed in before: ${seenSessions(evidence.before, noOne)}.`,
      `When it looked again: ${seenSessions(evidence.after, noOne)}.`,
    ];
  }
  const asked = evidence.sections.map((name) => sectionTitles[name].toLowerCase());
  const silent = evidence.unknown.map((name) => sectionTitles[name].toLowerCase());
  return [`Asked again: ${listOf(asked)}.`, ...(silent.length > 0 ? [`No answer about: ${listOf(silent)}.`] : [])];
}

const way: readonly CommandState[] = ['queued', 'sent', 'received', 'started', 'verified'];

/** The steps that still lie ahead, for a timeline; none once nothing more is expected. */
export function stepsAhead(state: CommandState): readonly CommandState[] {
  if (isFinal(state)) return [];
  if (state === 'awaiting-approval') return way;
  return way.slice((state === 'deferred' ? 0 : way.indexOf(state)) + 1);
}

/** Whether a person can still call the order back: it has not left the server. */
export function canCancel(state: CommandState): boolean {
  return state === 'queued' || state === 'deferred' || state === 'awaiting-approval';
}
