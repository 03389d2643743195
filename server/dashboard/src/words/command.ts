import type { CommandView } from '../../../../shared/api/commands.ts';
import { type CommandState, isFinal } from '../../../../shared/command/life.ts';
import type { PresenceState } from '../../../../shared/policy/presence.ts';
import { doneBecause } from './order-done.ts';
import { reasonSentence } from './order-reasons.ts';
import { isInTouch } from './presence.ts';
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

export function stateTitle(state: CommandState): string {
  return titles[state];
}

export function stateTone(state: CommandState): Tone {
  return tones[state];
}

/**
 * Where an order stands, in one sentence. It says "done" for `verified` alone,
 * which the device reports after it looked again.
 */
export function orderSentence(command: CommandView, presence: PresenceState): string {
  const reason = command.moves.at(-1)?.reason ?? null;
  const why = reason === null ? '' : ` ${reasonSentence(reason)}`;
  const waits = isInTouch(presence)
    ? 'Not sent yet: it goes out as soon as the device is reached.'
    : 'The device is out of touch. Will run when the device is next seen.';
  const sentences: { readonly [State in CommandState]: string } = {
    'awaiting-approval': 'A second administrator must approve it first. Nothing has been sent.',
    queued: waits,
    sent: 'Sent; the device has not answered yet.',
    received: 'The device has received it and has not begun yet.',
    started: startedWords(command),
    verified: `Done: ${doneBecause(command)}`,
    failed: `It did not work.${why}`,
    refused: `${refuser(command)} refused.${why}`,
    deferred: `The device could not do it just then; it will be offered again.${why}`,
    expired: unapproved(command)
      ? 'Nobody approved it in time. Nothing was sent.'
      : `It was not confirmed in time.${why || ' Order it again if it is still needed.'}`,
    cancelled: `Cancelled before it left the server. Nothing was done.${why}`,
    superseded: 'A newer order took its place.',
  };
  return sentences[command.state];
}

/** A wipe that has begun may be the last that is heard of a device. */
function startedWords({ kind }: CommandView): string {
  return kind === 'wipe'
    ? 'The device has begun, and there is no way back. It is wiped only once this says so.'
    : 'The device has begun. It has not said yet that it has finished.';
}

function refuser({ moves }: CommandView): string {
  return moves.at(-1)?.actor === 'server' ? 'The server' : 'The device';
}

function unapproved({ moves }: CommandView): boolean {
  return moves.at(-2)?.to === 'awaiting-approval';
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
