import { randomUUID } from 'node:crypto';
import type { DeviceView } from '../../../shared/api/devices.ts';
import { placeNotKnown } from '../../../shared/policy/place.ts';
import { unknown } from '../../../shared/reading.ts';

/** The tests' present, in milliseconds. */
export const now = Date.parse('2026-11-20T17:30:00.000Z');
const at = new Date(now - 60_000).toISOString();

/** A device of which nothing is known but what is given. */
export function aDevice(given: Partial<DeviceView>): DeviceView {
  const silent = unknown('not-asked-yet', at);
  return {
    id: randomUUID(),
    name: 'Tablet 1',
    kind: 'tablet',
    childFacing: false,
    assignedPeople: null,
    platform: 'simulated',
    enrolledAt: at,
    observeMode: false,
    forbids: [],
    hold: null,
    retiredAt: null,
    presence: { state: 'online', lastSeenAt: at },
    standing: 'cannot-tell',
    place: placeNotKnown,
    findings: [],
    sections: {
      encryption: silent,
      sessions: silent,
      apps: silent,
      photos: silent,
      filtering: silent,
      location: silent,
      media: silent,
      programs: silent,
      rights: silent,
      system: silent,
      agent: silent,
    },
    openCommands: [],
    ...given,
  };
}
