import { type Instant, instant } from '../../../shared/instant.ts';
import { known, type Reading, type Unknown, type UnknownDetail, unknown } from '../../../shared/reading.ts';
import type { PhotoCount, PhotoPlace, Photos } from '../../../shared/report/photos.ts';
import type { NameCount } from './names.ts';
import type { PhotoRoot } from './roots.ts';
import type { FolderSums, Sizes } from './sums.ts';
import { type Trouble, troubleReasons } from './trouble.ts';

/** A count as it grows. */
interface Sum {
  photos: number;
  videos: number;
  bytes: number;
  cloudOnly: number;
  oldestMs: number | undefined;
  /** False as soon as one folder in it is not measured. */
  measured: boolean;
}

/** What a round comes to, by place. */
export interface Tally {
  /** Adds one folder; `sums` undefined: not measured yet. */
  add(place: PhotoPlace, names: { here: NameCount; bin: NameCount }, sums: FolderSums | undefined): void;
  /** Every place that is asked for, and all that was seen. */
  total(places: readonly PhotoPlace[], doubts: ReadonlyMap<PhotoPlace, Unknown>, at: Instant): Photos;
}

export function createTally(): Tally {
  const sums = new Map<PhotoPlace, Sum>();

  function sumOf(place: PhotoPlace): Sum {
    const sum = sums.get(place) ?? newSum();
    sums.set(place, sum);
    return sum;
  }
  return {
    add(place, names, measured) {
      addPart(sumOf(place), names.here, measured?.here);
      if (names.bin.photos + names.bin.videos + names.bin.untold > 0) addPart(sumOf('bin'), names.bin, measured?.bin);
    },
    total(places, doubts, at) {
      const readings = places.map((place): { place: PhotoPlace; count: Reading<PhotoCount> } => ({
        place,
        count: doubts.get(place) ?? known(toCount(sums.get(place) ?? newSum()), at),
      }));
      const whole = newSum();
      for (const sum of sums.values()) join(whole, sum);
      return { places: readings, atLeast: toCount(whole), complete: doubts.size === 0 };
    },
  };
}

/** Places of which something was not counted. The first reason of each stays. */
export interface Doubts {
  readonly found: ReadonlyMap<PhotoPlace, Unknown>;
  add(place: PhotoPlace, trouble: Trouble): void;
  /** A root that cannot be entered: of a home that may hold anything, in any of its places. */
  addRoot(root: PhotoRoot, trouble: Trouble): void;
  addAll(trouble: Trouble): void;
}

export function createDoubts(places: readonly PhotoPlace[], at: Instant): Doubts {
  const found = new Map<PhotoPlace, Unknown>();
  function add(place: PhotoPlace, trouble: Trouble, detail: UnknownDetail = 'picture-folders'): void {
    if (!found.has(place)) found.set(place, unknown(troubleReasons[trouble], at, detail));
  }
  function addAll(trouble: Trouble): void {
    for (const place of places) add(place, trouble, 'home-folders');
  }
  return {
    found,
    add: (place, trouble) => add(place, trouble),
    addAll,
    addRoot(root, trouble) {
      if (root.isHome) return addAll(trouble);
      add(root.place, trouble);
      if (root.holdsResources && places.includes('resources')) add('resources', trouble);
    },
  };
}

function newSum(): Sum {
  return { photos: 0, videos: 0, bytes: 0, cloudOnly: 0, oldestMs: undefined, measured: true };
}

function addPart(sum: Sum, names: NameCount, sizes: Sizes | undefined): void {
  sum.photos += names.photos + (sizes?.photos ?? 0);
  sum.videos += names.videos + (sizes?.videos ?? 0);
  if (sizes === undefined) sum.measured = false;
  else addSizes(sum, sizes);
}

function addSizes(sum: Sum, { bytes, cloudOnly, oldestMs }: Pick<Sizes, 'bytes' | 'cloudOnly' | 'oldestMs'>): void {
  sum.bytes += bytes;
  sum.cloudOnly += cloudOnly;
  if (oldestMs !== undefined && !(sum.oldestMs !== undefined && sum.oldestMs <= oldestMs)) sum.oldestMs = oldestMs;
}

function join(sum: Sum, other: Sum): void {
  sum.photos += other.photos;
  sum.videos += other.videos;
  sum.measured &&= other.measured;
  addSizes(sum, other);
}

function toCount({ photos, videos, bytes, cloudOnly, oldestMs, measured }: Sum): PhotoCount {
  if (!measured) return { photos, videos };
  return { photos, videos, cloudOnly, bytes, oldest: oldestMs === undefined ? null : dayOf(oldestMs) };
}

const dayMs = 86_400_000;
/** A file may carry any time, also one that no calendar on the wire can write. */
const lastDayMs = Date.UTC(9999, 11, 31);

/** The day, in UTC, as its first instant. */
function dayOf(ms: number): Instant {
  const day = Math.floor(ms / dayMs) * dayMs;
  return instant(Math.min(Math.max(day, 0), lastDayMs));
}
