import { basename, dirname, join } from 'node:path';
import type { Entry, Held } from '../held-folder.ts';

export interface SweepParts {
  /** Whether what belongs to this number is to go. */
  isTarget(uid: number): boolean;
  /** Whether something is mounted right there. */
  isMount(path: string): boolean;
  /** Whether a path lies on a disk of the device. */
  isNear(path: string): boolean;
  /** Whether a folder stays, empty: an account needs its home. */
  stays(path: string): boolean;
  /** Whether a file or folder holds somebody's home, whoever owns it. */
  isStore(path: string): boolean;
  /** Homes that are not touched. */
  spared: readonly string[];
  /** Whose home is not touched, also where no list of the device tells it (systemd's own accounts are in none). */
  sparesName(person: string): boolean;
}

export type Sweep = ReturnType<typeof createSweep>;

/** Each level holds a folder open. What lies deeper is left, and told as left. */
const maxDepth = 400;

/** Goes through folders that many share, and tells what is whose by its owner. */
export function createSweep(parts: SweepParts) {
  const isSpared = (path: string) =>
    parts.spared.includes(path) ||
    (basename(dirname(path)) === 'home' && parts.sparesName(basename(path).replace(/\.home(?:dir)?$/, '')));
  const isAroundSpared = (path: string) => parts.spared.some((home) => home === path || home.startsWith(`${path}/`));

  /** The folder and owner of each entry that may be gone into or deleted; nothing of spared homes and of far mounts. */
  async function meet(held: Held, path: string, each: (met: Met) => Promise<void>): Promise<void> {
    for (const entry of await held.list()) {
      const inside = join(path, entry.name);
      const owner = await ownerOf(held, entry);
      if (owner === undefined || isSpared(inside)) continue;
      if (entry.kind === 'folder' && parts.isMount(inside) && !parts.isNear(inside)) continue;
      const isPeoples = parts.isTarget(owner) || parts.isStore(inside);
      await each({ entry, path: inside, owner, isTheirs: isPeoples && !isAroundSpared(inside) });
    }
  }

  /** Deletes what people own. */
  async function clear(held: Held, path: string, depth = 0): Promise<void> {
    await meet(held, path, async ({ entry, path: inside, isTheirs }) => {
      if (entry.kind !== 'folder') {
        if (isTheirs) await attempt(held.remove(entry.bytes));
        return;
      }
      await within(held, entry, async (inner) => {
        if (isTheirs) await clearAll(inner, inside, parts);
        else if (depth < maxDepth) await clear(inner, inside, depth + 1);
      });
      if (isTheirs && !parts.stays(inside)) await attempt(held.removeFolder(entry.bytes));
    });
  }

  /** Finds whose data is there. */
  async function find(held: Held, path: string, found: Set<string>, depth = 0): Promise<void> {
    await meet(held, path, async ({ entry, path: inside, owner, isTheirs }) => {
      if (entry.kind !== 'folder' || (isTheirs && !parts.stays(inside))) {
        if (isTheirs) found.add(`${owner}`);
        return;
      }
      await within(held, entry, async (inner) => {
        if (isTheirs && !(await isEmptied(inner))) found.add(`${owner}`);
        else if (!isTheirs && depth < maxDepth) await find(inner, inside, found, depth + 1);
      });
    });
  }

  return { clear, find, isAroundSpared };
}

interface Met {
  entry: Entry;
  path: string;
  owner: number;
  isTheirs: boolean;
}

/**
 * Deletes everything in a folder, whoever owns it, but crosses no mount: what lies
 * behind one is left. So is another device under a path that is no mount known.
 */
export async function clearAll(held: Held, path: string, told: Pick<SweepParts, 'isMount'>, depth = 0): Promise<void> {
  for (const entry of await held.list()) {
    if (entry.kind !== 'folder') {
      await attempt(held.remove(entry.bytes));
      continue;
    }
    const inside = join(path, entry.name);
    if (told.isMount(inside) || depth >= maxDepth) continue;
    await within(held, entry, async (inner) => {
      if (deviceOf(inner) === deviceOf(held)) await clearAll(inner, inside, told, depth + 1);
    });
    await attempt(held.removeFolder(entry.bytes));
  }
}

export async function isEmptied(held: Held): Promise<boolean> {
  return (await held.list()).length === 0;
}

function deviceOf({ id }: Held): string | undefined {
  return id.split(':')[0];
}

/** Works in a folder that is held for so long. One that is gone or was exchanged is passed over. */
async function within(held: Held, { bytes }: Entry, work: (inner: Held) => Promise<void>): Promise<void> {
  const inner = await held.enter(bytes).catch(() => undefined);
  if (inner !== undefined) await work(inner).finally(() => inner.close());
}

async function ownerOf(held: Held, entry: Entry): Promise<number | undefined> {
  const found = await held.measure(entry).catch(() => undefined);
  return found?.owner;
}

/** What cannot be deleted is found again by the look afterwards. */
async function attempt(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}
