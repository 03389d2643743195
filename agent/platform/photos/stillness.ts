import { type Instant, instant } from '../../../shared/instant.ts';
import { known, restated } from '../../../shared/reading.ts';
import type { PhotoPlace, Photos } from '../../../shared/report/photos.ts';
import { type Grounds, nearGround } from './ground.ts';
import { measuredUntil } from './measuring.ts';
import type { PhotoRoot } from './roots.ts';
import { isSameState, wasSettled } from './sums.ts';
import type { Met, Round } from './walk.ts';

/** What a round goes by: as long as it is the same, only the folders themselves can have changed. */
export interface Course {
  grounds: Grounds;
  /** In the order of the walk, with no link in a path. */
  roots: readonly PhotoRoot[];
  /** All that is told of, the resource folder's place too where the setting named one. */
  places: readonly PhotoPlace[];
  /** The setting's own name of its resource folder. */
  wanted: string | null;
}

/** What looks alone need of a round. */
export type Looks = Pick<Round, 'asking' | 'slices' | 'isOver' | 'beganAtMs'>;

/** A whole round without a doubt: every folder it met, and what it came to. */
interface Still {
  course: Course;
  met: readonly Met[];
  photos: Photos;
  /** A clock before the one, or after the other, makes it doubtful. */
  fromMs: number;
  untilMs: number;
}

/**
 * Tells by one look at every folder that nothing changed since a whole round, and
 * gives its answer again: the walk, the sums and their order cost more than the looks.
 *
 * INVARIANT: only what the walk itself would pass as unchanged is passed here. Any
 * doubt, a slow answer's error too, leaves it all to the walk.
 */
export interface Stillness {
  /** The same answer, as of now; undefined: something may have changed. */
  again(round: Looks, course: Course): Promise<Photos | undefined>;
  /** Remembers a whole round, unless something of it cannot be told by looks alone. */
  keep(round: Round, course: Course, photos: Photos): void;
}

export function createStillness(): Stillness {
  let still: Still | undefined;
  return {
    async again(round, course) {
      const before = still;
      still = undefined;
      if (before === undefined || !isSameCourse(before.course, course)) return undefined;
      if (round.beganAtMs < before.fromMs || round.beganAtMs >= before.untilMs) return undefined;
      if (!(await areAsBefore(before.met, round))) return undefined;
      still = before;
      return asOf(before.photos, instant(round.beganAtMs));
    },
    keep(round, course, photos) {
      const { met } = round;
      still = undefined;
      if (met === undefined || !photos.complete) return;
      const [fromMs, untilMs] = boundsOf(met, round);
      if (fromMs < untilMs) {
        still = { course, met, photos, fromMs, untilMs };
      }
    },
  };
}

function isSameCourse(one: Course, other: Course): boolean {
  return one === other || (one.grounds === other.grounds && textOf(one) === textOf(other));
}

export function textOf({ roots, places, wanted }: Course): string {
  return JSON.stringify([roots, places, wanted]);
}

async function areAsBefore(met: readonly Met[], round: Looks): Promise<boolean> {
  try {
    let next: number | undefined = 0;
    while (next !== undefined && next < met.length) {
      if (next > 0) await round.slices.pause();
      if (round.isOver()) return false;
      next = passOver(met, next, round);
    }
    return next !== undefined;
  } catch {
    // Gone, or not to be seen any more: the walk tells which.
    return false;
  }
}

/**
 * Looks at one folder after the other until the slice is over, and tells which is the
 * next; undefined: one is not as it was, or the disk is too slow to be waited for.
 */
function passOver(met: readonly Met[], from: number, { asking, slices }: Looks): number | undefined {
  const quick = asking.atOnce(nearGround);
  if (quick === undefined) return undefined;
  for (let at = from; at < met.length; at += 1) {
    const each = met[at];
    if (each?.state === undefined) return undefined;
    const found = quick.look(each.path);
    if (!isSameState(each.state, found)) return undefined;
    // Where the system tells no number of its own, a file may have taken the folder's place.
    if (found.ino === 0 && !found.isDirectory()) return undefined;
    if (slices.isOver()) return at + 1;
  }
  return met.length;
}

/** From when until when looks alone are enough: until a folder is to be read or measured again. */
function boundsOf(met: readonly Met[], { counted }: Round): [fromMs: number, untilMs: number] {
  let fromMs = 0;
  let untilMs = Number.POSITIVE_INFINITY;
  for (const { state } of met) {
    if (state === undefined || !wasSettled(state, state.listedAtMs)) return [0, 0];
    fromMs = Math.max(fromMs, state.listedAtMs);
    untilMs = Math.min(untilMs, state.againAtMs);
  }
  for (const each of counted) {
    fromMs = Math.max(fromMs, each.folder.sums?.measuredAtMs ?? 0);
    untilMs = Math.min(untilMs, measuredUntil(each));
  }
  return [fromMs, untilMs];
}

/** What was known then is known now. */
function asOf(photos: Photos, at: Instant): Photos {
  const places = photos.places.map(({ place, count }) => ({
    place,
    count: count.state === 'known' ? known(count.value, at) : count,
  }));
  return restated(photos, { ...photos, places });
}
