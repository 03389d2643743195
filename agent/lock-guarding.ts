import { randomBytes } from 'node:crypto';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { type CodeVerdict, createLockGuard, type LockGuard } from './guard/lock-guard.ts';
import { createLockNotes } from './guard/lock-note.ts';
import type { SettingsHolder } from './guard/settings-holder.ts';
import { type Identity, loadIdentity } from './identity/identity.ts';
import type { Platform } from './platform/platform.ts';
import { keptFolder } from './store/kept-files.ts';

interface LockGuardingParts {
  dataFolder: string;
  platform: Platform;
  identity: Identity | undefined;
  settings: SettingsHolder['current'];
  clock: Clock;
  log: Log;
  /** The guard's lock was taken off by hand. */
  onRemoved?: () => void;
}

/** The guard of the lock, on what this agent keeps. The running agent and `release-code` make one each, on the same note. */
export function composeLockGuard(parts: LockGuardingParts): LockGuard {
  const { dataFolder, platform, identity, settings, clock, log, onRemoved } = parts;
  return createLockGuard({
    notes: createLockNotes({ path: join(dataFolder, keptFolder, 'lock'), bootId: platform.bootId }),
    locking: platform.locking,
    ...{ settings, identity, clock, log },
    uptime: { bootId: platform.bootId, uptimeMs: () => uptime() * 1000 },
    random: randomBytes,
    ...(onRemoved !== undefined && { onRemoved }),
  });
}

interface ReleaseCodeParts extends Omit<LockGuardingParts, 'identity' | 'settings'> {
  settings: SettingsHolder;
  /** What was typed. */
  code: string;
}

/** Checks an offline code and releases by it; needs neither server nor running agent. Answers the sentence for the person, too. */
export async function releaseByCode(parts: ReleaseCodeParts): Promise<{ released: boolean; sentence: string }> {
  const identity = await loadIdentity(parts.dataFolder);
  if (identity !== undefined) await parts.settings.open(identity);
  const guard = composeLockGuard({ ...parts, identity, settings: parts.settings.current });
  const verdict = await guard.tryCode(parts.code);
  return { released: verdict.kind === 'released', sentence: sentenceOf(verdict) };
}

/** What a person at the login prompt reads. */
export function sentenceOf(verdict: CodeVerdict): string {
  switch (verdict.kind) {
    case 'released':
      return 'The code is right. Everybody can sign in again, under their own name.';
    case 'wrong':
      return `The code is wrong. Tries left: ${verdict.triesLeft}.`;
    case 'used-up':
      return `Too many wrong codes. Leave the device on for ${verdict.waitMinutes} minutes, or ask the manager to release it.`;
    case 'new-challenge':
      return 'This device shows a new challenge now. Ask for the code that goes with it.';
    case 'no-code':
      return 'This device takes no code. Ask the manager to release it.';
    case 'not-locked':
      return 'This device is not locked.';
    case 'not-released':
      return 'The code is right, but the lock could not be taken off. Ask the manager to release the device.';
    case 'not-counted':
      return 'The code was not looked at, for nothing could be written. Try again, or ask the manager.';
  }
}

const maxCodeBytes = 256;

/** What was typed, up to the end of its line; PAM ends it with a zero. */
export async function readCode(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const part of input) {
    text += part.toString();
    if (text.length > maxCodeBytes || /[\n\0]/.test(text)) break;
  }
  return text.slice(0, maxCodeBytes).split(/[\n\r\0]/)[0] ?? '';
}
