import { type Clock, type Instant, instant } from '../../../shared/instant.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import type { Media, Medium, MediumEvent } from '../../../shared/report/media.ts';
import { mediumId } from './medium-id.ts';

/** One medium as a system shows it now. */
export interface SeenMedium extends Pick<Medium, 'bus' | 'sizeGb' | 'encryption' | 'inUse'> {
  /** The medium's own, as the system spells it; undefined: none is told. Never leaves the device. */
  serial: string | undefined;
  /** The same as long as it stays attached, another one once it was pulled out and put in again (as far as the system tells). */
  key: string;
}

export interface MediaTracker {
  /** Takes all that is attached now, and says what the report says. Not to be called with a list that may be cut short. */
  look(media: readonly SeenMedium[]): Media;
}

interface Attached {
  medium: SeenMedium;
  since: Instant | null;
}

interface Move {
  what: 'arrived' | 'removed';
  at: Instant;
  medium: SeenMedium;
}

const maxAttached = 32;
const maxRecent = 20;

/**
 * Remembers, for one run of the agent, which media are attached since when, and
 * what came and went. Identifiers are made anew at each look: the setting's salt may
 * come after the stick.
 */
export function createMediaTracker(parts: {
  clock: Clock;
  settings: () => Pick<DeviceSettings, 'mediaSalt'>;
}): MediaTracker {
  let before: Map<string, Attached> | undefined;
  let moves: Move[] = [];

  /** What is attached now, with since when; what came or went in between is noted. */
  function follow(now: ReadonlyMap<string, SeenMedium>): Map<string, Attached> {
    const at = instant(parts.clock.now());
    const after = new Map<string, Attached>();
    for (const [key, medium] of now) {
      const known = before?.get(key);
      // What it was is remembered as it was seen last: a medium that is gone can be asked no more.
      if (known !== undefined && isSame(known.medium, medium)) after.set(key, { medium, since: known.since });
      else after.set(key, { medium, since: before === undefined ? null : at });
    }
    if (before !== undefined) {
      const removed = missingFrom(after, before).map(({ medium }): Move => ({ what: 'removed', at, medium }));
      const arrived = missingFrom(before, after).map(({ medium }): Move => ({ what: 'arrived', at, medium }));
      moves = [...arrived, ...removed, ...moves].slice(0, maxRecent);
    }
    return after;
  }

  return {
    look(media) {
      const { mediaSalt } = parts.settings();
      const now = new Map(media.map((medium) => [medium.key, medium]));
      const after = follow(now);
      before = after;
      const attached: Medium[] = [];
      for (const [key, { serial, bus, sizeGb, encryption, inUse }] of [...now].sort(byKey).slice(0, maxAttached)) {
        const since = after.get(key)?.since ?? null;
        attached.push({ id: mediumId(serial, mediaSalt), bus, sizeGb, encryption, inUse, since });
      }
      return { attached, recent: moves.map((move) => eventOf(move, mediaSalt)) };
    },
  };
}

/** Systems list in no order: unsorted, every report would be a change. */
function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

function eventOf({ what, at, medium }: Move, mediaSalt: string | null): MediumEvent {
  const { serial, bus, sizeGb, encryption } = medium;
  return { what, at, id: mediumId(serial, mediaSalt), bus, sizeGb, encryption };
}

/** Another serial number at the same place is another medium, however quickly they were changed over. */
function isSame(one: SeenMedium, other: SeenMedium): boolean {
  return one.key === other.key && one.serial === other.serial;
}

/** Of the second list, what the first has not. */
function missingFrom(one: ReadonlyMap<string, Attached>, other: ReadonlyMap<string, Attached>): Attached[] {
  return [...other.values()].filter(({ medium }) => {
    const found = one.get(medium.key);
    return found === undefined || !isSame(found.medium, medium);
  });
}
