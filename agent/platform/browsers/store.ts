import type { Disk } from './disk.ts';
import type { FolderNames } from './folder-names.ts';
import type { KeptTables } from './level/kept-tables.ts';
import type { Marks } from './marks.ts';
import type { Scratch } from './scratch.ts';
import type { SessionLife } from './sign-ins.ts';
import type { Stamp } from './stamp.ts';
import type { Wanted } from './wanted.ts';

/** What reading a browser takes. */
export interface Tools {
  disk: Disk;
  names: FolderNames;
  scratch: Scratch;
  tables: KeptTables;
  /** Hosts by the path of the file that told them, where such a file never changes. */
  hosts: Map<string, string>;
}

/** One place of a profile in which sign-ins lie. */
export interface Store {
  /** Its path: two stores never have the same. Stays on the device. */
  readonly id: string;
  /** It holds nothing else; absent: whatever a page keeps. */
  readonly part?: 'cookies';
  /** Cheap: the disk is only asked how its files look. undefined: there is no such store. Throws what the disk throws. */
  stamp(): Promise<Stamp | undefined>;
  /** Reads a private copy. Throws when it cannot be read. */
  read(wanted: Wanted, signal: AbortSignal): Promise<Marks>;
}

export interface Profile {
  /** Its path. Stays on the device. */
  readonly folder: string;
  stores(): Promise<readonly Store[]>;
  /** Asked only when something hangs on it. */
  sessionLife(): Promise<SessionLife>;
}

/** The profiles in one browser's folder, in the order of their folders. Throws when they cannot be listed. */
export type ListProfiles = (root: string, wanted: Wanted, tools: Tools) => Promise<Profile[]>;
