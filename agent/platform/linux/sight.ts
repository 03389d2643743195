import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { type Files, type FilesNow, type Found, ifFound } from './files.ts';
import { isKernelsOwn } from './proc.ts';

/** Ways of asking. */
export const ways = ['text', 'names', 'link', 'mark'] as const;
export type Way = (typeof ways)[number];

/** One question to the file system. */
export interface Question {
  way: Way;
  path: string;
}

/**
 * What a row of questions was answered, as few looks as tell it, each had at once.
 *
 * Most of what is asked for is not there, and most of that would lie in the same few
 * folders: as long as the list of names of the nearest folder that is there did not
 * change, nothing came into it.
 */
export interface Sight {
  /** What was there, and the folders that tell that something else was not. */
  seen: readonly Seen[];
  /** Links that were there: where one leads cannot be written anew, only the link itself can. */
  links: readonly Seen[];
  /** The kernel's own files, which have no times to go by. */
  read: readonly Read[];
  /** What is not there, where no folder tells it. */
  absent: readonly string[];
}

type Seen = { path: string } & Numbers;
type Numbers = Pick<Stats, 'mtimeMs' | 'ctimeMs' | 'size' | 'ino' | 'dev'>;
type Read = Question & { text: string | undefined };

/** What changed this lately may change again within the same tick of its clock, FAT's being the longest of two seconds. */
const settledMs = 5_000;

/** Whether a change from now on would show in these times. One that lies in the future is no time of now either. */
export function isSettled({ mtimeMs, ctimeMs }: Pick<Numbers, 'mtimeMs' | 'ctimeMs'>, nowMs: number): boolean {
  return Math.abs(nowMs - mtimeMs) > settledMs && Math.abs(nowMs - ctimeMs) > settledMs;
}

/** A sight while it is taken. */
interface Taken {
  seen: Map<string, Seen>;
  links: Map<string, Seen>;
  read: Read[];
  absent: Set<string>;
}

/** undefined: one of them cannot be told without waiting, may not be asked, or changed just now. */
export function takeSight(questions: readonly Question[], files: Files, nowMs: number): Sight | undefined {
  const taken: Taken = { seen: new Map(), links: new Map(), read: [], absent: new Set() };
  for (const question of questions) {
    const now = files.now?.(question.path);
    if (now === undefined) return undefined;
    if (isKernelsOwn(question.path)) taken.read.push({ ...question, text: textOf(question, now) });
    else if (!see(question, now, taken, files, nowMs)) return undefined;
  }
  const { seen, links, read, absent } = taken;
  return { seen: [...seen.values()], links: [...links.values()], read, absent: [...absent] };
}

/** False: it cannot be told by a look. */
function see({ way, path }: Question, now: FilesNow, taken: Taken, files: Files, nowMs: number): boolean {
  const found = way === 'link' ? now.name(path) : now.look(path);
  if ('found' in found) {
    (way === 'link' ? taken.links : taken.seen).set(path, numbersOf(path, found.found));
    return isSettled(found.found, nowMs);
  }
  if (found.missing === 'blocked') return false;
  const folder = folderWithout(path, files, nowMs);
  if (folder === undefined) taken.absent.add(path);
  else taken.seen.set(folder.path, folder);
  return true;
}

/**
 * Whether all is as it was. False: something may have changed, or somebody would have to
 * be waited for. What several rows of questions go by is looked at once in a round.
 */
export function isInSight({ seen, links, read, absent }: Sight, files: Files): boolean {
  for (const before of seen) if (!isSame(before, files.now?.(before.path)?.glance(before.path))) return false;
  for (const before of links) if (!isSame(before, files.now?.(before.path)?.name(before.path))) return false;
  for (const path of absent) if (!isAbsent(files.now?.(path)?.glance(path))) return false;
  for (const before of read) {
    const now = files.now?.(before.path);
    if (now === undefined || textOf(before, now) !== before.text) return false;
  }
  return true;
}

/**
 * The nearest folder above what is not there, by whose list of names it would come.
 * undefined: a link that leads nowhere is on the way, the list changed just now, or it is
 * a list that bears no time of change.
 */
function folderWithout(path: string, files: Files, nowMs: number): Seen | undefined {
  let missing = path;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const now = files.now?.(folder);
    if (now === undefined || isKernelsOwn(`${folder}/`)) return undefined;
    const found = now.look(folder);
    if ('found' in found) {
      const isFolder = found.found.isDirectory() && isSettled(found.found, nowMs);
      // No link that leads nowhere either.
      return isFolder && isAbsent(now.name(missing)) ? numbersOf(folder, found.found) : undefined;
    }
    if (found.missing === 'blocked' || folder === '/') return undefined;
    missing = folder;
  }
}

function isAbsent(found: Found<Stats> | undefined): boolean {
  return found !== undefined && 'missing' in found && found.missing === 'absent';
}

function textOf({ way, path }: Question, now: FilesNow): string | undefined {
  if (way === 'names') return ifFound(now.names(path))?.join('/');
  return ifFound(way === 'link' ? now.link(path) : now.text(path));
}

function numbersOf(path: string, { mtimeMs, ctimeMs, size, ino, dev }: Numbers): Seen {
  return { path, mtimeMs, ctimeMs, size, ino, dev };
}

function isSame(before: Numbers, now: Found<Stats> | undefined): boolean {
  if (now === undefined || 'missing' in now) return false;
  const { found } = now;
  return (
    before.mtimeMs === found.mtimeMs &&
    before.ctimeMs === found.ctimeMs &&
    before.ino === found.ino &&
    before.size === found.size &&
    before.dev === found.dev
  );
}
