import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionResult } from '../actions.ts';
import { type Entry, type Held, type Hold, holdByDescriptor } from '../held-folder.ts';
import { linuxGrounds, parseMountInfo } from './photo-mounts.ts';
import type { ReadText } from './proc.ts';
import { type Person, peopleIn } from './wipe-persons.ts';
import { clearAll, createSweep, isEmptied, type Sweep, type SweepParts } from './wipe-sweep.ts';

/** What people keep on the device. */
export interface PeopleData {
  /** How many people have an account here or left data behind; undefined: the accounts cannot be read. */
  count(): Promise<number | undefined>;
  /** Ends what people run and deletes what they keep. Left: what lies on a network or another disk mounted in a home. */
  wipe(): Promise<ActionResult>;
  /** How many of them something is still found of; undefined: cannot be told. */
  left(): Promise<number | undefined>;
}

export interface PeopleDataParts {
  /** Reads the kernel's and the system's lists. */
  read: ReadText;
  /** Whose data stays, beside root's: the break-glass account. */
  spares(person: string): boolean;
  /** Ends everything these people run. */
  endPeople(people: readonly Person[]): Promise<void>;
  /** For tests: the root of another tree. */
  root?: string;
  hold?: Hold;
}

const turns = 3;
const pauseMs = 500;

/** Where people's data lies beside their homes, told by its owner. */
const sharedPlaces = [
  ...['/home', '/tmp', '/var/tmp', '/dev/shm', '/run/user', '/var/spool/at', '/var/spool/cups', '/var/crash'],
  // Copies of homes from earlier days: what cannot be deleted in them is told as left.
  ...['/.snapshots', '/timeshift/snapshots', '/lost+found'],
];
/** Where a file bears a person's name, whoever owns it. */
const namedPlaces = [
  ...['/var/mail', '/var/spool/mail', '/var/spool/cron', '/var/spool/cron/crontabs'],
  ...['/var/lib/AccountsService/icons', '/var/lib/AccountsService/users', '/var/lib/systemd/linger'],
];

/**
 * People's data: homes of accounts of people, and whatever else of theirs lies where
 * everybody may write. Every folder is gone through by holding it: nothing that people
 * exchange for a link leads elsewhere, and no mount inside a home is crossed.
 */
export function createPeopleData(parts: PeopleDataParts): PeopleData {
  const { root = '', hold = holdByDescriptor } = parts;

  async function look(): Promise<Scene | undefined> {
    const passwd = await parts.read(`${root}/etc/passwd`);
    const mounts = await parts.read('/proc/self/mountinfo');
    if (passwd === undefined || mounts === undefined) return undefined;
    const { people, sparedHomes, isTarget } = peopleIn(passwd, parts.spares);
    const table = parseMountInfo(mounts);
    const grounds = linuxGrounds(table);
    const homes = new Set(people.map(({ home }) => root + home));
    const holders = ['/home', '/run/user'].map((place) => root + place);
    const told: SweepParts = {
      isTarget,
      isMount: (path) => table.some((mount) => mount.path === path),
      isNear: (path) => grounds.of(path).kind === 'near',
      stays: (path) => homes.has(path) || holders.includes(dirname(path)),
      // systemd keeps a home it encrypts in a file or folder of its own.
      isStore: (path) => dirname(path) === `${root}/home` && /\.home(?:dir)?$/.test(path),
      spared: sparedHomes.map((home) => root + home),
      sparesName: parts.spares,
    };
    return { people, told, sweep: createSweep(told) };
  }

  /** Works in a folder that is held; nothing where it is not there. The way to it is the system's own, links in it too. */
  async function inFolder(path: string, work: (held: Held, path: string) => Promise<void>): Promise<void> {
    try {
      const real = await realpath(root + path);
      const held = await hold(real);
      await work(held, real).finally(() => held.close());
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
  }

  /** Homes that are the person's own and hold nothing that stays, and other folders that an account names: there only what the person owns. */
  async function inHomes({ people, told, sweep }: Scene, work: InHome) {
    for (const person of people.filter(({ home }) => home.startsWith('/') && home !== '/')) {
      await inFolder(person.home, async (held, path) => {
        if (held.owner === person.uid && !sweep.isAroundSpared(path)) await work.own(held, path, person);
        else {
          const theirs = createSweep({ ...told, isTarget: (uid) => uid === person.uid, isStore: () => false });
          await work.other(held, path, theirs);
        }
      });
    }
  }

  async function find(scene: Scene): Promise<Set<string>> {
    const found = new Set<string>();
    await inHomes(scene, {
      async own(home, _path, { key }) {
        if (!(await isEmptied(home))) found.add(key);
      },
      other: (held, path, theirs) => theirs.find(held, path, found),
    });
    for (const place of sharedPlaces) await inFolder(place, (held, path) => scene.sweep.find(held, path, found));
    for (const place of namedPlaces) {
      await inFolder(place, async (held) => {
        for (const { person } of await namedIn(held, scene.people)) found.add(person.key);
      });
    }
    return found;
  }

  /** DANGER: what a network keeps is other computers' too, whether a folder of one person lies there or all homes do. */
  async function clear(scene: Scene): Promise<void> {
    const inNear = (place: string, work: (held: Held, path: string) => Promise<void>) =>
      inFolder(place, async (held, path) => {
        if (scene.told.isNear(path)) await work(held, path);
      });
    await inHomes(scene, {
      async own(home, path) {
        if (scene.told.isNear(path)) await clearAll(home, path, scene.told);
      },
      async other(held, path, theirs) {
        if (scene.told.isNear(path)) await theirs.clear(held, path);
      },
    });
    for (const place of sharedPlaces) await inNear(place, (held, path) => scene.sweep.clear(held, path));
    for (const place of namedPlaces) {
      await inNear(place, async (held) => {
        // What cannot be deleted is found again by the look afterwards.
        for (const { entry } of await namedIn(held, scene.people)) await held.remove(entry.bytes).catch(() => {});
      });
    }
  }

  return {
    async count() {
      const scene = await look();
      if (scene === undefined) return undefined;
      const found = await find(scene).catch(() => undefined);
      return found === undefined ? undefined : new Set([...found, ...scene.people.map(({ key }) => key)]).size;
    },
    async wipe() {
      const scene = await look();
      if (scene === undefined) return { done: false, reason: 'cannot-look' };
      await parts.endPeople(scene.people);
      // What was just ending may have written once more.
      for (let turn = 0; turn < turns; turn += 1) {
        await clear(scene);
        if ((await find(scene)).size === 0) break;
        await sleep(pauseMs);
      }
      return { done: true };
    },
    async left() {
      const scene = await look();
      return scene === undefined ? undefined : (await find(scene)).size;
    },
  };
}

/** What is done in a home, and in a folder that an account names and somebody else owns. */
interface InHome {
  own(home: Held, path: string, person: Person): Promise<void>;
  other(folder: Held, path: string, theirs: Sweep): Promise<void>;
}

interface Scene {
  people: Person[];
  told: SweepParts;
  sweep: Sweep;
}

async function namedIn(held: Held, people: readonly Person[]): Promise<{ entry: Entry; person: Person }[]> {
  return (await held.list()).flatMap((entry) => {
    const person = entry.kind === 'folder' ? undefined : people.find(({ name }) => name === entry.name);
    return person === undefined ? [] : [{ entry, person }];
  });
}
