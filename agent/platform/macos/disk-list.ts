import { z } from 'zod';
import { parsePlist } from './plist.ts';

const deviceSchema = z.string().regex(/^disk\d{1,4}(s\d{1,4}){0,3}$/);

const listSchema = z.object({
  AllDisksAndPartitions: z.array(
    z.object({
      DeviceIdentifier: deviceSchema,
      Content: z.string().default(''),
      Partitions: z.array(z.object({ DeviceIdentifier: deviceSchema, Content: z.string().default('') })).default([]),
    }),
  ),
});

/** A partition of a built-in disk, or a built-in disk without partitions. */
export interface Partition {
  device: string;
  /** The whole disk it lies on. */
  disk: string;
  /** What the partition table says it is for: "Apple_APFS", "EFI", "Apple_HFS". */
  content: string;
}

/**
 * `diskutil list -plist internal physical`: the partitions of built-in disks.
 * undefined: not understood, or none, which no Mac can have.
 *
 * [P] keys as in public readers of this list; no recording of it is at hand.
 * A card in a built-in reader stands among the built-in disks [P].
 */
export function parseDiskList(text: string): Partition[] | undefined {
  const parsed = listSchema.safeParse(parsePlist(text));
  if (!parsed.success) return undefined;
  const partitions = parsed.data.AllDisksAndPartitions.flatMap((disk) =>
    (disk.Partitions.length > 0 ? disk.Partitions : [disk]).map((part) => ({
      device: part.DeviceIdentifier,
      disk: disk.DeviceIdentifier,
      content: part.Content,
    })),
  );
  return partitions.length > 0 ? partitions : undefined;
}

const infoSchema = z.object({ RemovableMedia: z.boolean() });

/** `diskutil info -plist diskN`: whether its medium can be taken out, as a card can. undefined: not understood. */
export function parseRemovable(text: string): boolean | undefined {
  const parsed = infoSchema.safeParse(parsePlist(text));
  return parsed.success ? parsed.data.RemovableMedia : undefined;
}

/** Partitions that hold no people's data (platforms.md section 1), and APFS, whose volumes are judged one by one. */
const understood: ReadonlySet<string> = new Set([
  'EFI',
  'Apple_APFS',
  'Apple_APFS_ISC',
  'Apple_APFS_Recovery',
  'Apple_Boot',
  'Apple_KernelCoreDump',
]);

/** Partitions of built-in disks whose data lies outside APFS: HFS+, CoreStorage, Boot Camp. */
export function beyondApfs(partitions: readonly Partition[]): Partition[] {
  return partitions.filter((partition) => !understood.has(partition.content));
}
