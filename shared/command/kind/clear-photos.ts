import { z } from 'zod';
import { photoPlaceSchema } from '../../report/photos.ts';
import { day, defineKind } from './kind.ts';

const filesSchema = z.strictObject({ photos: z.int().nonnegative(), videos: z.int().nonnegative() });

/** One place, by numbers: what the order was about there, and what is there now. */
const clearedPlaceSchema = z.strictObject({
  place: photoPlaceSchema,
  before: filesSchema,
  /** Of those the order is about, as counted by looking again; null: the place could not be looked at. */
  after: filesSchema.nullable(),
  /** In folders that a cloud service synchronises: left alone, for deleting there deletes the cloud's copy too. */
  leftInCloudFolders: z.int().nonnegative(),
});

/** Deletes photos and videos by place, age and class, in the bin and as thumbnails too (DEV3, DEV4, DEV9). */
export const clearPhotos = defineKind({
  args: z.strictObject({
    /** Absent: every place but the resource folder, which is cleared only when it is named. */
    places: z.array(photoPlaceSchema).min(1).max(9).optional(),
    /** Only what was last changed at least so many days ago; 0 or absent: everything. */
    olderThanDays: z.int().min(0).max(3_650).optional(),
    /** Absent: both. */
    only: z.enum(['photos', 'videos']).optional(),
    /** DANGER: deletes the cloud's copy as well. Absent: synchronised folders are left alone and counted. */
    cloudFolders: z.literal('delete-everywhere').optional(),
  }),
  evidence: z.strictObject({
    cleared: z.array(clearedPlaceSchema).max(9),
    /** Files that were deleted, thumbnails not counted. */
    deleted: filesSchema,
    thumbnailsDeleted: z.int().nonnegative(),
  }),
  proves: ({ cleared }) =>
    cleared.length > 0 && cleared.every(({ after }) => after !== null && after.photos + after.videos === 0),
  expiresAfterMs: 7 * day,
  who: ['administrator'],
  loss: 'files',
  summary: 'Deletes photos and videos from the device, never the resource folder unless it is named',
});
