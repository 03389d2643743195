import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type Reading, unknown } from '../../../shared/reading.ts';
import type { Media } from '../../../shared/report/media.ts';
import type { Exec, ExecOptions } from '../exec.ts';
import type { MediaTracker, SeenMedium } from '../media/media-tracker.ts';
import { wholeGigabytes } from '../media/medium-encryption.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { type ApfsContainer, parseApfsList } from './apfs-list.ts';
import { mediumEncryption } from './media-encryption.ts';
import { type DiskInfo, parseDiskInfo, parseUsbSerials, parseWholeDisks, type WholeDisk } from './media-lists.ts';

interface MediaParts {
  exec: Exec;
  clock: Clock;
  tracker: MediaTracker;
}

/** diskutil waits for every disk, and one may be asleep. */
const timeoutMs = 30_000;

/**
 * Removable media on macOS (DEV10): disks outside, and cards in a built-in reader.
 * Cameras and phones that are no disks are not seen. The keys are from public readers of
 * these lists; no recording of an external disk is at hand.
 *
 * As long as the same disks are listed with the same parts, what is known of each is not
 * asked again; only of APFS, whose encryption may be switched on meanwhile.
 */
export function createMediaProbe({ exec, clock, tracker }: MediaParts): Probe<Media> {
  let before: { same: string | undefined; media: Described[] } | undefined;
  return async (signal): Promise<Reading<Media>> => {
    const options = { timeoutMs, signal };
    const at = () => instant(clock.now());
    const listed = await exec('diskutil', ['list', '-plist'], options);
    const text = outputOf(listed);
    if (text === undefined) return unknown(toolTrouble(listed), at(), 'diskutil');
    const disks = parseWholeDisks(text);
    const same = JSON.stringify(disks);
    if (before?.same !== same) {
      const media = disks === undefined ? undefined : await describe(disks, exec, options);
      // A list that is not whole must not make a stick look pulled out.
      if (media === undefined) return unknown('not-understood', at(), 'diskutil');
      before = { same, media };
    }
    const { media } = before;
    const containers = media.some(onApfs) ? await askContainers(exec, options) : [];
    return known(tracker.look(media.map((each) => toSeen(each, containers))), at());
  };
}

interface Described {
  disk: WholeDisk;
  info: DiskInfo;
  serial: string | undefined;
  isMounted: boolean;
}

/** The media among the disks. undefined: of one disk it cannot be told whether it is one. */
async function describe(disks: WholeDisk[], exec: Exec, options: ExecOptions): Promise<Described[] | undefined> {
  const media: Described[] = [];
  for (const disk of disks.filter(({ stores }) => stores.length === 0)) {
    const info = parseDiskInfo(outputOf(await exec('diskutil', ['info', '-plist', disk.device], options)) ?? '');
    if (info === undefined) return undefined;
    if (info.isMedium) media.push({ disk, info, serial: undefined, isMounted: isMounted(disk, disks) });
  }
  if (!media.some(({ info }) => info.bus === 'usb')) return media;
  const serials = parseUsbSerials(outputOf(await exec('system_profiler', ['SPUSBDataType', '-json'], options)) ?? '');
  return media.map((each) => ({ ...each, serial: serials.get(each.disk.device) }));
}

/** Itself, a partition, or a volume of a container that lies on one of its partitions. */
function isMounted(disk: WholeDisk, disks: readonly WholeDisk[]): boolean {
  const own = new Set(disk.partitions.map(({ device }) => device));
  return (
    disk.anyMounted || disks.some(({ stores, anyMounted }) => anyMounted && stores.some((store) => own.has(store)))
  );
}

function onApfs({ disk }: Described): boolean {
  return disk.partitions.some(({ content }) => content === 'Apple_APFS');
}

async function askContainers(exec: Exec, options: ExecOptions): Promise<ApfsContainer[] | undefined> {
  const text = outputOf(await exec('diskutil', ['apfs', 'list', '-plist'], options));
  return text === undefined ? undefined : parseApfsList(text);
}

function toSeen(
  { disk, info, serial, isMounted: inUse }: Described,
  containers: ApfsContainer[] | undefined,
): SeenMedium {
  const sizeGb = wholeGigabytes(info.bytes);
  const encryption = info.bus === 'optical' ? 'not-encrypted' : mediumEncryption(disk, containers);
  return { key: disk.device, serial, bus: info.bus, sizeGb, encryption, inUse };
}
