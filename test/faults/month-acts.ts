import type { Tamper } from '../../shared/guard/standing.ts';
import type { FarewellReason } from '../../shared/policy/farewell.ts';
import type { FindingCode } from '../../shared/policy/findings.ts';
import { known } from '../../shared/reading.ts';
import type { Sections } from '../../shared/report/report.ts';
import {
  appsOf,
  encryptionOf,
  filteringOf,
  good,
  mediaOf,
  mediumOf,
  ownGateway,
  photosOf,
  placeAt,
  signedIn,
} from '../unit/shared/facts.ts';

export const otherGateway = '02:00:00:00:00:99';

/** One report at a time of the setting's own clock. `since`: what is told was so from then, and is told late. */
export interface Act {
  at: string;
  device: number;
  sections: Partial<Sections>;
  happenedAt?: string;
  comesOn?: true;
  /** Its agent ends by this word, and is away until it comes on. */
  farewell?: FarewellReason;
}

/** What must be on record at the end: one case each. */
interface Planted {
  device: number;
  matter: FindingCode;
  openedAt: string;
  count: number;
  knownAt?: string;
}

const nobody: Sections['sessions'] = known({ sessions: [] }, '2026-10-19T05:00:00.000Z');
const mediaOut = mediaOf();
const stick = mediaOf(mediumOf());
const socialIn = appsOf({ facebook: 'signed-in' });
const bypass: Sections['filtering'] = (() => {
  const on = filteringOf('on');
  return on.state === 'known' ? known({ ...on.value, bypasses: ['vpn'] }, on.at) : on;
})();
const toldOf = (what: Tamper['what'], at: string): Sections['agent'] =>
  good.agent.state === 'known' ? known({ ...good.agent.value, tampering: [{ at, what }] }, at) : good.agent;

/** Devices 0-11 are tablets that stay, unencrypted; 12-19 laptops that go home, encrypted. Times are UTC: summer time ends on 25 October. */
export const misuse: { acts: Act[]; planted: Planted[] } = {
  acts: [
    // Carried out unprotected by day, and back after an hour.
    { at: '2026-10-20T13:00:00.000Z', device: 0, sections: { location: placeAt(otherGateway) } },
    { at: '2026-10-20T14:00:00.000Z', device: 0, sections: { location: placeAt(ownGateway) } },
    // Again a week later: it joins.
    { at: '2026-10-27T14:00:00.000Z', device: 0, sections: { location: placeAt(otherGateway) } },
    { at: '2026-10-27T14:30:00.000Z', device: 0, sections: { location: placeAt(ownGateway) } },
    // Its place cannot be told for two hours: after half an hour it counts as away.
    { at: '2026-10-21T09:00:00.000Z', device: 1, sections: { location: placeAt(null) } },
    { at: '2026-10-21T11:00:00.000Z', device: 1, sections: { location: placeAt(ownGateway) } },
    // No filter for forty minutes; the grace is fifteen.
    { at: '2026-10-22T09:00:00.000Z', device: 2, sections: { filtering: filteringOf('off') } },
    { at: '2026-10-22T09:45:00.000Z', device: 2, sections: { filtering: filteringOf('on') } },
    { at: '2026-11-04T10:00:00.000Z', device: 3, sections: { filtering: bypass } },
    { at: '2026-11-04T11:00:00.000Z', device: 3, sections: { filtering: filteringOf('on') } },
    // In the night in which the clocks go back: carried off encrypted, so that it is the moving alone.
    { at: '2026-10-23T15:00:00.000Z', device: 4, sections: { encryption: encryptionOf('protected') } },
    { at: '2026-10-25T00:30:00.000Z', device: 4, sections: { location: placeAt(otherGateway) }, comesOn: true },
    { at: '2026-10-25T03:00:00.000Z', device: 4, sections: { location: placeAt(ownGateway) } },
    // Used by its own person on a Sunday evening.
    { at: '2026-11-08T20:00:00.000Z', device: 5, sections: {}, comesOn: true },
    { at: '2026-11-08T21:00:00.000Z', device: 5, sections: { sessions: nobody } },
    // Too many photos from a Monday on; seven days of grace by the calendar.
    { at: '2026-11-02T10:00:00.000Z', device: 6, sections: { photos: photosOf(150) } },
    { at: '2026-11-10T11:00:00.000Z', device: 6, sections: { photos: photosOf(5) } },
    // Out of touch: told three hours later, with its true time.
    {
      at: '2026-11-05T15:00:00.000Z',
      device: 7,
      sections: { location: placeAt(otherGateway) },
      happenedAt: '2026-11-05T12:00:00.000Z',
    },
    { at: '2026-11-05T15:15:00.000Z', device: 7, sections: { location: placeAt(ownGateway) } },
    // A stranger, twice.
    { at: '2026-10-21T10:00:00.000Z', device: 12, sections: { sessions: signedIn('mallory') } },
    { at: '2026-10-21T10:30:00.000Z', device: 12, sections: { sessions: nobody } },
    { at: '2026-11-11T11:00:00.000Z', device: 12, sections: { sessions: signedIn('mallory') } },
    { at: '2026-11-11T11:15:00.000Z', device: 12, sections: { sessions: nobody } },
    { at: '2026-10-28T13:00:00.000Z', device: 13, sections: { media: stick } },
    { at: '2026-10-28T13:30:00.000Z', device: 13, sections: { media: mediaOut } },
    { at: '2026-10-29T12:00:00.000Z', device: 14, sections: { apps: socialIn } },
    { at: '2026-10-29T12:30:00.000Z', device: 14, sections: { apps: appsOf({}) } },
    {
      at: '2026-11-12T12:00:00.000Z',
      device: 15,
      sections: { agent: toldOf('clock-turned-back', '2026-11-12T11:00:00.000Z') },
    },
    { at: '2026-11-12T12:30:00.000Z', device: 15, sections: { agent: good.agent } },
    // Its agent is stopped at noon for two hours, of which the next one tells as well.
    { at: '2026-11-18T12:00:00.000Z', device: 13, sections: {}, farewell: 'stopped' },
    {
      at: '2026-11-18T14:00:00.000Z',
      device: 13,
      sections: { agent: toldOf('agent-stopped', '2026-11-18T13:59:50.000Z') },
      comesOn: true,
    },
    // Decrypted, and taken home as every evening.
    { at: '2026-11-16T15:00:00.000Z', device: 16, sections: { encryption: encryptionOf('not-protected') } },
    { at: '2026-11-17T10:00:00.000Z', device: 16, sections: { encryption: encryptionOf('protected') } },
    // Closed by people, and seen again: a new case with a link.
    { at: '2026-10-20T10:00:00.000Z', device: 17, sections: { media: stick } },
    { at: '2026-10-20T10:15:00.000Z', device: 17, sections: { media: mediaOut } },
    { at: '2026-11-24T10:00:00.000Z', device: 17, sections: { media: stick } },
    { at: '2026-11-24T10:15:00.000Z', device: 17, sections: { media: mediaOut } },
  ],
  planted: [
    { device: 0, matter: 'unprotected-off-site', openedAt: '2026-10-20T13:00:00.000Z', count: 2 },
    { device: 1, matter: 'unprotected-off-site', openedAt: '2026-10-21T09:30:00.000Z', count: 1 },
    { device: 2, matter: 'filtering-off', openedAt: '2026-10-22T09:15:00.000Z', count: 1 },
    { device: 3, matter: 'filtering-bypassed', openedAt: '2026-11-04T10:15:00.000Z', count: 1 },
    { device: 4, matter: 'moved-at-night', openedAt: '2026-10-25T00:30:00.000Z', count: 1 },
    { device: 5, matter: 'used-out-of-hours', openedAt: '2026-11-08T20:00:00.000Z', count: 1 },
    { device: 6, matter: 'photos-kept-past-limit', openedAt: '2026-11-09T10:00:00.000Z', count: 1 },
    {
      device: 7,
      matter: 'unprotected-off-site',
      openedAt: '2026-11-05T12:00:00.000Z',
      knownAt: '2026-11-05T15:00:00.000Z',
      count: 1,
    },
    { device: 12, matter: 'unauthorised-person', openedAt: '2026-10-21T10:00:00.000Z', count: 2 },
    // Three minutes later, at the next of the looks that this month has each quarter of an hour.
    { device: 13, matter: 'agent-silent', openedAt: '2026-11-18T12:15:00.000Z', count: 1 },
    { device: 13, matter: 'removable-media', openedAt: '2026-10-28T13:00:00.000Z', count: 1 },
    { device: 14, matter: 'personal-app', openedAt: '2026-10-29T12:00:00.000Z', count: 1 },
    { device: 15, matter: 'agent-tampered', openedAt: '2026-11-12T12:00:00.000Z', count: 1 },
    { device: 16, matter: 'unprotected-off-site', openedAt: '2026-11-16T18:30:00.000Z', count: 1 },
    { device: 17, matter: 'removable-media', openedAt: '2026-10-20T10:00:00.000Z', count: 1 },
    { device: 17, matter: 'removable-media', openedAt: '2026-11-24T10:00:00.000Z', count: 1 },
  ],
};

/** Whether a planted misuse is going on there at closing, so that the device stays on. */
export function isBusy(index: number, at: string): boolean {
  const day = at.slice(0, 10);
  return misuse.acts.some((act) => act.device === index && act.at.slice(0, 10) === day && act.at > at);
}
