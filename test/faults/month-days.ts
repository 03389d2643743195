import { instant } from '../../shared/instant.ts';
import { known } from '../../shared/reading.ts';
import type { Sections } from '../../shared/report/report.ts';
import type { Random } from '../support/random.ts';
import { ownGateway, photosOf, placeAt } from '../unit/shared/facts.ts';
import { isBusy, otherGateway } from './month-acts.ts';
import type { MonthDevice, MonthSetting } from './month-setting.ts';

export const stepMs = 15 * 60_000;

interface Days {
  setting: MonthSetting;
  devices: readonly MonthDevice[];
  /** The devices that are switched on. */
  on: Set<string>;
  random: Random;
}

/** The everyday of a setting, a quarter of an hour at a time: on and signed in by its own person, out at closing, laptops home and back. */
export function createDays({ setting, devices, on, random }: Days) {
  const undo: { at: string; id: string; sections: Partial<Sections> }[] = [];

  const morning = async ({ id, owner }: MonthDevice, at: string): Promise<void> => {
    on.add(id);
    await setting.comesOn(id);
    await setting.report(id, { sessions: ownSession(owner, at), location: placeAt(ownGateway) });
  };
  const evening = async (
    { id, kind }: MonthDevice,
    { minutes, at }: { minutes: number; at: string },
  ): Promise<void> => {
    if (!on.has(id)) return;
    if (minutes === 17 * 60) await setting.report(id, { sessions: known({ sessions: [] }, at) });
    if (kind === 'laptop' && minutes === 18 * 60 + 30) await setting.report(id, { location: placeAt(otherGateway) });
    const offAt = kind === 'laptop' ? 21 * 60 : 17 * 60 + 30;
    if (
      minutes === offAt &&
      !isBusy(
        devices.findIndex((each) => each.id === id),
        at,
      )
    ) {
      on.delete(id);
      // Some vanish without a word.
      if (random.below(3) > 0) await setting.farewell(id, 'system-ends');
    }
  };

  /** An update of the agent: it ends, by either word, and is back within the minute. */
  const update = async (id: string): Promise<void> => {
    if (!on.has(id)) return;
    await setting.farewell(id, random.pick(['stopped', 'restarts']));
    await setting.comesOn(id);
  };

  /** What looks a little like misuse and is none: each within its grace, or allowed; undone a quarter of an hour later. */
  const harmless = async (at: string): Promise<void> => {
    const tablet = devices[8 + random.below(4)]?.id ?? '';
    const laptop = devices[18 + random.below(2)]?.id ?? '';
    const { id, now, back } = random.pick([
      { id: tablet, now: { location: placeAt(null) }, back: { location: placeAt(ownGateway) } },
      { id: tablet, now: { photos: photosOf(99) }, back: { photos: photosOf(3) } },
      { id: laptop, now: { location: placeAt(otherGateway) }, back: { location: placeAt(ownGateway) } },
      { id: laptop, now: { location: placeAt(otherGateway, true) }, back: { location: placeAt(ownGateway) } },
    ]);
    await setting.report(id, now);
    undo.push({ at: instant(Date.parse(at) + stepMs), id, sections: back });
  };

  const noon = async (minutes: number, at: string): Promise<void> => {
    if (minutes === 12 * 60 + 45) await harmless(at);
    if (minutes === 11 * 60 + 15) await update(devices[random.below(devices.length)]?.id ?? '');
  };

  return async (at: string): Promise<void> => {
    if (on.size > 0) await setting.seen(on);
    for (const due of undo.filter((one) => one.at === at)) await setting.report(due.id, due.sections);
    const { minutes, isWorkday } = wallClock(at);
    for (const device of devices) {
      if (isWorkday && minutes === 8 * 60 + 30) await morning(device, at);
      await evening(device, { minutes, at });
    }
    if (isWorkday) await noon(minutes, at);
  };
}

export function ownSession(person: string, at: string): Sections['sessions'] {
  const session = { id: '1', person, where: 'console', since: at, activity: 'active', locked: null } as const;
  return known({ sessions: [session] }, at);
}

/** Minutes since midnight of the setting's own clock, and whether it is open that day. Worked out here by hand, not by the code under test. */
function wallClock(at: string): { minutes: number; isWorkday: boolean } {
  const summerMs = at < '2026-10-25T01:00:00.000Z' ? 60 * 60_000 : 0;
  const local = new Date(Date.parse(at) + summerMs);
  const isWorkday = ![0, 6].includes(local.getUTCDay()) && local.toISOString().slice(0, 10) !== '2026-11-30';
  return { minutes: local.getUTCHours() * 60 + local.getUTCMinutes(), isWorkday };
}
