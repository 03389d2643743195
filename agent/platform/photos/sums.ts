import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { Ground } from './ground.ts';
import { type FolderNames, noNames } from './names.ts';
import type { Trouble } from './trouble.ts';

/** What only the files themselves tell, in sum. */
export interface Sizes {
  bytes: number;
  /** When the oldest was last changed; undefined: there is none. */
  oldestMs: number | undefined;
  /** How many of those that count lie in the cloud and are only named here. */
  cloudOnly: number;
  /** Files without an ending that proved to be photos or videos. */
  photos: number;
  videos: number;
}

/** The measured sums of one folder, as it was in one state. */
export interface FolderSums {
  here: Sizes;
  bin: Sizes;
  /** Whether files without an ending were looked into. */
  headsRead: boolean;
  /** How many of them may not be opened: nobody can tell what they are. */
  closed: number;
  measuredAtMs: number;
}

export const noSizes: Sizes = { bytes: 0, oldestMs: undefined, cloudOnly: 0, photos: 0, videos: 0 };

/** What a folder without a photo, a video or an untold file comes to; it is never measured. */
export const nothing: FolderSums = { here: noSizes, bin: noSizes, headsRead: true, closed: 0, measuredAtMs: 0 };

/** A folder at one moment: how it is recognised, and when its names were read. */
export interface FolderState {
  dev: number | bigint;
  ino: number | bigint;
  mtimeMs: number;
  ctimeMs: number;
  listedAtMs: number;
  /** When its names are read again although nothing seems changed: not every file system tells. */
  againAtMs: number;
}

/** A folder as it is counted: as what, and on which ground. */
export interface Counted {
  folder: Folder;
  place: PhotoPlace;
  ground: Ground;
}

/** One folder as it is remembered, with those in it. */
export interface Folder {
  readonly path: string;
  readonly name: string;
  /** undefined: its names were not read, or may no longer be. */
  state: FolderState | undefined;
  names: FolderNames;
  inner: Folder[];
  sums: FolderSums | undefined;
  /** As what it was counted last. */
  counted: Counted | undefined;
  /** A folder that could not be measured is let be until then, and why. */
  refused: { trouble: Trouble; untilMs: number } | undefined;
}

export function newFolder(path: string, name: string): Folder {
  return {
    path,
    name,
    state: undefined,
    names: noNames,
    inner: [],
    sums: undefined,
    counted: undefined,
    refused: undefined,
  };
}

/** FAT keeps times in steps of two seconds: a folder that changed this recently may change again unnoticed. */
const settledMs = 3_000;

/** Only a folder that had come to rest when it was looked into can be trusted to be as it was. */
export function wasSettled(state: Pick<FolderState, 'mtimeMs' | 'ctimeMs'>, lookedAtMs: number): boolean {
  return lookedAtMs - Math.max(state.mtimeMs, state.ctimeMs) > settledMs;
}

export function isSameState(one: FolderState, other: Omit<FolderState, 'listedAtMs' | 'againAtMs'>): boolean {
  return (
    one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs && one.ino === other.ino && one.dev === other.dev
  );
}

export function isEmpty({ here, bin }: FolderNames): boolean {
  return here.photos + here.videos + here.untold + bin.photos + bin.videos + bin.untold === 0;
}

export function isSameCount(one: FolderNames, other: FolderNames): boolean {
  return (['here', 'bin'] as const).every(
    (part) =>
      one[part].photos === other[part].photos &&
      one[part].videos === other[part].videos &&
      one[part].untold === other[part].untold,
  );
}
