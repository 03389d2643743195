import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { accountNameSchema } from '../names.ts';
import { unknownReasonSchema } from '../reading.ts';

/** An app's name in the app list (`shared/policy/app-list.ts`): "famly". */
export const appIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);

/** Where a sign-in lies. `app`: an installed app and not a browser. */
export const browserSchema = z.enum(['chrome', 'edge', 'brave', 'chromium', 'firefox', 'safari', 'app']);
export type Browser = z.infer<typeof browserSchema>;

/** One browser profile of one person. The profile is a number: its own name may be a child's or a parent's. */
const storeSchema = z.strictObject({
  person: accountNameSchema.nullable(),
  browser: browserSchema,
  /** Counts the profiles of this browser and person, by the order of their folders; 1 is the first. */
  profile: z.int().min(1).max(999),
});
export type SignInStore = z.infer<typeof storeSchema>;

/**
 * One sign-in that was found. `signed-in`: what this app is known to keep while
 * somebody is signed in is there; `possible`: something lasting of the app's hosts
 * is there, and it is not known whether that is a sign-in.
 */
export const signInSchema = storeSchema.extend({
  app: appIdSchema,
  state: z.enum(['signed-in', 'possible']),
  /** Whole hours, so that every page view is not a change; null: the store does not keep it. */
  since: instantSchema.nullable(),
  /** When it ends by itself; null: never, or not known. */
  until: instantSchema.nullable(),
});
export type SignIn = z.infer<typeof signInSchema>;

export const appAnswerSchema = z.enum(['signed-in', 'possible', 'signed-out', 'unknown']);
export type AppAnswer = z.infer<typeof appAnswerSchema>;

/**
 * Who is still signed in to Famly and the like on this device (DEV2, DEV13), in
 * every profile of every browser of every person. Never a value of a cookie or of
 * a store: only that it is there.
 *
 * `signed-out` is said of an app only when every store in which it is known to keep
 * a sign-in could be read and none holds anything of it.
 */
export const appsSchema = z.strictObject({
  /** The version of the app list that was looked for. */
  listVersion: z.int().positive(),
  /** Every app of the list, in its order. */
  apps: z.array(z.strictObject({ app: appIdSchema, answer: appAnswerSchema })).max(64),
  signIns: z.array(signInSchema).max(200),
  /**
   * Stores that are there and could not be read. `profile` null: not even the profiles
   * could be listed. `browser` null: not even which browsers there are, as in a home that is locked.
   */
  unread: z
    .array(
      storeSchema.extend({
        browser: browserSchema.nullable(),
        profile: storeSchema.shape.profile.nullable(),
        reason: unknownReasonSchema,
        /** Only this of the profile could not be read; absent: any of it. */
        part: z.literal('cookies').optional(),
      }),
    )
    .max(100),
});
export type Apps = z.infer<typeof appsSchema>;
