import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Media, Medium } from '../../../shared/report/media.ts';
import type { Exec } from '../exec.ts';
import type { MediaTracker, SeenMedium } from '../media/media-tracker.ts';
import { wholeGigabytes } from '../media/medium-encryption.ts';
import type { Probe } from '../platform.ts';
import { createSameValue } from '../unchanged.ts';
import { type BlockNode, readBlockNode } from './block-node.ts';
import { type BlockUses, isInUse, mountPointsOf, readBlockUses } from './block-uses.ts';
import { type Files, ifFound, lineOf } from './files.ts';
import { createCryptLook } from './medium-crypt.ts';
import { hasSlots, holdsMedium, isCardReader, type RemovableDisk, removableDisk } from './medium-kind.ts';
import { mediumEncryption } from './medium-parts.ts';
import { usbCameras } from './usb-cameras.ts';

export interface MediaParts {
  clock: Clock;
  files: Files;
  tracker: MediaTracker;
  exec: Exec;
  isAdministrator: boolean;
}

/**
 * Removable media (DEV10, platforms.md section 10), by reading `/sys`, udev's
 * database and the kernel's mounts: some forty small files in memory and no process,
 * so each look is a whole one. Only what seems encrypted is asked about, once.
 */
export function createMediaProbe({ clock, files, tracker, exec, isAdministrator }: MediaParts): Probe<Media> {
  const cryptLook = createCryptLook({ exec, isAdministrator });
  const asBefore = createSameValue<Media>();
  return async (signal) => {
    const names = await files.names('/sys/block');
    if ('missing' in names) return unknown('disks-not-described', instant(clock.now()), 'block-devices');
    const disks = await removableDisks(names.found, files);
    const uses = disks.length === 0 ? undefined : await readBlockUses(files);
    const seen: SeenMedium[] = [];
    for (const disk of disks) {
      const medium = await look(disk, disks, uses, files, (node) => cryptLook(node, mediumEncryption(node), signal));
      if (medium !== undefined) seen.push(medium);
    }
    return known(asBefore(tracker.look([...seen, ...(await usbCameras(files))])), instant(clock.now()));
  };
}

async function removableDisks(names: readonly string[], files: Files): Promise<RemovableDisk[]> {
  const disks: RemovableDisk[] = [];
  for (const name of names) {
    const disk = await removableDisk(name, files);
    if (disk !== undefined) disks.push(disk);
  }
  return disks;
}

/** One medium; undefined: the drive is empty, or the system itself runs from it. */
async function look(
  disk: RemovableDisk,
  disks: readonly RemovableDisk[],
  uses: BlockUses | undefined,
  files: Files,
  encryptionOf: (node: BlockNode) => Promise<Medium['encryption']>,
): Promise<SeenMedium | undefined> {
  const node = await readBlockNode(disk.folder, files);
  if (node.number === undefined || !holdsMedium(disk, node)) return undefined;
  if (uses !== undefined && mountPointsOf(node, uses).some(isOfTheSystem)) return undefined;
  const isReader = disk.bus === 'usb' && isCardReader(node);
  return {
    serial: isReader || hasSlots(disk, disks) || disk.bus === 'optical' ? undefined : await serialOf(disk, node, files),
    key: `${node.name} ${await attachment(disk, node, files)}`,
    bus: isReader ? 'sd' : disk.bus,
    sizeGb: wholeGigabytes(disk.bytes),
    encryption: await encryptionOf(node),
    inUse: uses === undefined ? null : isInUse(node, uses),
  };
}

/**
 * A disk that the running system lies on is no removable medium, by whatever way it
 * is attached: it is judged with the device's own encryption.
 */
function isOfTheSystem(mountPoint: string): boolean {
  return ['/', '/usr', '/var', '/home'].includes(mountPoint);
}

/** A card's serial number is in its identification register; a disk's is what udev read, or the USB device itself tells. */
async function serialOf(
  { folder, bus }: RemovableDisk,
  { udev }: BlockNode,
  files: Files,
): Promise<string | undefined> {
  if (bus === 'sd') return lineOf(files, `${folder}/device/cid`);
  const told = udev?.properties.get('ID_SERIAL_SHORT') ?? udev?.properties.get('ID_USB_SERIAL_SHORT');
  if (told !== undefined || bus !== 'usb') return told;
  const path = ifFound(await files.link(folder)) ?? '';
  // "…/usb2/2-1/2-1:1.0/host2/…": the device is the last part before its interface.
  const device = /\/(\d[\d.-]*)\/\1:\d+\.\d+\//.exec(path)?.[1];
  return device === undefined ? undefined : lineOf(files, `/sys/bus/usb/devices/${device}/serial`);
}

/** A number that the kernel, or udev, gives anew each time a disk is put in, or a card in its reader. */
async function attachment({ folder }: RemovableDisk, { udev }: BlockNode, files: Files): Promise<string> {
  return (await lineOf(files, `${folder}/diskseq`)) ?? udev?.seenAt ?? '';
}
