import { basename, join } from 'node:path';
import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { Asking } from './asking.ts';
import type { FolderStat } from './folders.ts';
import type { Ground, Grounds } from './ground.ts';
import type { KeptSums } from './kept-sums.ts';
import { countNames, isWalked } from './names.ts';
import type { PhotoRoot } from './roots.ts';
import type { Slices } from './slices.ts';
import {
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

/** A folder counted in this round, and as what. */
export interface Counted {
  folder: Folder;
  place: PhotoPlace;
  ground: Ground;
}

/** One round through all folders. */
export interface Round {
  asking: Asking;
  grounds: Grounds;
  slices: Slices;
  kept: KeptSums;
  /** Folders already counted in this round: against loops and against counting twice. */
  seen: Set<string>;
  counted: Counted[];
  /** How many folders had to be read anew. */
  listed: number;
  /** True once the round must end. */
  isOver(): boolean;
  now(): number;
  isResource(name: string): boolean;
  /** Something of a place was not counted. */
  onTrouble(place: PhotoPlace, trouble: Trouble): void;
}

/** Names are read again after this long at the least, whatever the folder's times say. */
const againMs = 5 * 3_600_000;
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
    const first: Counted = { folder: top, place: root.place, ground: round.grounds.of(root.path) };
    const trouble = await step(first, round, root.only === true);
    if (trouble !== undefined) return trouble === 'passed-over' ? undefined : trouble;
    const waiting = beginnings(root, first, round);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const met = await step(next, round, false);
      if (met === undefined) waiting.push(...inside(next, round));
      else if (met !== 'passed-over') round.onTrouble(next.place, met);
    }
    return undefined;
  }

  async function step(next: Counted, round: Round, isHolder: boolean): Promise<Trouble | 'passed-over' | undefined> {
    if (round.slices.isOver()) await round.slices.pause();
    return round.isOver() ? 'out-of-time' : visit(next, round, isHolder);
  }

  /** Looks at one folder, and reads its names unless it is as it was. `isHolder`: not counted itself. */
  async function visit(
    { folder, place, ground }: Counted,
    round: Round,
    isHolder: boolean,
  ): Promise<Trouble | 'passed-over' | undefined> {
    if (ground.kind === 'apart') return 'passed-over';
    try {
      const found = await round.asking.look(folder.path, ground);
      if (!found.isFolder) return 'passed-over';
      if (!isHolder && isSeen(found, round)) return 'passed-over';
      if (!isUnchanged(folder.state, found, round.now())) await list(folder, found, ground, round);
      if (!isHolder) round.counted.push({ folder, place, ground });
      return undefined;
    } catch (error) {
      folder.state = undefined;
      return troubleOf(error) ?? 'passed-over';
    }
  }

  async function list(folder: Folder, found: FolderStat, ground: Ground, round: Round): Promise<void> {
    const before = folder.state;
    // Not known any more until all of it was read.
    folder.state = undefined;
    round.listed += 1;
    const { files, folders } = await round.asking.list(folder.path, ground, found.size);
    const names = countNames(files);
    const inner = folders.filter((name) => isWalked(name, folder.name));
    const listedAtMs = round.now();
    serial += 1;
    const { identity, mtimeMs, ctimeMs } = found;
    const againAtMs = listedAtMs + againMs + (serial % 64) * (againSpreadMs / 64);
    const state: FolderState = { identity, mtimeMs, ctimeMs, listedAtMs, againAtMs };
    const isAsItWas = before !== undefined && isSameState(before, state) && wasSettled(before, before.listedAtMs);
    folder.sums = isEmpty(names)
      ? nothing
      : isAsItWas && isSameCount(folder.names, names)
        ? folder.sums
        : round.kept.find(state, names);
    folder.refused = undefined;
    folder.names = names;
    folder.inner = adopt(folder, inner);
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

function isSeen(found: FolderStat, round: Round): boolean {
  if (found.identity === '') return false;
  if (round.seen.has(found.identity)) return true;
  round.seen.add(found.identity);
  return false;
}

function isUnchanged(before: FolderState | undefined, found: FolderStat, nowMs: number): boolean {
  if (before === undefined || !isSameState(before, found) || !wasSettled(before, before.listedAtMs)) return false;
  // A clock that was set back makes every memory doubtful.
  return nowMs >= before.listedAtMs && nowMs < before.againAtMs;
}

/** Folders inside that were known before keep what is known of them. */
function adopt(folder: Folder, inner: readonly string[]): Folder[] {
  const before = new Map(folder.inner.map((each) => [each.name, each]));
  return inner.map((name) => before.get(name) ?? newFolder(join(folder.path, name), name));
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

function inside(parent: Counted, round: Round): Counted[] {
  return parent.folder.inner.map((folder) => insideOf(folder, parent, parent.place, round));
}

function insideOf(folder: Folder, parent: Counted, place: PhotoPlace, round: Round): Counted {
  return { folder, place, ground: round.grounds.within(folder.path, parent.ground) };
}
