import { z } from 'zod';
import { parsePlist } from './plist.ts';

const deviceSchema = z.string().regex(/^disk\d{1,4}(s\d{1,4}){0,3}$/);
/** Where it is mounted is a path, often with a person's name in it: only that it is. */
const mounted = z
  .string()
  .optional()
  .transform((path) => path !== undefined && path !== '');

const partSchema = z.object({
  DeviceIdentifier: deviceSchema,
  Content: z.string().default(''),
  MountPoint: mounted,
  VolumeUUID: z.string().optional(),
  Size: z.number().nonnegative().optional(),
});

const listSchema = z.object({
  AllDisksAndPartitions: z
    .array(
      partSchema.extend({
        Partitions: z.array(partSchema).default([]),
        APFSPhysicalStores: z.array(z.object({ DeviceIdentifier: deviceSchema })).default([]),
        APFSVolumes: z.array(partSchema.partial({ Content: true })).default([]),
      }),
    )
    .min(1),
});

export interface DiskPart {
  device: string;
  content: string;
  isMounted: boolean;
  /** Another one when another medium lies in the same place. Never leaves the device. */
  mark: string;
}

/** One whole disk of `diskutil list -plist`: a real one, or the container that lies on partitions of others. */
export interface WholeDisk extends DiskPart {
  partitions: DiskPart[];
  /** Of a container: the partitions it lies on. */
  stores: string[];
  /** Whether anything in it, or a volume of the container, is mounted. */
  anyMounted: boolean;
}

/** `diskutil list -plist` [P the keys]. undefined: not understood, or an empty list, which no Mac has. */
export function parseWholeDisks(text: string): WholeDisk[] | undefined {
  const parsed = listSchema.safeParse(parsePlist(text)).data;
  return parsed?.AllDisksAndPartitions.map((disk) => {
    const partitions = disk.Partitions.map(toPart);
    const whole = toPart(disk);
    return {
      ...whole,
      partitions,
      stores: disk.APFSPhysicalStores.map((store) => store.DeviceIdentifier),
      anyMounted:
        [whole, ...partitions].some((part) => part.isMounted) || disk.APFSVolumes.some((each) => each.MountPoint),
    };
  });
}

function toPart(part: z.infer<typeof partSchema>): DiskPart {
  const mark = `${part.VolumeUUID ?? ''} ${part.Size ?? ''}`;
  return { device: part.DeviceIdentifier, content: part.Content, isMounted: part.MountPoint, mark };
}

const infoSchema = z.object({
  Internal: z.boolean(),
  RemovableMedia: z.boolean().default(false),
  BusProtocol: z.string().default(''),
  VirtualOrPhysical: z.string().default(''),
  TotalSize: z.number().nonnegative().optional(),
  Size: z.number().nonnegative().optional(),
  OpticalDeviceType: z.string().optional(),
});

export interface DiskInfo {
  /** People can take it out, and it is no image of a disk. */
  isMedium: boolean;
  bus: 'usb' | 'sd' | 'firewire' | 'thunderbolt' | 'optical' | 'other';
  bytes: number;
}

const buses: { readonly [protocol: string]: DiskInfo['bus'] } = {
  USB: 'usb',
  'Secure Digital': 'sd',
  FireWire: 'firewire',
  Thunderbolt: 'thunderbolt',
  'PCI-Express': 'thunderbolt',
};

/** `diskutil info -plist` of a whole disk [P the keys]. undefined: it does not say whether it is built in. */
export function parseDiskInfo(text: string): DiskInfo | undefined {
  const info = infoSchema.safeParse(parsePlist(text)).data;
  if (info === undefined) return undefined;
  const isImage = info.BusProtocol === 'Disk Image' || info.VirtualOrPhysical === 'Virtual';
  return {
    isMedium: !isImage && (!info.Internal || info.RemovableMedia),
    bus: info.OpticalDeviceType === undefined ? (buses[info.BusProtocol] ?? 'other') : 'optical',
    bytes: info.TotalSize ?? info.Size ?? 0,
  };
}

interface UsbItem {
  serial_num?: string | undefined;
  Media?: { bsd_name?: string | undefined }[] | undefined;
  _items?: UsbItem[] | undefined;
}

const usbItemSchema: z.ZodType<UsbItem> = z.object({
  serial_num: z.string().optional(),
  Media: z.array(z.object({ bsd_name: z.string().optional() })).optional(),
  get _items() {
    return z.array(usbItemSchema).optional();
  },
});

const usbTreeSchema = z.object({ SPUSBDataType: z.array(usbItemSchema) });

/** `system_profiler SPUSBDataType -json`: serial numbers by disk. Empty where it is not understood: a medium without a number is a medium. */
export function parseUsbSerials(text: string): Map<string, string> {
  const serials = new Map<string, string>();
  const visit = ({ serial_num: serial, Media = [], _items = [] }: UsbItem) => {
    for (const { bsd_name: disk } of Media) if (disk !== undefined && serial !== undefined) serials.set(disk, serial);
    for (const item of _items) visit(item);
  };
  try {
    for (const bus of usbTreeSchema.safeParse(JSON.parse(text)).data?.SPUSBDataType ?? []) visit(bus);
  } catch {
    // No JSON, or nested without end.
  }
  return serials;
}
