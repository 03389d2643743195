import { join } from 'node:path';
import type { UnknownReason } from '../../../shared/reading.ts';
import type { ProgramSource } from '../../../shared/report/programs.ts';
import type { InstalledProgram } from '../programs/installed-program.ts';
import { type Files, ifFound } from './files.ts';
import { namesOfPeople, withoutPeople } from './people-words.ts';
import { parseUserDirs } from './photo-folders.ts';

/** What a list was read from: the system's files, and those in the homes of people, which may lie elsewhere. */
export interface ListFiles {
  system: Files;
  home: Files;
  /** Home folders; undefined: they cannot be told. */
  homes: readonly string[] | undefined;
}

/** One list of programs as it was read. */
export interface ReadList {
  /** Whether the system keeps this list at all. */
  isThere: boolean;
  programs: InstalledProgram[];
  /** Why not all of it could be read. */
  unread?: UnknownReason;
}

/** Reads one list of programs. Never rejects. */
export type ListReader = (files: ListFiles, signal: AbortSignal) => Promise<ReadList>;

const notThere: ReadList = { isThere: false, programs: [] };

/** Where snaps are mounted; the second is Fedora's place. */
const snapFolders = ['/snap', '/var/lib/snapd/snap'];

/** Snaps by their folders: the link `current` leads to the revision in use, which tells its version. */
export const readSnaps: ListReader = async ({ system }) => {
  for (const folder of snapFolders) {
    const names = await system.names(folder);
    if ('missing' in names && names.missing === 'absent') continue;
    if ('missing' in names) return { isThere: true, programs: [], unread: 'blocked-by-permission' };
    const programs: InstalledProgram[] = [];
    for (const name of names.found) {
      if (ifFound(await system.link(`${folder}/${name}/current`)) === undefined) continue;
      const about = ifFound(await system.text(`${folder}/${name}/current/meta/snap.yaml`)) ?? '';
      programs.push({ source: 'snap', program: name, version: snapVersion(about) });
    }
    return { isThere: true, programs };
  }
  return notThere;
};

/** The version in a `snap.yaml`; quotes are allowed there. */
export function snapVersion(yaml: string): string | null {
  const value = /^version:[ \t]*(.*)$/m.exec(yaml)?.[1]?.trim() ?? '';
  return value.replace(/^(['"])(.*)\1$/, '$2') || null;
}

/** Flatpaks of the system and of each person. */
export const readFlatpaks: ListReader = async ({ system, home, homes }) => {
  const list: ReadList = { isThere: false, programs: [] };
  await addFlatpaks('/var/lib/flatpak/app', system, list);
  for (const each of homes ?? []) await addFlatpaks(join(each, '.local/share/flatpak/app'), home, list);
  return homes === undefined ? { ...list, unread: 'blocked-by-permission' } : list;
};

async function addFlatpaks(folder: string, files: Files, list: ReadList): Promise<void> {
  const names = await files.names(folder);
  if ('missing' in names) {
    if (names.missing === 'blocked') list.unread = 'blocked-by-permission';
    return;
  }
  list.isThere = true;
  for (const name of names.found) {
    const active = `${folder}/${name}/current/active`;
    if (ifFound(await files.link(active)) === undefined) continue;
    const about = ifFound(await files.text(`${active}/files/share/metainfo/${name}.metainfo.xml`));
    list.programs.push({ source: 'flatpak', program: name, version: releaseVersion(about ?? '') });
  }
}

/** The newest release in an AppStream file: it comes first there. */
export function releaseVersion(xml: string): string | null {
  return /<release\b[^>]{0,400}?\bversion="([^"]{1,80})"/.exec(xml)?.[1] ?? null;
}

/** Folders in `/opt`: programs that brought an installer of their own, by the names of their folders. */
export const readOpt: ListReader = async ({ system }) => {
  const names = await system.names('/opt');
  if ('missing' in names)
    return names.missing === 'absent' ? notThere : { isThere: true, programs: [], unread: 'blocked-by-permission' };
  const people = await peopleOf(system);
  const programs: InstalledProgram[] = [];
  for (const name of names.found) {
    if (name.startsWith('.') || name === 'lost+found') continue;
    const inner = await system.names(`/opt/${name}`);
    // A file there is no program's folder; a folder that may not be read is one all the same.
    if ('found' in inner || (await system.mark(`/opt/${name}`)) === 'blocked')
      programs.push({ source: 'opt', program: withoutPeople(name, people), version: null });
  }
  return { isThere: true, programs };
};

/** Folders of a home in which people keep programs of one file, besides those the desktop names. */
const programFolders = ['', 'Applications', 'AppImages', 'Apps', 'bin', '.local/bin'];
const systemFolders = ['/opt', '/usr/local/bin'];

/**
 * AppImages: programs of one file. Only a name that ends so, of a file that is a
 * program, travels: whatever else lies beside it is a person's.
 */
export const readAppImages: ListReader = async ({ system, home, homes }) => {
  const list: ReadList = { isThere: true, programs: [] };
  const people = await peopleOf(system);
  for (const folder of systemFolders) await addAppImages(folder, system, list, people);
  for (const each of homes ?? []) {
    const userDirs = parseUserDirs(ifFound(await home.text(join(each, '.config/user-dirs.dirs'))) ?? '', each);
    const named = [userDirs.XDG_DOWNLOAD_DIR, userDirs.XDG_DESKTOP_DIR].filter((folder) => folder !== undefined);
    for (const folder of new Set([...programFolders.map((name) => join(each, name)), ...named]))
      await addAppImages(folder, home, list, people);
  }
  return homes === undefined ? { ...list, unread: 'blocked-by-permission' } : list;
};

async function addAppImages(folder: string, files: Files, list: ReadList, people: ReadonlySet<string>): Promise<void> {
  const names = await files.names(folder);
  if ('missing' in names && names.missing === 'blocked') list.unread = 'blocked-by-permission';
  for (const name of ifFound(names) ?? []) {
    if (!/.\.appimage$/i.test(name)) continue;
    const gave = await files.head(`${folder}/${name}`, 4);
    if ('missing' in gave && gave.missing === 'blocked') list.unread = 'blocked-by-permission';
    const head = ifFound(gave);
    if (head?.toString('latin1') === '\x7fELF')
      list.programs.push({ source: 'appimage', program: withoutPeople(name, people), version: null });
  }
}

async function peopleOf(system: Files): Promise<ReadonlySet<string>> {
  return namesOfPeople(ifFound(await system.text('/etc/passwd')) ?? '');
}

/** A reader for each list of Linux. */
export type ListReaders = Partial<Record<ProgramSource, ListReader>>;
