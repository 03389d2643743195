import { createExec, type Exec } from '../exec.ts';
import { volumeAt } from '../machine/disk-space.ts';
import { createMediaTracker } from '../media/media-tracker.ts';
import { systemInterfaces } from '../network/own-addresses.ts';
import { notSupported, refusedActions } from '../not-supported.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { witnessExec } from '../witness.ts';
import { createAppsProbe } from './apps.ts';
import { createAutomaticSignInHold } from './automatic-sign-in-hold.ts';
import { createIsBusy } from './busy.ts';
import { createPhotoClearing } from './clear-photos.ts';
import { createEncryptionProbe } from './encryption.ts';
import { createEndSession } from './end-session.ts';
import { createFilteringProbe } from './filtering.ts';
import { createLocationProbe } from './location.ts';
import { createMediaProbe } from './media.ts';
import { createPhotosProbe } from './photos.ts';
import { createProgramsProbe } from './programs.ts';
import { refusal } from './refusal.ts';
import { createRightsProbe } from './rights.ts';
import { createSessionsProbe } from './sessions.ts';
import { createShowText } from './show-text.ts';
import { createSignOutApps } from './sign-out-apps.ts';
import { createSystemProbe } from './system.ts';
import { createWiping } from './wipe.ts';

/** The system's own tools; the firewall's lies in a folder of its own. */
const toolFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/libexec/ApplicationFirewall'] as const;

/** macOS. Proven on recordings only: see README.md. */
export function createMacosPlatform(
  { clock, log, settings, keeper, witness }: PlatformParts,
  starter: Exec = createExec(toolFolders),
): Platform {
  const exec = witnessExec(starter, witness);
  const rest = notSupported('macos', clock);
  const isAdministrator = process.getuid?.() === 0;
  return {
    ...rest,
    probes: {
      ...rest.probes,
      encryption: createEncryptionProbe({ exec, clock }),
      sessions: createSessionsProbe({ exec, clock }),
      apps: createAppsProbe({ clock, settings }),
      filtering: createFilteringProbe({ exec, clock, settings }),
      location: createLocationProbe({ exec, clock, interfaces: systemInterfaces }),
      media: createMediaProbe({ exec, clock, tracker: createMediaTracker({ clock, settings }) }),
      photos: createPhotosProbe({ clock, settings, keeper }),
      programs: createProgramsProbe({ exec, clock, keeper }),
      rights: createRightsProbe({ exec, clock, ownUid: process.getuid?.() }),
      system: createSystemProbe({ exec, clock, volume: volumeAt('/System/Volumes/Data') }),
    },
    ...refusedActions('not-supported', clock),
    refusal,
    endSession: createEndSession({ exec, isAdministrator }),
    signOutApps: createSignOutApps({ clock, log, exec, isAdministrator }),
    photoClearing: createPhotoClearing({ clock }),
    wiping: createWiping(clock),
    showText: createShowText({ exec: starter, isAdministrator }),
    holdBackAutomaticSignIn: createAutomaticSignInHold({ exec: starter }),
    isBusy: createIsBusy({ exec: starter }),
  };
}
