import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Media } from '../../../shared/report/media.ts';
import type { MediaTracker } from '../media/media-tracker.ts';
import type { Probe } from '../platform.ts';
import { parseMediaAnswer } from './media-answer.ts';
import { mediaScript } from './media-script.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';

interface MediaParts {
  powershell: PowerShell;
  clock: Clock;
  tracker: MediaTracker;
}

/**
 * Removable media on Windows (DEV10): disks on USB, SD and FireWire with BitLocker's
 * answer, cameras and phones, discs. From documentation; no recording of it is at hand.
 * A disk on Thunderbolt looks like one that is built in, and is not seen.
 */
export function createMediaProbe({ powershell, clock, tracker }: MediaParts): Probe<Media> {
  return async (signal) => {
    const said = await powershell.ask(mediaScript, signal);
    const at = instant(clock.now());
    if (said.kind !== 'answer') return unknown(powerShellTrouble(said), at, 'powershell');
    const media = parseMediaAnswer(said.text);
    return media === undefined ? unknown('not-understood', at, 'block-devices') : known(tracker.look(media), at);
  };
}
