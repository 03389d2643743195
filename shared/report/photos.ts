import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { readingSchema } from '../reading.ts';

/** Where photos are counted: classes of folders, never their names. */
export const photoPlaceSchema = z.enum([
  'camera',
  'pictures',
  'videos',
  'downloads',
  'desktop',
  'documents',
  'chat-apps',
  'bin',
  'resources',
]);
export type PhotoPlace = z.infer<typeof photoPlaceSchema>;

export const photoCountSchema = z.strictObject({
  photos: z.int().nonnegative(),
  videos: z.int().nonnegative(),
  /** Of these, how many lie in the cloud and are only named here: counted, never opened. */
  cloudOnly: z.int().nonnegative().optional(),
  /** Bytes of all of them. Absent: not measured yet; a first count tells numbers before sizes. */
  bytes: z.int().nonnegative().optional(),
  /** When the oldest was last changed, to the day; null: there is none. Absent: not measured yet. */
  oldest: instantSchema.nullable().optional(),
});
export type PhotoCount = z.infer<typeof photoCountSchema>;

/**
 * Photos and videos kept on the device (DEV3, DEV4, DEV9): counts by place.
 * A place with any folder that may not be read is unknown, `blocked-by-permission`;
 * what was seen all the same is in `atLeast`.
 */
export const photosSchema = z.strictObject({
  places: z.array(z.strictObject({ place: photoPlaceSchema, count: readingSchema(photoCountSchema) })).max(16),
  /** Everything that could be counted, over all places. */
  atLeast: photoCountSchema,
  /** False when any place could not be read or the first count is still running: then `atLeast` is not the whole. */
  complete: z.boolean(),
});
export type Photos = z.infer<typeof photosSchema>;
