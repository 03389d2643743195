import { join } from 'node:path';
import { createLockGuard } from '../../../../agent/guard/lock-guard.ts';
import { createLockNotes } from '../../../../agent/guard/lock-note.ts';
import type { ActionResult, LockNotice } from '../../../../agent/platform/actions.ts';
import { releaseCodeOf } from '../../../../shared/command/release-code.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { known, unknown } from '../../../../shared/reading.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createTestClock, deviceId, morning } from '../parts.ts';

export const releaseKey = Buffer.alloc(32, 9).toString('base64');
export const identity = { deviceId, epoch: 1 };
export const codeFor = (challenge: string) => releaseCodeOf(releaseKey, { ...identity, challenge });

interface Device {
  locked: boolean;
  notice?: LockNotice;
  result: ActionResult;
  bootId: string;
  uptimeMs: number;
  key: string | undefined;
  /** How the lock stands cannot be told. */
  blind: boolean;
  /** Called in the middle of locking and releasing. */
  happen: () => void;
}

/** A device whose lock is a word in memory, with the guard's real note on the disk. */
export function createRig(folder = makeTempFolder(), kept: Partial<Device> = {}) {
  const device: Device = {
    ...{ locked: false, result: { done: true }, bootId: 'boot-1', uptimeMs: 60_000, key: releaseKey, blind: false },
    happen: () => {},
    ...kept,
  };
  const clock = createTestClock();
  const path = join(folder, 'kept', 'lock');
  let random = 0;
  const removals: string[] = [];
  const guard = createLockGuard({
    onRemoved: () => void removals.push('removed'),
    notes: createLockNotes({ path, bootId: async () => device.bootId }),
    locking: {
      async lock(notice) {
        device.happen();
        if (device.result.done) Object.assign(device, { locked: true, notice });
        return device.result;
      },
      async release() {
        device.happen();
        if (device.result.done) device.locked = false;
        return device.result;
      },
      look: async () =>
        device.blind
          ? unknown('tool-failed', instant(morning))
          : known(
              { locked: device.locked, since: instant(morning), refused: device.locked ? ['password'] : [] },
              instant(morning),
            ),
    },
    settings: () => (device.key === undefined ? {} : { releaseKey: device.key }),
    ...{ identity, clock, log: silentLog },
    uptime: { bootId: async () => device.bootId, uptimeMs: () => device.uptimeMs },
    random(bytes) {
      random += 17;
      return Buffer.alloc(bytes, random);
    },
  });
  const challenge = () => device.notice?.challenge ?? '';
  const wrong = async (times: number) => {
    const verdicts = [];
    for (let time = 0; time < times; time += 1) verdicts.push(await guard.tryCode('0000-0000'));
    return verdicts;
  };
  return { device, clock, guard, challenge, wrong, path, folder, removals };
}
