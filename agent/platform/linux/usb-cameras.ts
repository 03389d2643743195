import type { SeenMedium } from '../media/media-tracker.ts';
import { type Files, ifFound, lineOf } from './files.ts';

const usbDevices = '/sys/bus/usb/devices';
/** USB's class for cameras, scanners and whatever hands out pictures (PTP, MTP). */
const stillImage = '06';

/**
 * Cameras and telephones that hand out their files by PTP or MTP: they are no disk,
 * and what they hold, how much and whether encrypted cannot be seen from here.
 */
export async function usbCameras(files: Files): Promise<SeenMedium[]> {
  const cameras = new Map<string, SeenMedium>();
  for (const name of ifFound(await files.names(usbDevices)) ?? []) {
    // "2-1:1.0" is one interface of the device "2-1".
    const device = /^(\d[\d.-]*):\d+\.\d+$/.exec(name)?.[1];
    if (device === undefined || !(await handsOutPictures(`${usbDevices}/${name}`, files))) continue;
    const serial = await lineOf(files, `${usbDevices}/${device}/serial`);
    // The number goes up with each device that is put in.
    const key = `usb ${device} ${(await lineOf(files, `${usbDevices}/${device}/devnum`)) ?? ''}`;
    cameras.set(key, { serial, key, bus: 'camera', sizeGb: null, encryption: 'unknown', inUse: null });
  }
  return [...cameras.values()];
}

async function handsOutPictures(folder: string, files: Files): Promise<boolean> {
  const kind = await lineOf(files, `${folder}/bInterfaceClass`);
  if (kind === stillImage) return true;
  // Older telephones use a class of their own, and name it.
  return kind === 'ff' && /^MTP\b/i.test((await lineOf(files, `${folder}/interface`)) ?? '');
}
