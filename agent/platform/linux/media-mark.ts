import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import type { Media } from '../../../shared/report/media.ts';
import type { Probe } from '../platform.ts';
import { keepWhileUnchanged } from '../unchanged.ts';
import { createMediaProbe, type MediaParts } from './media.ts';
import type { ReadText } from './proc.ts';

interface RoundsParts extends MediaParts {
  read: ReadText;
  /** The same, where what another section read in this very round will do. */
  inRound: { read: ReadText };
  settings: () => Pick<DeviceSettings, 'mediaSalt'>;
}

/** How long "nothing is attached" may be said again. */
const keptMs = 30 * 60 * 1000;

/**
 * Removable media, looked for only when something happened.
 *
 * The kernel counts an event for each disk, card, disc, camera and mapped device that comes, goes or changes
 * (`uevent_seqnum`, kobject_uevent(9)). What no event tells is what is done with a medium that is there: how much of it
 * is open, and whether it is in use. So only that nothing is attached is said again. Mounts belong to the mark because a
 * disk that the running system lies on is no medium, and the salt because earlier media are named by it.
 */
export function createMediaRounds(parts: RoundsParts): Probe<Media> {
  const probe = createMediaProbe(parts);
  return keepWhileUnchanged({
    clock: parts.clock,
    keptMs,
    async mark(how) {
      const { read } = how === 'glance' ? parts.inRound : parts;
      const [events, mounts] = await Promise.all([read('/sys/kernel/uevent_seqnum'), read('/proc/self/mountinfo')]);
      if (!events?.trim() || !mounts?.trim()) return undefined;
      return [events, parts.settings().mediaSalt, mounts].join('\0');
    },
    async look(signal) {
      const reading = await probe(signal);
      return { reading, lasting: reading.state === 'known' && reading.value.attached.length === 0 };
    },
  });
}
