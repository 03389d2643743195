import { basename, join, sep } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';
import { type Held, stepInto } from '../held-folder.ts';
import { bearsCloudMark, cloudFoldersIn, cloudNotes, isCloudName } from './clear-clouds.ts';
import type { Pass } from './clear-pass.ts';
import type { Ground } from './ground.ts';
import { homesLast, type PhotoRoot } from './roots.ts';
import { troubleOf } from './trouble.ts';

/** A root whose folder is known: by a path with no link in it, and by its number. */
export interface ClearRoot {
  root: PhotoRoot;
  /** With no link in it. */
  path: string;
  id: string;
  ground: Ground;
  isCloud: boolean;
  place: PhotoPlace;
  /** Set where the person chose a folder outside the home: only what is the person's own is gone into. */
  owner: number | undefined;
}

interface Home {
  /** As the account names it, and with no link in it. */
  told: string;
  path: string;
  owner: number;
}

export interface FoundRoots {
  roots: ClearRoot[];
  homes: Home[];
}

const noteBytes = 65_536;

/**
 * Every root that is there, each claimed by its number before anything is walked: a
 * root that is not meant is then never met inside another one.
 *
 * DANGER: what people can choose, links and the names of their folders, must not make
 * the administrator delete elsewhere. A root that leads out of its home into another
 * home is passed over; anywhere else only the person's own folders are gone into.
 */
export async function findRoots(pass: Pass): Promise<FoundRoots | undefined> {
  const told = await pass.parts.homes(pass.signal);
  if (told === undefined) return undefined;
  const homes: Home[] = [];
  const asked: { root: PhotoRoot; home: Home | undefined }[] = [];
  for (const home of told) {
    try {
      const known = await knowHome(home, pass);
      homes.push(known);
      await readCloudNotes(known, pass);
      for (const root of await pass.ask(pass.grounds.of(known.path), () => pass.parts.rootsOf(known.path)))
        asked.push({ root, home: known });
    } catch {
      pass.signal.throwIfAborted();
      // Not there, or not to be entered: an encrypted home that is not open looks like this too.
      pass.doubtAll();
    }
  }
  for (const root of (await pass.parts.beside?.()) ?? []) asked.push({ root, home: undefined });
  const order = homesLast(asked.map(({ root }) => root));
  asked.sort((one, other) => order.indexOf(one.root) - order.indexOf(other.root));
  const roots: ClearRoot[] = [];
  for (const { root, home } of asked) {
    try {
      const found = await openRoot(root, home, homes, pass);
      if (found === undefined || pass.claimed.has(found.id)) continue;
      pass.claimed.add(found.id);
      roots.push(found);
    } catch (error) {
      doubtRoot(root, error, pass);
    }
  }
  return { roots: await withoutAmbiguous(roots, pass), homes };
}

export function doubtRoot(root: PhotoRoot, error: unknown, pass: Pass): void {
  pass.doubt(root.place, error);
  if (root.holdsResources) pass.doubt('resources', error);
}

async function knowHome(told: string, pass: Pass): Promise<Home> {
  const path = await resolve(told, pass);
  const held = await pass.ask(pass.grounds.of(path), () => pass.parts.hold(path));
  await held.close();
  if (pass.parts.isPersons?.({ path, owner: held.owner }) === false) throw refusalOfHome();
  return { told, path, owner: held.owner };
}

function refusalOfHome(): Error {
  return Object.assign(new Error('the folder that an account names as its home is the system’s'), { code: 'EPERM' });
}

async function resolve(path: string, pass: Pass): Promise<string> {
  const { mount } = pass.grounds.of(path);
  return pass.ask({ kind: 'far', mount: `link ${mount}` }, () => pass.parts.resolve(path));
}

async function readCloudNotes({ path }: Home, pass: Pass): Promise<void> {
  for (const note of cloudNotes) {
    try {
      const folders = note.split('/');
      const file = folders.pop() ?? '';
      const held = await pass.ask(pass.grounds.of(path), () => pass.parts.hold(join(path, ...folders)));
      const text = await held.text(file, noteBytes).finally(() => held.close());
      for (const named of text === undefined ? [] : cloudFoldersIn(text, path)) {
        const folder = await pass.parts.hold(await resolve(named, pass));
        pass.clouds.add(folder.id);
        await folder.close();
      }
    } catch {
      // No such program, or its folder is gone.
      pass.signal.throwIfAborted();
    }
  }
}

/** undefined: it lies in somebody else's home, whose own roots tell of it. */
async function openRoot(
  root: PhotoRoot,
  home: Home | undefined,
  homes: readonly Home[],
  pass: Pass,
): Promise<ClearRoot | undefined> {
  const path = await resolve(root.path, pass);
  const isOwn = home === undefined || isWithin(path, home.path);
  if (!isOwn && homes.some((other) => isWithin(path, other.path))) return undefined;
  const ground = pass.grounds.of(path);
  if (ground.kind === 'apart') return undefined;
  const base = isOwn && home !== undefined ? home.path : undefined;
  const held = await pass.ask(ground, () => pass.parts.hold(path));
  await held.close();
  const owner = isOwn ? undefined : home.owner;
  if (owner !== undefined && held.owner !== owner)
    throw Object.assign(new Error('the folder is not the person’s own'), { code: 'EPERM' });
  const names = base === undefined ? path.split(sep) : path.slice(base.length).split(sep);
  const isCloud =
    names.some(isCloudName) ||
    pass.clouds.has(held.id) ||
    (home !== undefined && pass.parts.isShared?.(path, ground) === true) ||
    (base !== undefined && (await isBelowMark(base, names, pass)));
  const place = home !== undefined && names.some((name) => pass.isResource(name)) ? 'resources' : root.place;
  return { root, path, id: held.id, ground, isCloud, place, owner };
}

/** A folder that was there a moment ago and is a link or a file by now was exchanged: that is no empty place. */
export function exchanged(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ELOOP' && code !== 'ENOTDIR') throw error;
  throw Object.assign(new Error('a folder was exchanged', { cause: error }), { code: 'EPERM' });
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Whether a folder on the way from the home down to the root is kept alike elsewhere. */
async function isBelowMark(base: string, names: readonly string[], pass: Pass): Promise<boolean> {
  const way = names.filter((name) => name !== '').slice(0, -1);
  if (way.length === 0) return false;
  let held: Held = await pass.parts.hold(base);
  try {
    for (const name of way) {
      held = await stepInto(held, name);
      if (pass.clouds.has(held.id) || bearsCloudMark(await held.list())) return true;
    }
    return false;
  } finally {
    await held.close().catch(() => {});
  }
}

/**
 * A link with the name of the resource folder makes what it leads to one. Where it
 * leads to a place itself, or around one, nobody can tell what is meant: nothing is
 * deleted there, and the place counts as not looked at.
 */
async function withoutAmbiguous(roots: readonly ClearRoot[], pass: Pass): Promise<ClearRoot[]> {
  const unclear = new Set<ClearRoot>();
  for (const found of roots.filter(({ root }) => root.holdsResources)) {
    const targets = await linkedResources(found, pass).catch(() => 'unclear' as const);
    pass.signal.throwIfAborted();
    if (targets === 'unclear') unclear.add(found);
    for (const target of targets === 'unclear' ? [] : targets) {
      const around = roots.filter(({ path, id }) => id === target.id || isWithin(path, target.path));
      for (const each of around) unclear.add(each);
      if (around.length === 0) pass.resources.add(target.id);
    }
  }
  for (const { root, place } of unclear) {
    const refusal = Object.assign(new Error('the resource folder is a place itself'), { code: 'EPERM' });
    pass.doubt(place, refusal);
    doubtRoot(root, refusal, pass);
  }
  return roots.filter((each) => !unclear.has(each));
}

/** Rejects where a link of that name is there and nobody can tell where it leads. */
async function linkedResources({ path, ground }: ClearRoot, pass: Pass): Promise<{ id: string; path: string }[]> {
  const held = await pass.ask(ground, () => pass.parts.hold(path));
  const entries = await pass.ask(ground, () => held.list()).finally(() => held.close());
  const found: { id: string; path: string }[] = [];
  for (const { name } of entries.filter(({ name, kind }) => kind === 'link' && pass.isResource(name))) {
    try {
      const target = await resolve(join(path, name), pass);
      const folder = await pass.ask(pass.grounds.of(target), () => pass.parts.hold(target));
      await folder.close();
      found.push({ id: folder.id, path: target });
    } catch (error) {
      pass.signal.throwIfAborted();
      // One that leads nowhere protects nothing. What a network keeps that does not answer cannot be reached either.
      const trouble = troubleOf(error);
      if (trouble === 'blocked' || trouble === 'broken') throw error;
    }
  }
  return found;
}

export function nameOf({ path }: Pick<ClearRoot, 'path'>): string {
  return basename(path);
}
