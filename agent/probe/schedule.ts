import type { SectionName } from '../../shared/report/report.ts';

export interface Rhythm {
  /** How long until a section is asked again when no hint comes. */
  everyMs: number;
  /** The first time after the start, where what is told at the start is soon out of date. */
  firstMs?: number;
  /** The same while the connection to the server holds, where that by itself tells that nothing changed. */
  inTouchMs?: number;
  /** How long a probe may take before the answer is `timed-out`. */
  limitMs: number;
  /** Why this rhythm and not another. */
  why: string;
}

const second = 1000;
const minute = 60 * second;

/** How often each section is asked, and why. */
export const rhythms: { readonly [Name in SectionName]: Rhythm } = {
  sessions: {
    everyMs: 30 * second,
    limitMs: 15 * second,
    why: 'a sign-in is usually hinted at once; this is the net below, two short processes',
  },
  location: {
    everyMs: 30 * second,
    inTouchMs: 5 * minute,
    limitMs: 20 * second,
    why: 'leaving the premises must be seen within a minute (DEV1): it ends the connection within 45 seconds, and then the place is looked at',
  },
  media: {
    everyMs: minute,
    limitMs: 15 * second,
    why: 'a stick that is put in or pulled out is hinted at once; this is the net below, a few files of the kernel',
  },
  apps: {
    everyMs: 5 * minute,
    limitMs: minute,
    why: 'browsers write a sign-in down within half a minute; stores that did not change are not read again',
  },
  rights: {
    everyMs: 10 * minute,
    limitMs: 30 * second,
    why: 'who is an administrator and what guards the device change seldom, and by hand',
  },
  programs: {
    everyMs: 30 * minute,
    limitMs: 2 * minute,
    why: 'a program that was installed must be known the same day (DEV8); an unchanged list is not read again',
  },
  agent: {
    everyMs: 10 * minute,
    firstMs: minute,
    limitMs: 5 * second,
    why: 'figures of the agent itself, in coarse steps; a minute after the start everything was asked, and its memory is as it stays',
  },
  photos: {
    everyMs: 15 * minute,
    limitMs: 2 * minute,
    why: 'nobody waits for a count; whoever does, before an outing, orders a look',
  },
  encryption: {
    everyMs: 15 * minute,
    limitMs: 60 * second,
    why: 'encrypting a disk takes hours; what matters is that its end, or a new disk, is seen the same day',
  },
  filtering: {
    everyMs: 15 * minute,
    limitMs: 30 * second,
    why: 'each round asks the network about a dozen names; a change of network hints earlier',
  },
  system: {
    everyMs: 10 * minute,
    limitMs: 60 * second,
    why: 'battery and free space, for the manager to see the tablet that needs charging',
  },
};

/**
 * How long to wait for the next round: the rhythm give or take a tenth, so that
 * a room of tablets switched on together does not stay in step.
 */
export function nextDelayMs(everyMs: number, random: () => number): number {
  return Math.round(everyMs * (0.9 + 0.2 * random()));
}
