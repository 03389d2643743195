import { createExec, createStartLong, type Exec, type StartLong } from '../exec.ts';
import { createNetworkNames, type NetworkNames } from '../filter/resolver.ts';
import { volumeAt } from '../machine/disk-space.ts';
import { createMediaTracker } from '../media/media-tracker.ts';
import { systemInterfaces } from '../network/own-addresses.ts';
import { notSupported, refusedActions } from '../not-supported.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { witnessExec, witnessPowerShell } from '../witness.ts';
import { createAppsProbe } from './apps.ts';
import { createAutomaticSignInHold } from './automatic-sign-in-hold.ts';
import { createIsBusy } from './busy.ts';
import { createPhotoClearing } from './clear-photos.ts';
import { openDriveLetters } from './drive-letters.ts';
import { createEncryptionProbe } from './encryption.ts';
import { createEndSession } from './end-session.ts';
import { createFilteringProbe } from './filtering.ts';
import { createLocationProbe } from './location.ts';
import { createWindowsLocking } from './lock.ts';
import { createMediaProbe } from './media.ts';
import { createPeopleFolders } from './people-folders.ts';
import { createPhotosProbe, windowsGrounds } from './photos.ts';
import { createPowerShell } from './powershell.ts';
import { usualSystemRoot, windowsHost, windowsToolFolders } from './process-host.ts';
import { createProgramsProbe } from './programs.ts';
import { createRightsProbe } from './rights.ts';
import { createSessionsProbe } from './sessions.ts';
import { createShowText } from './show-text.ts';
import { createSignOutApps } from './sign-out-apps.ts';
import { createSystemProbe } from './system.ts';
import { createWiping } from './wipe.ts';

/** What of the system can be replaced in a test; the real one where nothing is given. */
export interface WindowsParts {
  /** The folder of Windows itself. */
  systemRoot?: string;
  exec?: Exec;
  start?: StartLong;
  letters?: () => Promise<string[]>;
  /** Who is asked for names. */
  names?: (signal: AbortSignal, servers: readonly string[]) => NetworkNames;
}

/**
 * All questions stand in one row before the one PowerShell: at the start of the agent,
 * when an old laptop takes half a minute to start it and to compile what lists the
 * sessions, the last in the row must not be answered `timed-out` for having waited.
 * One question of 30 s that hangs in front of it is still borne.
 */
const rowMs = 90_000;
const limitsMs: NonNullable<Platform['limitsMs']> = {
  sessions: rowMs,
  location: rowMs,
  media: rowMs,
  apps: rowMs,
  rights: rowMs,
  encryption: rowMs,
  filtering: rowMs,
  system: rowMs,
};

/** Windows, by one PowerShell for all questions. Proven on recordings only: see README.md. */
export function createWindowsPlatform(
  { clock, log, settings, keeper, witness, lockWords }: PlatformParts,
  parts: WindowsParts = {},
): Platform {
  const { systemRoot = usualSystemRoot, letters = openDriveLetters, names = createNetworkNames } = parts;
  const folders = windowsToolFolders(systemRoot);
  const exec = witnessExec(parts.exec ?? createExec(folders, windowsHost(systemRoot)), witness);
  const { start = createStartLong(folders, windowsHost(systemRoot)) } = parts;
  const powershell = witnessPowerShell(createPowerShell({ start, clock }), witness);
  const rest = notSupported('windows', clock);
  const systemLetter = systemRoot.slice(0, 1).toUpperCase();
  const usersFolder = `${systemLetter}:\\Users`;
  const drives = async () => (await letters()).map((letter) => `${letter}:\\`);
  const hold = createAutomaticSignInHold(powershell);
  const locking = lockWords && createWindowsLocking({ powershell, clock, log, words: lockWords });
  const people = createPeopleFolders({ powershell, clock, usersFolder });
  return {
    ...rest,
    probes: {
      ...rest.probes,
      encryption: createEncryptionProbe({ powershell, exec, clock, systemLetter, letters }),
      sessions: createSessionsProbe({ powershell, exec, clock }),
      apps: createAppsProbe({ powershell, clock, settings, usersFolder }),
      media: createMediaProbe({ powershell, clock, tracker: createMediaTracker({ clock, settings }) }),
      programs: createProgramsProbe({ powershell, clock, keeper }),
      filtering: createFilteringProbe({
        ...{ powershell, clock, settings, systemRoot, names },
        programFolders: ['Program Files', 'Program Files (x86)'].map((folder) => `${systemLetter}:\\${folder}`),
      }),
      photos: createPhotosProbe({
        ...{ powershell, clock, settings, keeper, usersFolder, drives },
        grounds: windowsGrounds(systemLetter),
      }),
      location: createLocationProbe({ powershell, exec, clock, interfaces: systemInterfaces }),
      rights: createRightsProbe({ powershell, clock }),
      system: createSystemProbe({ powershell, clock, volume: volumeAt(`${systemLetter}:\\`) }),
    },
    limitsMs,
    ...refusedActions('not-supported', clock),
    endSession: createEndSession({ exec, powershell }),
    signOutApps: createSignOutApps({ clock, log, exec, powershell, usersFolder }),
    photoClearing: createPhotoClearing({
      clock,
      powershell,
      usersFolder,
      drives,
      grounds: windowsGrounds(systemLetter),
    }),
    wiping: createWiping({
      ...{ powershell, exec, clock },
      people: async () => (await people(AbortSignal.timeout(rowMs)))?.length,
    }),
    showText: createShowText(powershell),
    holdBackAutomaticSignIn: hold.hold,
    isBusy: createIsBusy(powershell),
    ...(locking !== undefined && {
      locking,
      refusal: async (kind) => (kind === 'lock' ? locking.refusal() : undefined),
    }),
    watch(onHint) {
      void hold.restore();
      return rest.watch(onHint);
    },
  };
}
