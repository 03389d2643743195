import { join } from 'node:path';
import type { Log } from '../../../shared/log.ts';
import { type ProbedSection, probedSectionNames } from '../../../shared/report/report.ts';
import type { Platform } from '../platform.ts';
import { concernsMedia, createBlockEvents } from './block-events.ts';
import { type Files, ifFound } from './files.ts';
import { type FolderWatch, type WatchedFolder, watchFolder } from './folder-watch.ts';
import { type Clocks, createSleepWatch, machineClocks } from './sleep-watch.ts';

interface WatchParts {
  log: Log;
  files: Files;
  /** When to look at what cannot be watched: two small files of the kernel, and three clocks. Calls back at each; returns how to stop. */
  beat(look: () => void): () => void;
  /** For tests: another root folder, other clocks and another pace. */
  root?: string;
  clocks?: Clocks;
  /** Shortens every pause by this factor. */
  haste?: number;
}

type Hint = (section: ProbedSection) => void;

/** A desktop opens a stick some seconds after it was put in. */
const mountedAfterMs = 4_000;
/** A disk that is opened, formatted and mounted is noted down many times; asking about its encryption starts processes. */
const disksSettledMs = 3_000;

/**
 * Hints on Linux. Folders in which the system notes down what it does are watched; no
 * process stays for it. Hints are told once for many changes in a row.
 *
 * DANGER: `/dev` itself is not watched. On most kernels in use every write to
 * `/dev/null`, by whatever program, would wake the agent.
 */
export function createWatch(parts: WatchParts): Platform['watch'] {
  return (onHint) => {
    const watched = [...folderWatches(onHint).map((each) => start(each, parts)), watchUdev(parts, onHint)];
    const stopKernel = watchKernel(parts, onHint, () => {
      for (const folder of watched) folder.look();
    });
    return () => {
      stopKernel();
      for (const folder of watched) folder.stop();
    };
  };
}

function start(given: FolderWatch, { log, root = '/', haste = 1 }: WatchParts): WatchedFolder {
  const { quietMs, mostMs } = given;
  const paced = { quietMs: quietMs / haste, mostMs: mostMs / haste };
  return watchFolder({ ...given, ...paced, folder: join(root, given.folder) }, log);
}

/** Folders whose changes concern the same sections whatever changed. */
function folderWatches(onHint: Hint): FolderWatch[] {
  const all = (
    kind: string,
    folders: string[],
    pace: Pace,
    hints: ProbedSection[],
    wants?: (name: string) => boolean,
  ) =>
    folders.map(
      (folder): FolderWatch => ({
        ...{ folder, kind, ...pace, ...(wants === undefined ? {} : { wants }) },
        onCalm: () => {
          for (const section of hints) onHint(section);
        },
      }),
    );
  return [
    ...all('sessions', ['/run/systemd/sessions'], sessionPace, ['sessions', 'rights']),
    ...all('network', networkFolders, networkPace, ['location', 'filtering']),
    ...all('programs', packageFolders, programPace, ['programs'], isPackageList),
    ...all('programs', programFolders, programPace, ['programs']),
    ...all('accounts', ['/etc'], settingsPace, ['rights'], (name) => /^(group|passwd|sudoers)$/.test(name)),
    ...all('accounts', ['/etc/sudoers.d'], settingsPace, ['rights']),
  ];
}

type Pace = Pick<FolderWatch, 'quietMs' | 'mostMs'>;

/** logind writes a file several times while a session begins. */
const sessionPace: Pace = { quietMs: 100, mostMs: 2_000 };
/** A network takes some seconds to come up. */
const networkPace: Pace = { quietMs: 1_000, mostMs: 5_000 };
/** Nobody waits for it, and an update of the system takes minutes. */
const programPace: Pace = { quietMs: 10_000, mostMs: 60_000 };
const settingsPace: Pace = { quietMs: 1_000, mostMs: 5_000 };
const mediaPace: Pace = { quietMs: 300, mostMs: 2_000 };

/** Where NetworkManager and systemd-networkd note down each link. */
const networkFolders = ['/run/NetworkManager/devices', '/run/systemd/netif/links'];

/** Package managers keep more in their folders than the list; in the others every name is a program's. */
const packageFolders = ['/var/lib/dpkg', '/var/lib/rpm', '/usr/lib/sysimage/rpm'];
const isPackageList = (name: string) => /^(status|rpmdb\.sqlite(-wal)?|Packages(\.db)?)$/.test(name);
const programFolders = ['/snap', '/var/lib/snapd/snap', '/var/lib/flatpak/app', '/opt'];

/** udev writes down every device that comes, changes or goes. */
function watchUdev(parts: WatchParts, onHint: Hint): WatchedFolder {
  const concernsDisksInside = createBlockEvents(parts.files);
  const haste = parts.haste ?? 1;
  let later: NodeJS.Timeout | undefined;
  let disksInside: NodeJS.Timeout | undefined;
  let isStopped = false;
  const folder = start(
    {
      ...{ folder: '/run/udev/data', kind: 'media', wants: concernsMedia, ...mediaPace },
      onCalm(names) {
        onHint('media');
        clearTimeout(later);
        later = setTimeout(() => onHint('media'), mountedAfterMs / haste);
        void concernsDisksInside(names).then((inside) => {
          if (!inside || isStopped) return;
          clearTimeout(disksInside);
          disksInside = setTimeout(() => onHint('encryption'), disksSettledMs / haste);
        });
      },
    },
    parts,
  );
  return {
    look: folder.look,
    stop() {
      isStopped = true;
      folder.stop();
      clearTimeout(later);
      clearTimeout(disksInside);
    },
  };
}

/** What the kernel tells in files that cannot be watched, and whether the machine slept. */
function watchKernel(parts: WatchParts, onHint: Hint, lookAtFolders: () => void): () => void {
  const slept = createSleepWatch(parts.clocks ?? machineClocks);
  let before: Seen | undefined;
  let isStopped = false;
  const look = async () => {
    const now = await readKernel(parts.files);
    if (isStopped) return;
    lookAtFolders();
    if (slept()) for (const section of probedSectionNames) onHint(section);
    else if (before !== undefined) for (const section of changed(before, now)) onHint(section);
    before = now;
  };
  void look();
  const stopBeat = parts.beat(() => void look());
  return () => {
    isStopped = true;
    stopBeat();
  };
}

interface Seen {
  network: string;
  /** Names of all disks, only where no udev notes down what comes and goes; "" otherwise. */
  disks: string;
}

async function readKernel(files: Files): Promise<Seen> {
  const text = async (path: string) => ifFound(await files.text(path)) ?? '';
  const hasUdev = (await files.mark('/run/udev/data')) !== 'absent';
  const disks = hasUdev ? [] : (ifFound(await files.names('/sys/block')) ?? []);
  return { network: (await text('/proc/net/route')) + (await text('/etc/resolv.conf')), disks: disks.join(' ') };
}

function changed(before: Seen, now: Seen): ProbedSection[] {
  return [
    ...(before.network === now.network ? [] : (['location', 'filtering'] as const)),
    ...(before.disks === now.disks ? [] : (['media', 'encryption'] as const)),
  ];
}
