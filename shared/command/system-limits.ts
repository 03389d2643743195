import type { PlatformName } from '../names.ts';
import type { CommandKind } from './kinds.ts';
import type { OutcomeReason } from './life.ts';

type Limit = Extract<OutcomeReason, 'needs-device-management' | 'not-supported'>;

/**
 * Orders that a system lets no agent carry out, whatever its rights (platforms.md 4, 5, 6). The agent refuses them, and
 * the server and the page say so before they are given: one that waits for a device that is away would be a promise nobody
 * can keep. What depends on the single device (its disk, its edition, its accounts) only that device can tell.
 *
 * macOS, the lock: an account that is switched off (`pwpolicy`) still opens a disk with FileVault before macOS runs, and
 * one whose right to that is taken away too (`fdesetup remove`) cannot be given it back from afar.
 * Android: who uses the device no app can see, so nobody can be signed out or be shown to have been told anything; what
 * another app keeps none may touch; a lock that holds and `wipeData` are its owner's in Android's sense, which Termux is not.
 */
export const systemLimits = {
  macos: {
    lock: 'needs-device-management',
    release: 'needs-device-management',
    wipe: 'needs-device-management',
  },
  android: {
    logout: 'not-supported',
    'sign-out-app': 'needs-device-management',
    lock: 'needs-device-management',
    release: 'needs-device-management',
    message: 'not-supported',
    wipe: 'needs-device-management',
  },
} as const satisfies { readonly [Name in PlatformName]?: { readonly [Kind in CommandKind]?: Limit } };

/** Why no device of a system can carry out orders of a kind; undefined: it can, or only the device can tell. */
export function systemLimit(platform: PlatformName | null, kind: CommandKind): Limit | undefined {
  const limits: { readonly [Name in PlatformName]?: { readonly [Kind in CommandKind]?: Limit } } = systemLimits;
  return platform === null ? undefined : limits[platform]?.[kind];
}

/** The same as a sentence, with what would be needed. */
export function systemLimitSentence(platform: PlatformName | null, kind: CommandKind): string | undefined {
  const limit = systemLimit(platform, kind);
  if (limit === undefined) return undefined;
  const whose = platform === 'macos' ? 'A Mac' : 'An Android device';
  return limit === 'needs-device-management'
    ? `${whose} lets only a device management service (MDM) do this, which Hometime is not: enrol the device with one and give the order there, or see to it at the device.`
    : `${whose} lets no app do this. See to it at the device.`;
}
