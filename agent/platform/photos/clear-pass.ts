import type { PhotoPlace } from '../../../shared/report/photos.ts';
import type { PhotoSelection, PhotosThere } from '../actions.ts';
import type { Held, Hold } from '../held-folder.ts';
import { type Picked, untilMsOf } from './clear-files.ts';
import type { Ground, Grounds } from './ground.ts';
import { createPatience } from './patience.ts';
import { everyPlace, type PhotoRoot, resourceName } from './roots.ts';
import { troubleOf } from './trouble.ts';

/** What differs from one operating system to another, and what a test replaces. */
export interface ClearingParts {
  clock: { now(): number };
  hold: Hold;
  /** The same path with no link left in it. */
  resolve(path: string): Promise<string>;
  grounds(): Promise<Grounds>;
  /** Homes of people; undefined: the list of accounts cannot be read. */
  homes(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Whether what an account names as its home is a person's, by its real path and owner; undefined: it always is. */
  isPersons?(home: { path: string; owner: number }): boolean;
  /** The folders of one home, inner ones first, the home itself last: those that photos are counted in. */
  rootsOf(home: string): Promise<PhotoRoot[]>;
  /** Folders that lie in no home. */
  beside?(): Promise<PhotoRoot[]>;
  /** Whether what lies there lies on other devices too, for a network or a service keeps it: it is left like a cloud folder. */
  isShared?(path: string, ground: Ground): boolean;
  /** Folders of a home that hold copies of photos for quick showing (freedesktop's specification). */
  thumbnails?: readonly string[];
  /** A network that does not answer one question in this time is given up. */
  patienceMs?: number;
}

/** A folder as the walk meets it. */
export interface At {
  held: Held;
  /** As people see it: for thumbnails, which are named by it. Stays on the device. */
  path: string;
  name: string;
  place: PhotoPlace;
  ground: Ground;
  /** A service keeps it alike elsewhere. */
  isCloud: boolean;
  /** It belongs to a photo library of the system's, which is never touched by hand. */
  isLibrary: boolean;
  /** Only folders of this owner are gone into: a place outside the home that the person chose. */
  owner: number | undefined;
  depth: number;
}

/** What is done with a file of the selection. */
export type Visit = (at: At, picked: Picked, isLeft: boolean) => Promise<void>;

/** One time through all places. */
export interface Pass {
  parts: ClearingParts;
  selection: PhotoSelection;
  wanted: ReadonlySet<PhotoPlace>;
  untilMs: number | undefined;
  isResource(name: string): boolean;
  grounds: Grounds;
  /** Asks something of a ground: one that may keep waiting for ever is given up. */
  ask<Answer>(ground: Ground, question: () => Promise<Answer>): Promise<Answer>;
  visit: Visit;
  signal: AbortSignal;
  /** Folders that are places of their own, or were gone through. */
  claimed: Set<string>;
  /** Folders of teaching resources that a link of that name leads to. */
  resources: Set<string>;
  /** Folders that cloud programs wrote down as theirs. */
  clouds: Set<string>;
  /** Places of which something could not be looked at. */
  doubted: Set<PhotoPlace>;
  doubt(place: PhotoPlace, error: unknown): void;
  doubtAll(): void;
}

/** Every place but the resource folder, unless places are named. */
export function wantedPlaces({ places }: Pick<PhotoSelection, 'places'>): ReadonlySet<PhotoPlace> {
  return new Set(places ?? everyPlace);
}

/**
 * Begins a pass. The resource folder is told by its name in any case, at any depth:
 * one that is deleted by mistake is gone, one that is left by mistake is counted again.
 */
export async function beginPass(
  parts: ClearingParts,
  selection: PhotoSelection,
  signal: AbortSignal,
  visit: Visit,
): Promise<Pass> {
  const patience = createPatience(parts.patienceMs ?? 5_000);
  const wanted = wantedPlaces(selection);
  const doubted = new Set<PhotoPlace>();
  return {
    ...{ parts, selection, wanted, visit, signal, doubted },
    untilMs: untilMsOf(selection, parts.clock.now()),
    isResource: resourceName(selection.resourceFolder, true),
    grounds: await parts.grounds(),
    ask: (ground, question) => (ground.kind === 'near' ? question() : patience.ask(ground.mount, question)),
    claimed: new Set(),
    resources: new Set(),
    clouds: new Set(),
    doubt(place, error) {
      signal.throwIfAborted();
      if (troubleOf(error) !== undefined) doubted.add(place);
    },
    doubtAll() {
      for (const place of wanted) doubted.add(place);
    },
  };
}

/** A held folder whose ground may keep one waiting: each question is given up in time. */
export function patiently(held: Held, ground: Ground, ask: Pass['ask']): Held {
  if (ground.kind === 'near') return held;
  return {
    ...held,
    list: () => ask(ground, held.list),
    measure: (entry) => ask(ground, () => held.measure(entry)),
    head: (entry, length) => ask(ground, () => held.head(entry, length)),
    remove: (name) => ask(ground, () => held.remove(name)),
  };
}

/** What one pass counted, by place; a place of which something could not be looked at counts as not looked at. */
export function createRows(wanted: ReadonlySet<PhotoPlace>) {
  const rows = new Map(
    [...wanted].map((place) => [place, { place, files: { photos: 0, videos: 0 }, leftInCloudFolders: 0 }]),
  );
  return {
    add(place: PhotoPlace, as: Picked['as'], isLeft: boolean): void {
      const row = rows.get(place);
      if (row === undefined) return;
      if (isLeft) row.leftInCloudFolders += 1;
      else row.files[as] += 1;
    },
    total: (doubted: ReadonlySet<PhotoPlace>): PhotosThere[] =>
      [...rows.values()].map((row) => (doubted.has(row.place) ? { ...row, files: null } : row)),
  };
}

/** Where a file counts: on a phone, what was thrown away is in the bin wherever it lies. */
export function placeOf({ place }: Pick<At, 'place'>, { binned }: Picked): PhotoPlace {
  return binned ? 'bin' : place;
}
