import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Wiping } from '../actions.ts';
import type { Exec } from '../exec.ts';
import { createPowerCut } from './power-cut.ts';
import type { PeopleData } from './wipe-people.ts';
import { eraseKeys, findVolumes, type VolumeParts } from './wipe-volumes.ts';

interface WipeParts extends VolumeParts {
  clock: Clock;
  exec: Exec;
  isAdministrator: boolean;
  people: PeopleData;
  /** For tests. */
  cutPower?: () => Promise<void>;
}

const lookMs = 60_000;

/** Wiping a Linux device: people's data, or the keys of every disk and then the power. */
export function createWiping(parts: WipeParts): Wiping {
  const { clock, exec, isAdministrator, people, cutPower = createPowerCut({ exec }) } = parts;
  const volumesNow = () => findVolumes(parts, AbortSignal.timeout(lookMs));
  return {
    async prepare(level) {
      if (!isAdministrator) return { ready: false, reason: 'needs-administrator-rights' };
      const persons = await people.count();
      if (persons === undefined) return { ready: false, reason: 'cannot-look' };
      if (level === 'people') return { ready: true, receipt: { level, volumes: 0, people: persons } };
      const volumes = await volumesNow();
      if ('reason' in volumes) return { ready: false, reason: volumes.reason };
      return { ready: true, receipt: { level, volumes: volumes.devices.length, people: persons } };
    },
    async wipePeople() {
      if (!isAdministrator) return { done: false, reason: 'needs-administrator-rights' };
      return people.wipe();
    },
    async peopleLeft() {
      const left = await people.left().catch(() => undefined);
      const at = instant(clock.now());
      return left === undefined ? unknown('blocked-by-permission', at, 'home-folders') : known(left, at);
    },
    /**
     * DANGER: the power is cut only when every key was seen to be gone: a device that
     * falls silent after its receipt counts as wiped.
     */
    async destroyDevice() {
      if (!isAdministrator) return { done: false, reason: 'needs-administrator-rights' };
      const volumes = await volumesNow();
      if ('reason' in volumes) return { done: false, reason: volumes.reason };
      for (const device of volumes.devices)
        if (!(await eraseKeys(exec, device))) return { done: false, reason: 'action-failed' };
      await cutPower();
      return { done: false, reason: 'action-failed' };
    },
  };
}
