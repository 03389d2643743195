import { createExec, type Exec } from '../exec.ts';
import { volumeAt } from '../machine/disk-space.ts';
import { createMediaTracker } from '../media/media-tracker.ts';
import { systemInterfaces } from '../network/own-addresses.ts';
import { notSupported, refusedActions } from '../not-supported.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { witnessExec } from '../witness.ts';
import { createAppsProbe } from './apps.ts';
import { createPhotoClearing } from './clear-photos.ts';
import { createEncryptionProbe } from './encryption.ts';
import { endSession } from './end-session.ts';
import { createFilteringProbe } from './filtering.ts';
import { createLocationProbe } from './location.ts';
import { createMediaProbe } from './media.ts';
import { createPhotosProbe } from './photos.ts';
import { androidHost, toolFolders } from './process-host.ts';
import { createProgramsProbe } from './programs.ts';
import { refusal } from './refusal.ts';
import { createRightsProbe } from './rights.ts';
import { createSessionsProbe } from './sessions.ts';
import { signOutApps } from './sign-out-apps.ts';
import { createSystemProbe } from './system.ts';
import { createWiping } from './wipe.ts';

/** Android, in Termux. Proven on recordings only: see README.md. */
export function createAndroidPlatform(
  { clock, settings, keeper, witness }: PlatformParts,
  starter: Exec = createExec(toolFolders, androidHost()),
): Platform {
  const exec = witnessExec(starter, witness);
  const rest = notSupported('android', clock);
  return {
    ...rest,
    probes: {
      ...rest.probes,
      encryption: createEncryptionProbe({ exec, clock }),
      sessions: createSessionsProbe(clock),
      apps: createAppsProbe({ exec, clock, settings }),
      filtering: createFilteringProbe({ exec, clock, settings, interfaces: systemInterfaces }),
      location: createLocationProbe({ exec, clock, interfaces: systemInterfaces }),
      media: createMediaProbe({ clock, tracker: createMediaTracker({ clock, settings }) }),
      photos: createPhotosProbe({ clock, settings, keeper }),
      programs: createProgramsProbe({ exec, clock, keeper }),
      rights: createRightsProbe(clock),
      system: createSystemProbe({ exec, clock, volume: volumeAt('/data') }),
    },
    ...refusedActions('needs-device-management', clock),
    refusal,
    endSession,
    signOutApps,
    photoClearing: createPhotoClearing({ clock }),
    wiping: createWiping(clock),
  };
}
