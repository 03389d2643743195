import { advanced } from '../shared/guard/countdown.ts';
import type { GuardReason } from '../shared/guard/standing.ts';
import { guardCause, guardRemedy, inMinutes } from '../shared/guard/words.ts';
import { type Clock, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import type { GuardNote } from './guard/guard-note.ts';
import type { Kept } from './guard/sealed-file.ts';
import type { SettingsHolder } from './guard/settings-holder.ts';
import { createTrustedTime } from './guard/trusted-time.ts';
import { guardNoteOf, holdGuard, uptimeOf } from './guarding.ts';
import { loadIdentity } from './identity/identity.ts';
import { composeLockGuard } from './lock-guarding.ts';
import type { Keeper } from './platform/keeper.ts';
import type { Platform } from './platform/platform.ts';
import { FolderInUse, lockFolder } from './store/folder-lock.ts';

interface GuardStatusParts {
  dataFolder: string;
  platform: Platform;
  settings: SettingsHolder;
  keeper: Keeper;
  clock: Clock;
  log: Log;
}

/** How the guard of this device stands, in plain words, whether its agent runs or not. */
export async function tellGuard(parts: GuardStatusParts): Promise<string> {
  const { dataFolder, platform, settings, clock } = parts;
  const identity = await loadIdentity(dataFolder);
  if (identity === undefined) return 'This device is not enrolled: nothing guards it.';
  await settings.open(identity);
  const kept = await guardNoteOf({ dataFolder, identity }).read();
  const bootId = await platform.bootId();
  const before = kept.state === 'kept' ? (kept.value.time ?? undefined) : undefined;
  const moment = createTrustedTime({ clock, bootId, uptimeMs: uptimeOf(platform), before }).moment();
  return guardWords(kept, {
    rules: settings.current().rules,
    leftMs(countdown) {
      const { totalMs, ranMs } = advanced(countdown, moment);
      return Math.max(0, totalMs - ranMs);
    },
    nowMs: moment.trustedMs,
  });
}

interface Around {
  rules: ReturnType<SettingsHolder['current']>['rules'];
  leftMs(countdown: NonNullable<GuardNote['countdown']>): number;
  nowMs: number;
}

/** For the person at the device. */
export function guardWords(kept: Kept<GuardNote>, { rules, leftMs, nowMs }: Around): string {
  if (kept.state === 'altered')
    return 'The note of the guard was altered: it counts as blocked until this device shows that all is well.';
  if (kept.state === 'absent' || (rules === undefined && kept.value.rulesVersion === null))
    return 'The guard has no rules from its setting yet: it blocks nothing.';
  const note = kept.value;
  const isBlocking = rules?.switches.offSite.guard !== 'warn-only';
  const minutes = note.countdown === null ? null : Math.ceil(leftMs(note.countdown) / 60_000);
  const lines = [
    stateWords[note.state](note, { minutes, isBlocking }),
    ...(rules !== undefined && Date.parse(rules.expiresAt) < nowMs
      ? ['Its rules are past their date, and hold all the same.']
      : []),
    ...(note.tampering[0] === undefined ? [] : [`Tampering was seen last at ${note.tampering[0].at}.`]),
  ];
  return lines.join('\n');
}

type Words = (note: GuardNote, around: { minutes: number | null; isBlocking: boolean }) => string;

const stateWords: { readonly [State in GuardNote['state']]: Words } = {
  clear: ({ because }) => `Clear: nothing is asked of this device.${because === null ? '' : ` ${clearWords(because)}`}`,
  warned: ({ cause }, { minutes, isBlocking }) =>
    isBlocking && minutes !== null
      ? `Warned: in ${inMinutes(minutes)} this device locks itself. ${guardCause(cause)} ${guardRemedy(cause)}`
      : `Warned only, as the setting wants it. ${guardCause(cause)} ${guardRemedy(cause)}`,
  blocked: ({ cause, since }) =>
    `Blocked since ${since}. ${guardCause(cause)} ${guardRemedy(cause)} It ends by itself when the device is back on the setting’s network or is fully encrypted.`,
  released: ({ because, countdown, since }, { minutes }) =>
    `Released since ${since} ${because === 'released-by-server' ? 'by the server' : 'by a code'}${countdown === null ? '' : `, for ${inMinutes(minutes ?? 0)} more, or until it is back at the setting`}.`,
};

function clearWords(because: GuardReason): string {
  const words: { readonly [Reason in GuardReason]?: string } = {
    'back-on-site': 'It came back to the setting.',
    'protected-now': 'Its disk is fully encrypted.',
    'no-photos-now': 'It holds no photos.',
    'rules-changed': 'The rules ask for no more.',
  };
  return words[because] ?? '';
}

/**
 * Before anybody can sign in: blocks where the guard was blocking, or where the time of a warning ran out while the
 * device was off. Where the agent runs already there is nothing to do.
 */
export async function holdBeforeSignIn(parts: GuardStatusParts): Promise<string> {
  const { dataFolder, settings } = parts;
  const identity = await loadIdentity(dataFolder);
  if (identity === undefined) return 'This device is not enrolled: nothing guards it.';
  const folder = await lockFolder(dataFolder).catch((error: unknown) => {
    if (error instanceof FolderInUse) return undefined;
    throw error;
  });
  if (folder === undefined) return 'The agent runs already, and guards by itself.';
  try {
    await settings.open(identity);
    const state = await holdGuard({ ...parts, identity }, (onRemoved) =>
      composeLockGuard({ ...parts, identity, settings: settings.current, onRemoved }),
    );
    return `${instant(parts.clock.now())} the guard is ${state}.`;
  } finally {
    await folder.close();
  }
}
