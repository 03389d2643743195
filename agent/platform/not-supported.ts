import { randomUUID } from 'node:crypto';
import type { CommandKind } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { Clock } from '../../shared/instant.ts';
import { instant } from '../../shared/instant.ts';
import type { PlatformName } from '../../shared/names.ts';
import { unknown } from '../../shared/reading.ts';
import type { Actions } from './actions.ts';
import type { Platform } from './platform.ts';

/**
 * A platform on which nothing can be asked yet: every fact is unknown, and every
 * action refused, with the reason. What a system cannot do is never faked.
 */
export function notSupported(name: PlatformName, clock: Clock): Platform {
  const probe = async () => unknown('not-supported', instant(clock.now()));
  // Random for each start of the agent: it may change more often than the
  // system boots, which costs a repetition; it can never hide a boot.
  const bootId = randomUUID();
  return {
    name,
    probes: {
      encryption: probe,
      sessions: probe,
      apps: probe,
      photos: probe,
      filtering: probe,
      location: probe,
      media: probe,
      programs: probe,
      rights: probe,
      system: probe,
    },
    ...refusedActions('not-supported', clock),
    watch: () => () => {},
    bootId: async () => bootId,
  };
}

/** Actions of a system that can do none of them, with what would be needed. A system replaces those that it can do. */
export function refusedActions(reason: OutcomeReason, clock: Clock): Actions {
  const refused = async () => ({ done: false, reason }) as const;
  const cannotTell = async () => unknown('not-supported', instant(clock.now()));
  return {
    endSession: refused,
    showText: async (_text, sessions) => sessions.map(() => false),
    holdBackAutomaticSignIn: async () => undefined,
    locking: { lock: refused, release: refused, look: cannotTell },
    signOutApps: async () => ({ browsersClosed: 0, browsersEnded: 0, trouble: reason }),
    photoClearing: {
      count: cannotTell,
      clear: async () => ({ deleted: { photos: 0, videos: 0 }, thumbnailsDeleted: 0 }),
    },
    wiping: {
      prepare: async () => ({ ready: false, reason }),
      wipePeople: refused,
      peopleLeft: cannotTell,
      destroyDevice: refused,
    },
    isBusy: async () => false,
  };
}

/** The refusal of orders that a system's agent can never carry out, by kind; of all others nothing is said. */
export function refusalsOf(reasons: Partial<Record<CommandKind, OutcomeReason>>): NonNullable<Actions['refusal']> {
  return async (kind) => reasons[kind];
}
