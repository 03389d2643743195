import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openOrder } from '../shared/command/envelope.ts';
import type { OutcomeReason } from '../shared/command/life.ts';
import { type Log, messageOf } from '../shared/log.ts';
import type { Identity } from './identity/identity.ts';
import { identityFolder } from './identity/identity-files.ts';
import type { Platform } from './platform/platform.ts';
import type { JournalStore } from './store/journal-store.ts';
import { keptFolder } from './store/kept-files.ts';
import { storeFile } from './store/store.ts';

/**
 * Whether the device was told to leave the fleet, did so, and the server knows: it acknowledged that, or its
 * acknowledgement was lost (`refused`) and it lets the device in no more.
 */
export async function hasLeft(
  journal: JournalStore,
  { commandKey, epoch }: Identity,
  { refused = false } = {},
): Promise<boolean> {
  // The text is searched only to find candidates; what counts is the order itself, signature and all.
  for (const { envelope } of await journal.verifiedWith('retire', refused ? 'any' : 'told')) {
    const opened = openOrder(envelope, commandKey);
    if (opened.ok && opened.order.order.kind === 'retire' && opened.order.epoch === epoch) return true;
  }
  return false;
}

/** Said by systems on which no lock can be put in, so that none is there to be released. */
const neverLocked: readonly OutcomeReason[] = ['not-supported', 'needs-device-management'];

const lookMs = 60_000;

/** The device is locked still: what could release it is not removed, and the next start tries again. */
export class LockStays extends Error {
  override readonly name = 'LockStays';
  constructor() {
    super(
      'This device has left the fleet, but its lock could not be taken off, so nothing was removed. Sign in as the administrator of this device, make sure that its disk is not full, and start the agent again.',
    );
  }
}

interface LeavingParts {
  dataFolder: string;
  platform: Pick<Platform, 'locking'>;
  log: Log;
}

/**
 * Removes what the agent keeps: a lock first, for nobody could release it any more; then readings and
 * settings; the identity last, so that an end in the middle is taken up again at the next start.
 * The store must be closed. Throws `LockStays`, with everything still there, where the device stays locked.
 */
export async function leaveFleet({ dataFolder, platform, log }: LeavingParts): Promise<void> {
  const released = await platform.locking.release().catch((error: unknown) => {
    log.error('lock-not-released', { error: messageOf(error) });
    return { done: false, reason: 'action-failed' } as const;
  });
  if (!released.done && !neverLocked.includes(released.reason)) {
    log.error('lock-not-released', { reason: released.reason });
    if (await isLocked(platform)) throw new LockStays();
  }
  await rm(join(dataFolder, keptFolder), { recursive: true, force: true });
  for (const ending of ['-wal', '-shm', '']) await rm(join(dataFolder, `${storeFile}${ending}`), { force: true });
  await rm(identityFolder(dataFolder), { recursive: true, force: true });
  log.info('fleet-left');
}

/** Where the system can tell, and tells of any way in that it refuses people. */
async function isLocked({ locking }: LeavingParts['platform']): Promise<boolean> {
  const look = await locking.look(AbortSignal.timeout(lookMs)).catch(() => undefined);
  return look?.state === 'known' && (look.value.locked || look.value.refused.length > 0);
}
