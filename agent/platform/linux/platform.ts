import type { Exec } from '../exec.ts';
import { volumeAt } from '../machine/disk-space.ts';
import { createMediaTracker } from '../media/media-tracker.ts';
import { systemInterfaces } from '../network/own-addresses.ts';
import { notSupported, refusedActions } from '../not-supported.ts';
import { realFolders } from '../photos/folders.ts';
import type { Platform, PlatformParts } from '../platform.ts';
import { createProgramList } from '../programs/program-list.ts';
import { createRoundMemory, onceInRound, shareGlances } from '../unchanged.ts';
import { witnessExec, witnessList, witnessRead } from '../witness.ts';
import { createParseAccounts, listAccounts } from './accounts.ts';
import { createAppsProbe } from './apps.ts';
import { createAutomaticSignInHold, createGettyHold } from './automatic-sign-in-hold.ts';
import { createBeat } from './beat.ts';
import { createBootId } from './boot-id.ts';
import { createIsBusy } from './busy.ts';
import { createPhotoClearing } from './clear-photos.ts';
import { createEncryptionRounds } from './encryption-mark.ts';
import { createEndPeople } from './end-people.ts';
import { createEndSession } from './end-session.ts';
import { createEnding } from './ending.ts';
import { createHomeFiles, createSystemFiles, nameNow } from './files.ts';
import { createFilteringProbe } from './filtering.ts';
import { createLocationProbe } from './location.ts';
import { createLinuxLocking } from './lock.ts';
import { realInventory } from './machine-model.ts';
import { createMediaRounds } from './media-mark.ts';
import { createNearness, nearFiles, nearLists, nearText } from './near.ts';
import { createPhotosProbe } from './photos.ts';
import { listKernelNames, readKernelNow, readKernelText, readText } from './proc.ts';
import { createProgramsProbe } from './programs.ts';
import { createRightsProbe } from './rights.ts';
import { createSessionRounds } from './session-mark.ts';
import { createShowText } from './show-text.ts';
import { createSignOutApps } from './sign-out-apps.ts';
import { createSystemProbe } from './system.ts';
import { lookForTunnels } from './tunnels.ts';
import { createWatch } from './watch.ts';
import { createWiping } from './wipe.ts';
import { createPeopleData } from './wipe-people.ts';

interface LinuxParts extends PlatformParts {
  exec: Exec;
}

/** Linux, with systemd's logind where there is one. */
export function createLinuxPlatform({
  exec: starter,
  clock,
  log,
  settings,
  keeper,
  witness,
  lockWords,
}: LinuxParts): Platform {
  const exec = witnessExec(starter, witness);
  const isAdministrator = process.getuid?.() === 0;
  const kernel = { read: witnessRead(readKernelText, witness), list: witnessList(listKernelNames, witness) };
  const source = { exec, clock, ...kernel };
  const files = createSystemFiles('/', witness, createRoundMemory());
  // The list of mounts is long, and three sections go by it.
  const texts = createRoundMemory<string | undefined>();
  const readInRound = (path: string) => texts.of(path, readKernelNow);
  const inRound = {
    read: witnessRead(async (path) => readInRound(path), witness),
    interfaces: onceInRound(systemInterfaces),
  };
  const isNear = createNearness({
    readKernel: readInRound,
    name: (path) => files.now?.(path)?.name(path) ?? nameNow(path),
  });
  const parse = createParseAccounts();
  const accounts = () => listAccounts(readKernelText, nearLists(isNear, realFolders), { parse });
  const homes = async () => (await accounts())?.map(({ home }) => home);
  const sessions = shareGlances(createSessionRounds(source));
  const slowFiles = createHomeFiles('/', witness);
  const homeFiles = nearFiles(isNear, files, slowFiles);
  const beat = createBeat();
  const gettyHold = createGettyHold({ exec: starter });
  const encryption = createEncryptionRounds({
    ...source,
    inRound,
    isAdministrator,
    homes: async () => (await homes()) ?? [],
  });
  return {
    name: 'linux',
    probes: {
      ...notSupported('linux', clock).probes,
      encryption,
      sessions,
      apps: createAppsProbe({ clock, settings, read: readKernelText, accounts }),
      photos: createPhotosProbe({
        ...source,
        readMounts: inRound.read,
        readHome: nearText(isNear, kernel.read, witnessRead(readText, witness)),
        files: homeFiles,
        folders: realFolders,
        accounts,
        settings,
        keeper,
      }),
      filtering: createFilteringProbe({
        ...{ clock, settings, inRound },
        homes,
        tunnels: () => lookForTunnels(source),
      }),
      location: beat.of(createLocationProbe({ ...source, interfaces: systemInterfaces, inRound })),
      media: createMediaRounds({
        ...{ clock, read: kernel.read, inRound, settings },
        files,
        exec,
        isAdministrator,
        tracker: createMediaTracker({ clock, settings }),
      }),
      programs: createProgramsProbe({
        ...{ clock, exec, files, homeFiles },
        homes,
        list: createProgramList({ clock, keeper }),
      }),
      rights: createRightsProbe({ clock, exec, files, homeFiles, isAdministrator, sessions }),
      system: createSystemProbe({
        ...{ clock, files, slowFiles, inventory: realInventory },
        volume: volumeAt('/'),
      }),
    },
    // logind, udev and the network's services note down what changes, and that is heard of at once: this is the net below.
    everyMs: { sessions: 5 * 60_000, media: 5 * 60_000, location: 60_000 },
    ...refusedActions('not-supported', clock),
    endSession: createEndSession({ exec, isAdministrator }),
    signOutApps: createSignOutApps({
      clock,
      log,
      read: readKernelText,
      accounts,
      files: createSystemFiles(),
      ownUid: process.getuid?.(),
    }),
    showText: createShowText({ exec: starter, isAdministrator }),
    holdBackAutomaticSignIn: createAutomaticSignInHold({ files, gettyHold }),
    isBusy: createIsBusy({ exec: starter, files }),
    ...(lockWords !== undefined && {
      locking: createLinuxLocking({ exec: starter, clock, log, words: lockWords, isAdministrator, gettyHold }),
      wiping: createWiping({
        ...{ exec: starter, clock, read: readKernelText, encryption, isAdministrator },
        people: createPeopleData({
          read: readKernelText,
          spares: (person) => person === lockWords.breakGlass,
          endPeople: createEndPeople({ exec: starter, read: readKernelText, list: listKernelNames }),
        }),
      }),
    }),
    photoClearing: createPhotoClearing({
      ...{ clock, accounts, read: readKernelText },
      readHome: nearText(isNear, readKernelText, readText),
    }),
    watch: createWatch({ log, files: createSystemFiles(), beat: beat.listen }),
    bootId: createBootId(readKernelText),
    ending: createEnding({ exec: starter, read: readKernelText }),
  };
}
