import { basename, sep } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { Come, ReadingAhead } from './ahead.ts';
import type { Asking } from './asking.ts';
import type { FolderStat, Listing } from './folders.ts';
import type { Ground, Grounds } from './ground.ts';
import type { KeptSums } from './kept-sums.ts';
import { countNames, type FolderNames, isWalked } from './names.ts';
import type { PhotoRoot } from './roots.ts';
import type { Slices } from './slices.ts';
import {
  type Counted,
  type Folder,
  type FolderState,
  isEmpty,
  isSameCount,
  isSameState,
  newFolder,
  nothing,
  wasSettled,
} from './sums.ts';
import { type Trouble, troubleOf } from './trouble.ts';

/** One round through all folders. */
export interface Round {
  asking: Asking;
  ahead: ReadingAhead;
  grounds: Grounds;
  slices: Slices;
  kept: KeptSums;
  /** Folders already counted in this round: against loops and against counting twice. */
  seen: Map<number | bigint, Set<number | bigint>>;
  counted: Counted[];
  /** Every folder met; undefined as soon as a look at each would not tell all that this round did. */
  met: Met[] | undefined;
  /** How many folders had to be read anew. */
  listed: number;
  /** True once the round must end. */
  isOver(): boolean;
  now(): number;
  /** When it began: what is told of time since is told from then. */
  beganAtMs: number;
  isResource(name: string): boolean;
  /** Something of a place was not counted. */
  onTrouble(place: PhotoPlace, trouble: Trouble): void;
}

/** A folder that was met, by a path with no link in it, and as it was found. */
export type Met = Pick<Folder, 'path' | 'state'>;

/** From so many folders on that had to be read, the next ones are read ahead. */
const aheadFrom = 16;

/** Names are read again after this long at the least, whatever the folder's times say. */
export const againMs = 5 * 3_600_000;
/** Spread, so that folders read together are not all read again together. */
const againSpreadMs = 2 * 3_600_000;

/**
 * Remembers every folder by its times of change: one that did not change is not
 * read again. Links are never followed.
 */
export function createFolderTree() {
  let roots = new Map<string, Folder>();
  let current = new Set<string>();
  let serial = 0;

  /** Walks below a root, whose path has no link in it. Tells what kept it from entering the root itself. */
  async function walk(root: PhotoRoot, round: Round): Promise<Trouble | undefined> {
    const top = roots.get(root.path) ?? newFolder(root.path, basename(root.path));
    roots.set(root.path, top);
    current.add(root.path);
    if (round.isOver()) return 'out-of-time';
    const first: Counted = { folder: top, place: root.place, ground: round.grounds.of(root.path) };
    const met = await visit(first, round, root.only === true);
    if (met !== undefined) return met === 'passed-over' ? undefined : met;
    await walkAll(beginnings(root, first, round), round);
    return undefined;
  }

  /** INVARIANT: ends only when nothing waits and nothing is under way. What there is no time for is told. */
  async function walkAll(waiting: Counted[], round: Round): Promise<void> {
    const { ahead, slices } = round;
    let isLate = false;
    while (waiting.length > 0 || !ahead.isIdle()) {
      if (slices.isOver()) isLate = await slices.pause().then(round.isOver);
      const asked = step(waiting, isLate, round);
      // What is answered at once is not waited for: of a thousand folders nearly all are.
      if (asked !== undefined) await asked;
    }
  }

  /** Takes what was read ahead; else goes into the next of those that wait, or has it read ahead. A promise: not before it is kept. */
  function step(waiting: Counted[], isLate: boolean, round: Round): undefined | Promise<undefined> {
    const { ahead, slices } = round;
    const come = ahead.take();
    if (come !== undefined) return goOn(come.next, enterAhead(come, round), waiting, round);
    const next = ahead.isFull() ? undefined : waiting.pop();
    if (next === undefined) return ahead.more().then(slices.waited);
    if (isLate) return goOn(next, 'out-of-time', waiting, round);
    if (round.listed >= aheadFrom && ahead.begin(next)) return undefined;
    const met = visit(next, round, false);
    if (met instanceof Promise) return met.then((told) => goOn(next, told, waiting, round));
    return goOn(next, met, waiting, round);
  }

  /** Looks at one folder, and reads its names unless it is as it was. `isHolder`: not counted itself. */
  function visit(next: Counted, round: Round, isHolder: boolean): Outcome | Promise<Outcome> {
    if (next.ground.kind === 'apart') return 'passed-over';
    try {
      const found = round.asking.look(next.folder.path, next.ground);
      const met =
        found instanceof Promise
          ? found.then((told) => enter(next, told, round, isHolder))
          : enter(next, found, round, isHolder);
      return met instanceof Promise ? met.catch((error: unknown) => failed(next, error, round)) : met;
    } catch (error) {
      return failed(next, error, round);
    }
  }

  function enter(next: Counted, found: FolderStat, round: Round, isHolder: boolean): Outcome | Promise<Outcome> {
    if (!found.isDirectory()) return passedOver(round);
    if (!isHolder && isSeen(found, round)) return metAgain(next, found, round);
    if (isUnchanged(next.folder.state, found, round.beganAtMs)) return entered(next, round, isHolder);
    const listed = list(next.folder, found, next.ground, round);
    return listed === undefined ? entered(next, round, isHolder) : listed.then(() => entered(next, round, isHolder));
  }

  /** The same for a folder that was looked at, and its names read, while others were gone into. */
  function enterAhead({ next, found, atMs, told }: Come, round: Round): Outcome {
    if ('error' in told) return failed(next, told.error, round);
    if (isSeen(found, round)) return metAgain(next, found, round);
    round.listed += 1;
    remember(next.folder, undefined, found, told, round, atMs);
    return entered(next, round, false);
  }

  function list(folder: Folder, found: FolderStat, ground: Ground, round: Round): undefined | Promise<undefined> {
    const before = folder.state;
    // Not known any more until all of it was read.
    folder.state = undefined;
    round.listed += 1;
    const listing = round.asking.list(folder.path, ground, found);
    if (listing instanceof Promise)
      return listing.then((told) => remember(folder, before, found, namesOf(told), round));
    return remember(folder, before, found, namesOf(listing), round);
  }

  function remember(
    folder: Folder,
    before: FolderState | undefined,
    found: FolderStat,
    { names, folders }: { names: FolderNames; folders: readonly string[] },
    round: Round,
    listedAtMs = round.now(),
  ): undefined {
    serial += 1;
    const { dev, ino, mtimeMs, ctimeMs } = found;
    const againAtMs = listedAtMs + againMs + (serial % 64) * (againSpreadMs / 64);
    const state: FolderState = { dev, ino, mtimeMs, ctimeMs, listedAtMs, againAtMs };
    const isAsItWas = before !== undefined && isSameState(before, state) && wasSettled(before, before.listedAtMs);
    folder.sums = isEmpty(names)
      ? nothing
      : isAsItWas && isSameCount(folder.names, names)
        ? folder.sums
        : round.kept.find(state, names);
    folder.refused = undefined;
    folder.names = names;
    folder.inner =
      folders.length === 0
        ? []
        : adopt(
            folder,
            folders.filter((name) => isWalked(name, folder.name)),
          );
    folder.state = state;
  }

  return {
    walk,
    /** Ends a round: roots that were not met in it are forgotten, unless it was cut short. */
    endRound(complete: boolean) {
      if (complete) roots = new Map([...roots].filter(([path]) => current.has(path)));
      current = new Set();
    },
  };
}

export type FolderTree = ReturnType<typeof createFolderTree>;

function namesOf({ files, folders }: Listing): { names: FolderNames; folders: readonly string[] } {
  return { names: countNames(files), folders };
}

/** What came of a visit; undefined: the folder is counted, and may be gone into. */
type Outcome = Trouble | 'passed-over' | undefined;

function goOn(next: Counted, met: Outcome, waiting: Counted[], round: Round): undefined {
  if (met === undefined) {
    for (const folder of next.folder.inner) waiting.push(insideOf(folder, next, next.place, round));
  } else if (met !== 'passed-over') round.onTrouble(next.place, met);
}

function entered(next: Counted, round: Round, isHolder: boolean): undefined {
  if (!isHolder) round.counted.push(next);
  meet(next.folder, next, round);
}

/** A folder that was counted already, under another name or as a root of its own. */
function metAgain(next: Counted, { dev, ino, mtimeMs, ctimeMs }: FolderStat, round: Round): 'passed-over' {
  const times = { mtimeMs, ctimeMs, listedAtMs: round.beganAtMs, againAtMs: Number.POSITIVE_INFINITY };
  meet({ path: next.folder.path, state: { dev, ino, ...times } }, next, round);
  return 'passed-over';
}

function meet(folder: Met, { ground }: Counted, round: Round): void {
  if (ground.kind === 'near') round.met?.push(folder);
  else round.met = undefined;
}

/** What is no folder, or cannot be looked at, may be one by the next round. */
function passedOver(round: Round): 'passed-over' {
  round.met = undefined;
  return 'passed-over';
}

function failed({ folder }: Counted, error: unknown, round: Round): Outcome {
  folder.state = undefined;
  round.met = undefined;
  return troubleOf(error) ?? 'passed-over';
}

function isSeen({ dev, ino }: FolderStat, { seen }: Round): boolean {
  // Without a number of its own a folder cannot be told from others.
  if (ino === 0) return false;
  const onDevice = seen.get(dev);
  if (onDevice === undefined) seen.set(dev, new Set([ino]));
  else if (onDevice.has(ino)) return true;
  else onDevice.add(ino);
  return false;
}

/** Whether what was read then can be trusted to be what is there now. */
export function isUnchanged(before: FolderState | undefined, found: FolderStat, nowMs: number): boolean {
  if (before === undefined || !isSameState(before, found) || !wasSettled(before, before.listedAtMs)) return false;
  // A clock that was set back makes every memory doubtful.
  return nowMs >= before.listedAtMs && nowMs < before.againAtMs;
}

/** Folders inside that were known before keep what is known of them. */
function adopt(folder: Folder, inner: readonly string[]): Folder[] {
  const before = new Map(folder.inner.map((each) => [each.name, each]));
  const path = folder.path.endsWith(sep) ? folder.path : `${folder.path}${sep}`;
  return inner.map((name) => before.get(name) ?? newFolder(`${path}${name}`, name));
}

/** Where a walk goes on from its root: there alone folders of programs are passed over and the resource folder is met. */
function beginnings(root: PhotoRoot, top: Counted, round: Round): Counted[] {
  const begun: Counted[] = [];
  for (const inner of top.folder.inner) {
    if (root.holdsResources === true && round.isResource(inner.name))
      begun.push(insideOf(inner, top, 'resources', round));
    else if (root.only !== true && !root.passesOver?.(inner.name)) begun.push(insideOf(inner, top, root.place, round));
  }
  return begun;
}

function insideOf(folder: Folder, parent: Counted, place: PhotoPlace, round: Round): Counted {
  const ground = round.grounds.within(folder.path, parent.ground);
  const { counted } = folder;
  // The same as in the round before, nearly always: then nothing new is made of it.
  if (counted !== undefined && counted.place === place && counted.ground === ground) return counted;
  folder.counted = { folder, place, ground };
  return folder.counted;
}
