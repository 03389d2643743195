import type { Medium } from '../../../shared/report/media.ts';
import type { BlockNode } from './block-node.ts';
import { type Files, ifFound, lineOf } from './files.ts';

type Bus = Medium['bus'];

/** Devices without hardware of their own, and the floppy drive's place for a disk that was never told. */
const noHardware = /^(loop|ram|zram|dm-|md|nbd|rbd|zd|drbd|nullb|ublkb|bcache|mtdblock|pmem|fd)\d/;
/** The kernel's word for the soldered or plugged part of a memory card's bus that has files. */
const cardArea = /^mmcblk\d+$/;
/** What the kernel says of a drive that has no disc in it, in sectors. */
const sizeWithoutDisc = 0x1f_ffff;
const sectorBytes = 512;

/** A removable disk as the kernel shows it, with a medium in it or without. */
export interface RemovableDisk {
  /** "/sys/block/sda" */
  folder: string;
  bus: Bus;
  /** The USB device that it is a part of, "…/usb2/2-1"; undefined: none. */
  usbDevice: string | undefined;
  bytes: number;
}

/**
 * Whether a disk of `/sys/block` is a removable medium, and by which way it is
 * attached: by where the kernel hung it up. A USB disk counts also when it calls
 * itself fixed. undefined: it is built in, or no disk, or it went away.
 */
export async function removableDisk(name: string, files: Files): Promise<RemovableDisk | undefined> {
  if (noHardware.test(name)) return undefined;
  const folder = `/sys/block/${name}`;
  const path = ifFound(await files.link(folder));
  const sectors = Number(await lineOf(files, `${folder}/size`));
  if (path === undefined || !Number.isSafeInteger(sectors)) return undefined;
  const bus = await busOf(name, path, files);
  const usbDevice = /^.*\/usb\d+\/(?:.*\/)?(\d[\d.-]*)(?=\/\1:\d+\.\d+\/)/.exec(path)?.[0];
  return bus === undefined ? undefined : { folder, bus, usbDevice, bytes: sectors * sectorBytes };
}

async function busOf(name: string, path: string, files: Files): Promise<Bus | undefined> {
  if (/^sr\d+$/.test(name)) return 'optical';
  // The boot areas of soldered memory bear similar names.
  if (name.startsWith('mmcblk') && !cardArea.test(name)) return undefined;
  // Only this tells a card ("SD") from the memory soldered in ("MMC").
  if (cardArea.test(name)) return (await lineOf(files, `/sys/block/${name}/device/type`)) === 'SD' ? 'sd' : undefined;
  if (/\/usb\d+\//.test(path)) return 'usb';
  if (/\/fw\d+\//.test(path)) return 'firewire';
  if (await isBehindOpenPort(path, files)) return 'thunderbolt';
  return (await lineOf(files, `/sys/block/${name}/removable`)) === '1' ? 'other' : undefined;
}

/** Whether a disk hangs on a PCI device that the firmware says can be pulled out (Thunderbolt, USB4). */
async function isBehindOpenPort(path: string, files: Files): Promise<boolean> {
  const parts = path.replace(/^(\.\.\/)+/, '').split('/');
  for (const [index, part] of parts.entries()) {
    if (!/^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(part)) continue;
    const said = await lineOf(files, `/sys/${parts.slice(0, index + 1).join('/')}/removable`);
    if (said === 'removable') return true;
  }
  return false;
}

/** Whether there is something in the drive at all: card readers and disc drives are there without. */
export function holdsMedium({ bus, bytes }: RemovableDisk, { udev }: BlockNode): boolean {
  if (bus !== 'optical') return bytes > 0;
  if (udev !== undefined) return udev.properties.get('ID_CDROM_MEDIA') === '1';
  return bytes > 0 && bytes !== sizeWithoutDisc * sectorBytes;
}

/** Readers whose serial number says nothing about the card in them. */
const readerModel =
  /reader|\bcard\b|\b(micro ?)?sd\b|\bmmc\b|\bcf\b|compact ?flash|memory ?stick|multi-?card|flash ?hs|\bcrw\b|mass ?storage ?class/i;

/** Whether a USB disk is a reader of memory cards: udev knows many models, and most others say so in their names. */
export function isCardReader({ udev }: BlockNode): boolean {
  const properties = [...(udev?.properties ?? [])];
  if (properties.some(([name, value]) => /^ID_DRIVE_(MEDIA_)?FLASH/.test(name) && value === '1')) return true;
  const model = udev?.properties.get('ID_MODEL') ?? '';
  return readerModel.test(model.replaceAll('_', ' '));
}

/** Whether a USB device has several disks: slots for cards, or bays, and one serial number for all. */
export function hasSlots({ usbDevice }: RemovableDisk, disks: readonly RemovableDisk[]): boolean {
  const same = disks.filter((each) => each.bus === 'usb' && each.usbDevice === usbDevice);
  return usbDevice !== undefined && same.length > 1;
}
