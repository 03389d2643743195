import type { BigIntStats } from 'node:fs';
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Entry, type Held, type Hold, readHead, readStart, toEntry, toStat } from './held-folder.ts';

/** A folder on the way, and which it was. */
interface Step {
  path: string;
  id: string;
}

/**
 * Holds folders by their paths, on systems where no path can begin at an open folder:
 * before every deletion each folder on the way is looked at again and must be the one
 * that it was. A moment between that look and the deletion remains.
 */
export const holdByPath: Hold = async (path) => {
  const parts = path.split(sep);
  const way: Step[] = [];
  for (let length = 2; length < parts.length; length += 1) {
    const above = parts.slice(0, length).join(sep);
    way.push({ path: above, id: idOf(await lookAtFolder(above)) });
  }
  return heldAt(path, way);
};

async function heldAt(path: string, way: readonly Step[]): Promise<Held> {
  const found = await lookAtFolder(path);
  const id = idOf(found);
  const here = [...way, { path, id }];
  const at = (name: Buffer | string) => join(path, name.toString());
  return {
    id,
    owner: Number(found.uid),
    list: () => listAt(path),
    measure: async ({ name }) => toStat(await lstat(at(name))),
    head: ({ name }, length) => readHead(at(name), length),
    text: (name, length) => readStart(at(name), length),
    async remove(name) {
      await verify(here);
      await unlink(at(name));
    },
    async removeFolder(name) {
      await verify(here);
      await rmdir(at(name));
    },
    enter: (name) => heldAt(at(name), here),
    leave: () => heldAt(join(path, '..'), here.slice(0, -2)),
    close: async () => {},
  };
}

async function verify(way: readonly Step[]): Promise<void> {
  for (const step of way) if (idOf(await lookAtFolder(step.path)) !== step.id) throw anotherThing();
}

/** Files of a cloud store are told as links on Windows: each such name is looked at. */
async function listAt(path: string): Promise<Entry[]> {
  const entries = (await readdir(path, { withFileTypes: true, encoding: 'buffer' })).map(toEntry);
  return Promise.all(entries.map((entry) => (entry.kind === 'link' ? lookedAt(path, entry) : entry)));
}

async function lookedAt(path: string, entry: Entry): Promise<Entry> {
  const found = await lstat(join(path, entry.name)).catch(() => undefined);
  if (found?.isFile()) return { ...entry, kind: 'file' };
  return found?.isDirectory() ? { ...entry, kind: 'folder' } : entry;
}

async function lookAtFolder(path: string): Promise<BigIntStats> {
  const found = await lstat(path, { bigint: true });
  if (!found.isDirectory()) throw anotherThing();
  return found;
}

function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function anotherThing(): Error {
  return Object.assign(new Error('another thing took the place of a folder'), { code: 'ENOTDIR' });
}
