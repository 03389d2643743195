import type { Policy } from './document.ts';
import type { Switches } from './switches.ts';

/** The demands a part of the policy comes from (requirements.md), and what it is for in a sentence. */
export interface PartOfPolicy {
  requirements: readonly string[];
  why: string;
}

/** For every part of a policy but its switches: a new one without a row does not compile. */
export const requirementsOfPolicy: { readonly [Part in Exclude<keyof Policy, 'switches'>]: PartOfPolicy } = {
  networks: { requirements: ['DEV1'], why: 'Tells a device at the setting from one that was taken away.' },
  beacons: { requirements: ['DEV1'], why: 'Proves that a device is at the setting, by an answer nobody can copy.' },
  photoLimit: { requirements: ['DEV3', 'DEV4'], why: 'Photographs are not left to pile up on devices.' },
  silentAfterHours: { requirements: ['DEV6'], why: 'A device that nobody hears of is looked for.' },
  apps: {
    requirements: ['DEV2', 'DEV13'],
    why: 'Who is signed in to the nursery’s apps, or to others, is looked for.',
  },
  personalApps: { requirements: ['DEV13'], why: 'Personal webmail and social networks are used with agreement only.' },
  filterTests: { requirements: ['DEV5', 'DUT7'], why: 'That the web is filtered is proved, and not assumed.' },
  removableMedia: {
    requirements: ['DEV10'],
    why: 'Children’s data leaves on no memory stick that the setting forbids.',
  },
  resourceFolder: {
    requirements: ['DEV4'],
    why: 'Photographs kept as teaching resources may stay for an academic year.',
  },
  wipeApproval: {
    requirements: ['DEV9', 'INC2'],
    why: 'Nobody destroys what is on a device by themselves, unless the setting lets them.',
  },
  opening: {
    requirements: ['DEV2', 'DEV3', 'DEV6', 'INC2'],
    why: 'When devices are signed out and locked away, and which days count.',
  },
};

/** For every switch. */
export const requirementsOfSwitches: { readonly [Switch in keyof Switches]: PartOfPolicy } = {
  offSite: { requirements: ['DEV1'], why: 'A device does not leave the premises unless it is encrypted.' },
  closingTime: { requirements: ['DEV2'], why: 'All devices are signed out at the end of each day.' },
  photoKeep: {
    requirements: ['DEV3', 'DEV4'],
    why: 'Photographs are off the tablets every half-term, and off computers after an academic year.',
  },
  outingPhotos: { requirements: ['DEV9'], why: 'Before an outing photographs are moved or deleted.' },
  outOfHours: { requirements: ['DEV6'], why: 'Devices are locked away when the setting is closed and overnight.' },
  mayUseUnassigned: { requirements: ['DEV7'], why: 'A device is used by its authorised person only.' },
  mayInstall: { requirements: ['DEV8'], why: 'Installing programs is for authorised staff.' },
  alwaysAllowed: { requirements: ['DEV7'], why: 'Whoever looks after the devices is a stranger on none.' },
  grace: { requirements: ['DEV3', 'DEV5', 'DEV10', 'INC1'], why: 'What is put right in time is no misuse.' },
  absence: {
    requirements: ['DEV2', 'DEV3', 'DEV5', 'DEV7', 'DEV10', 'DEV13'],
    why: 'What cannot be told is never taken for safe.',
  },
};
