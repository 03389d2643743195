import { z } from 'zod';
import { parsePlist } from './plist.ts';

const deviceSchema = z.string().regex(/^disk\d{1,4}(s\d{1,4}){0,3}$/);

/**
 * One APFS volume. The name is not taken: it may be a person's. `FileVault` is
 * absent on macOS 10.13; the other keys are absent only in a list of another form.
 */
const volumeSchema = z.object({
  DeviceIdentifier: deviceSchema,
  Roles: z.array(z.string()).default([]),
  Encryption: z.boolean(),
  FileVault: z.boolean().optional(),
  CryptoMigrationOn: z.boolean().optional(),
  Locked: z.boolean().optional(),
});
export type ApfsVolume = z.infer<typeof volumeSchema>;

const containerSchema = z.object({
  DesignatedPhysicalStore: deviceSchema.optional(),
  PhysicalStores: z.array(z.object({ DeviceIdentifier: deviceSchema })).default([]),
  Volumes: z.array(volumeSchema),
});

const listSchema = z.object({ Containers: z.array(containerSchema).default([]) });

export interface ApfsContainer {
  /** The partitions that hold it: two for a Fusion drive. */
  stores: string[];
  volumes: ApfsVolume[];
}

/** `diskutil apfs list -plist`: the containers, none on a Mac without APFS. undefined: not understood. */
export function parseApfsList(text: string): ApfsContainer[] | undefined {
  const parsed = listSchema.safeParse(parsePlist(text));
  if (!parsed.success) return undefined;
  return parsed.data.Containers.map((container) => ({
    stores: [
      ...new Set([
        ...container.PhysicalStores.map((store) => store.DeviceIdentifier),
        ...(container.DesignatedPhysicalStore === undefined ? [] : [container.DesignatedPhysicalStore]),
      ]),
    ],
    volumes: container.Volumes,
  }));
}
