import type { CommandView } from '../../../../shared/api/commands.ts';
import type { CommandArgs, CommandKind } from '../../../../shared/command/kinds.ts';
import { listOf } from '../../../../shared/words.ts';
import { orderOf } from './order-kinds.ts';

/**
 * What a verified order lets one say, by kind: what the device saw and no more.
 * DANGER: only an order about everyone lets the device say that nobody is signed in.
 */
const done: { readonly [Kind in CommandKind]: (args: CommandArgs<Kind>) => string } = {
  logout: (args) => {
    if (isAboutEveryone(args)) return 'the device looked again and nobody is signed in.';
    if (args.people !== undefined) return `the device looked again and did not find ${listOf(args.people)} signed in.`;
    return 'the device looked again and did not find the session that was to end.';
  },
  'sign-out-app': ({ people }) =>
    people === undefined
      ? 'the device looked again and found nobody signed in to the apps this was about.'
      : `the device looked again and did not find ${listOf(people)} signed in to the apps this was about.`,
  lock: () => 'the device tried its own ways in, and people are refused.',
  release: () => 'the device looked again and people can sign in.',
  message: () => 'it was put on every screen it was meant for. Whether it was read, nobody can tell.',
  refresh: () => 'the device looked at everything again.',
  'clear-photos': () => 'the device counted again and found none of those that were to go.',
  wipe: ({ level }) =>
    level === 'people'
      ? 'the device looked again and found no data left in people’s accounts.'
      : 'the device said that it destroys its keys, and has not been heard since.',
  retire: () => 'the device has given up its identity and can no longer join in.',
};

export function doneBecause(command: Pick<CommandView, 'kind' | 'args'>): string {
  const order = orderOf(command);
  return order === undefined ? 'the device confirmed it.' : done[order.kind](order.args as never);
}

export function isAboutEveryone({ people, sessions }: CommandArgs<'logout'>): boolean {
  return people === undefined && sessions === undefined;
}
