import type { Disk } from './disk.ts';
import type { FolderNames } from './folder-names.ts';
import type { SoundTables } from './level/sound-tables.ts';
import type { Marks } from './marks.ts';
import type { Scratch } from './scratch.ts';
import type { SessionLife } from './sign-ins.ts';
import type { Wanted } from './wanted.ts';

/** What reading a browser takes. */
export interface Tools {
  disk: Disk;
  names: FolderNames;
  scratch: Scratch;
  tables: SoundTables;
  /** Hosts by the path of the file that told them, where such a file never changes. */
  hosts: Map<string, string>;
}

/** How a store looks from outside: when this is equal, so is what it holds. */
export interface Stamp {
  text: string;
  /** The latest change of any of its files, ms since 1970. */
  changedMs: number;
}

/** One place of a profile in which sign-ins lie. */
export interface Store {
  /** Its path: two stores never have the same. Stays on the device. */
  readonly id: string;
  /** Cheap: the disk is only asked how its files look. undefined: there is no such store. Throws what the disk throws. */
  stamp(): Promise<Stamp | undefined>;
  /** Reads a private copy. Throws when it cannot be read. */
  read(wanted: Wanted, signal: AbortSignal): Promise<Marks>;
}

export interface Profile {
  stores(): Promise<readonly Store[]>;
  /** Asked only when something hangs on it. */
  sessionLife(): Promise<SessionLife>;
}

/** The profiles in one browser's folder, in the order of their folders. Throws when they cannot be listed. */
export type ListProfiles = (root: string, wanted: Wanted, tools: Tools) => Promise<Profile[]>;

/** The stamp of a store that consists of these files; those that are not there count as that. undefined: none of them is. */
export async function stampOf(paths: readonly string[], disk: Disk): Promise<Stamp | undefined> {
  const texts: string[] = [];
  let changedMs = 0;
  for (const path of paths) {
    const found = await disk.look(path);
    texts.push(found?.stamp ?? '');
    changedMs = Math.max(changedMs, found?.changedMs ?? 0);
  }
  return texts.every((text) => text === '') ? undefined : { text: texts.join(' '), changedMs };
}
