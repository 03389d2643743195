import type { CommandView } from '../../../../shared/api/commands.ts';
import {
  type CommandArgs,
  type CommandKind,
  type CommandOrder,
  commandKinds,
} from '../../../../shared/command/kinds.ts';
import { counted, listOf } from '../../../../shared/words.ts';
import { photoPlaceWords } from './photos.ts';

interface KindWords {
  /** As a button and in lists. */
  title: string;
  /** What it does, for somebody who has not used it. */
  meaning: string;
}

const kinds: { readonly [Kind in CommandKind]: KindWords } = {
  logout: { title: 'Log out', meaning: 'Ends people’s sessions on the device. What they have not saved is lost.' },
  'sign-out-app': {
    title: 'Sign out of the nursery apps',
    meaning: 'Closes the browsers and signs people out of Famly and the like. Nobody is logged out of the device.',
  },
  lock: {
    title: 'Lock',
    meaning: 'Nobody can use the device until it is released, also after a restart and without a network.',
  },
  release: { title: 'Release', meaning: 'People can use a locked device again.' },
  message: { title: 'Send a message', meaning: 'Puts a text on the screens of those who are signed in.' },
  refresh: { title: 'Look again', meaning: 'The device checks everything now instead of at its next turn.' },
  'clear-photos': {
    title: 'Clear photos',
    meaning: 'Deletes photos and videos from the device. They cannot be brought back.',
  },
  wipe: { title: 'Wipe', meaning: 'Destroys people’s data, or everything on the device. There is no way back.' },
  retire: {
    title: 'Retire',
    meaning: 'The device leaves the fleet for good. What is on its disk stays there; its history is kept here.',
  },
};

export function kindOfOrder(kind: CommandKind): string {
  return kinds[kind].title;
}

export function kindMeaning(kind: CommandKind): string {
  return kinds[kind].meaning;
}

/** An order's name with its arguments, of an order as it is listed. Arguments of another kind say nothing. */
export function orderOf({ kind, args }: Pick<CommandView, 'kind' | 'args'>): CommandOrder | undefined {
  const parsed = commandKinds[kind].args.safeParse(args);
  // The kind names the schema that just parsed the arguments.
  return parsed.success ? ({ kind, args: parsed.data } as CommandOrder) : undefined;
}

/** Who or what the order is about: "everyone", "amara", "one session of amara". */
export function aimOf(command: Pick<CommandView, 'kind' | 'args'>): string {
  const order = orderOf(command);
  return order === undefined ? 'not known' : aims[order.kind](order.args as never);
}

const aims: { readonly [Kind in CommandKind]: (args: CommandArgs<Kind>) => string } = {
  logout: peopleAndSessions,
  'sign-out-app': ({ apps, people }) => {
    const which = apps === undefined ? 'every app with children’s data' : counted(apps.length, 'app');
    return people === undefined ? `${which}, everyone` : `${which}, ${listOf(people)}`;
  },
  lock: () => 'the whole device',
  release: () => 'the whole device',
  message: ({ people }) => (people === undefined ? 'everyone who is signed in' : listOf(people)),
  refresh: () => 'every check',
  'clear-photos': clearedAim,
  wipe: ({ level }) => (level === 'device' ? 'the whole device' : 'people’s data'),
  retire: () => 'the whole device',
};

function peopleAndSessions({ people = [], sessions = [] }: CommandArgs<'logout'>): string {
  const owners = [...new Set(sessions.map((session) => session.person))];
  const ended = sessions.length === 1 ? 'one session' : `${sessions.length} sessions`;
  const named = [...people, ...(sessions.length === 0 ? [] : [`${ended} of ${listOf(owners)}`])];
  return named.length === 0 ? 'everyone' : listOf(named);
}

/** "photos in Camera and Bin, older than 30 days". */
export function clearedAim({ places, olderThanDays, only, cloudFolders }: CommandArgs<'clear-photos'>): string {
  const what = only ?? 'photos and videos';
  const where =
    places === undefined ? 'everywhere but the resource folder' : `in ${listOf(places.map(photoPlaceWords))}`;
  const age = olderThanDays === undefined || olderThanDays === 0 ? '' : `, older than ${counted(olderThanDays, 'day')}`;
  const cloud = cloudFolders === undefined ? '' : ', in cloud folders too';
  return `${what} ${where}${age}${cloud}`;
}
