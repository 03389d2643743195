import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { type Files, type FilesNow, ifFound } from './files.ts';

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
  /** What has no times to go by: the kernel's own files, and links. */
  read: readonly Read[];
  /** What is not there, where no folder tells it. */
  absent: readonly string[];
}

type Seen = { path: string } & Numbers;
type Numbers = Pick<Stats, 'mtimeMs' | 'ctimeMs' | 'size' | 'ino' | 'dev'>;
type Read = Question & { text: string | undefined };

/** A folder that changed this lately may change again within the same tick of its clock, FAT's being the longest. */
const settledMs = 5_000;

/** undefined: one of them cannot be told without waiting, or may not be asked. */
export function takeSight(questions: readonly Question[], files: Files, nowMs: number): Sight | undefined {
  const seen = new Map<string, Seen>();
  const read: Read[] = [];
  const absent = new Set<string>();
  for (const question of questions) {
    const { way, path } = question;
    const now = files.now?.(path);
    if (now === undefined) return undefined;
    if (way === 'link' || /^\/(proc|sys)\//.test(path)) {
      read.push({ ...question, text: textOf(question, now) });
      continue;
    }
    const found = now.look(path);
    if ('found' in found) seen.set(path, numbersOf(path, found.found));
    else if (found.missing === 'blocked') return undefined;
    else {
      const folder = folderWithout(path, files, nowMs);
      if (folder === undefined) absent.add(path);
      else seen.set(folder.path, folder);
    }
  }
  return { seen: [...seen.values()], read, absent: [...absent] };
}

/** Whether all is as it was. False: something may have changed, or somebody would have to be waited for. */
export function isInSight({ seen, read, absent }: Sight, files: Files): boolean {
  for (const before of seen) {
    const found = files.now?.(before.path)?.look(before.path);
    if (found === undefined || !('found' in found) || !isSame(before, found.found)) return false;
  }
  for (const path of absent) {
    const found = files.now?.(path)?.look(path);
    if (found === undefined || !('missing' in found) || found.missing !== 'absent') return false;
  }
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
    if (now === undefined || /^\/(proc|sys)(\/|$)/.test(folder)) return undefined;
    const found = now.look(folder);
    if ('found' in found) {
      const { mtimeMs, ctimeMs } = found.found;
      const isSettled = nowMs - Math.max(mtimeMs, ctimeMs) > settledMs;
      if (!found.found.isDirectory() || !isSettled || !isNameless(missing, now)) return undefined;
      return numbersOf(folder, found.found);
    }
    if (found.missing === 'blocked' || folder === '/') return undefined;
    missing = folder;
  }
}

function isNameless(path: string, now: FilesNow): boolean {
  try {
    return now.isNameless(path);
  } catch {
    return false;
  }
}

function textOf({ way, path }: Question, now: FilesNow): string | undefined {
  if (way === 'names') return ifFound(now.names(path))?.join('/');
  return ifFound(way === 'link' ? now.link(path) : now.text(path));
}

function numbersOf(path: string, { mtimeMs, ctimeMs, size, ino, dev }: Numbers): Seen {
  return { path, mtimeMs, ctimeMs, size, ino, dev };
}

function isSame(one: Numbers, other: Numbers): boolean {
  return (
    one.mtimeMs === other.mtimeMs &&
    one.ctimeMs === other.ctimeMs &&
    one.ino === other.ino &&
    one.size === other.size &&
    one.dev === other.dev
  );
}
