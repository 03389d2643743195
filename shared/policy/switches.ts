import { z } from 'zod';
import { accountNameSchema } from '../names.ts';

/** What the absence of a fact means: somebody is to look, or the rule counts as not met. Never: that it is met. */
const absenceSchema = z.enum(['look', 'counts-as-broken']);

const graceMinutes = z.int().min(0);

/** DEV1: the device that leaves the premises unprotected. */
export const offSiteSchema = z.strictObject({
  /** `conditional`: only while photos are on it; an unknown number counts as some. */
  unprotected: z.enum(['strict', 'conditional']),
  /** Off the premises, encryption that cannot be told counts as none, or is only to be looked at. */
  unknownEncryption: z.enum(['counts-as-unprotected', 'look']),
  /** Minutes from the first warning on the screen to the block. */
  warningMinutes: graceMinutes.max(24 * 60),
  /** Minutes for which a place that cannot be told counts as the last one that could. */
  unknownPlaceMinutes: graceMinutes.max(7 * 24 * 60),
  /** What a place counts as that cannot be told for longer. */
  unknownPlace: z.enum(['off-site', 'last-known', 'unknown']),
  /** Whether the device blocks itself, or only tells. */
  guard: z.enum(['block', 'warn-only']),
});

/** DEV2: what a device does by itself when the setting closes. null: nothing. */
export const closingTimeSchema = z.strictObject({
  /** Minutes of notice before closing. */
  noticeMinutes: z.int().min(0).max(60),
  /** How often whoever sits at the device may put it off, and by how many minutes each time. */
  postpones: z.int().min(0).max(6),
  postponeMinutes: z.int().min(5).max(60),
  signOutApps: z.boolean(),
  logOutPeople: z.boolean(),
});

/** DEV3, DEV4, DEV9: for how long photos may stay, by class of device. */
export const photoKeepSchema = z.enum(['until-half-term', 'academic-year', 'any-time']);

/** DEV7, DEV8: account names; null: the setting has not said. */
const accountsSchema = z.array(accountNameSchema).max(100).nullable();

/** DEV6: which kinds of device are locked away while the setting is closed, so that use or a move then is misuse. */
export const outOfHoursSchema = z.strictObject({
  kinds: z.enum(['tablets', 'all', 'none']),
  /** Minutes after closing and before opening that still belong to the day. */
  marginMinutes: graceMinutes.max(240),
});

const defaultOutOfHours: z.infer<typeof outOfHoursSchema> = { kinds: 'tablets', marginMinutes: 60 };

/** The parts of a policy that came with the guard. Figures on which settings differ, never constants in a rule. */
export const switchesSchema = z.strictObject({
  offSite: offSiteSchema,
  closingTime: closingTimeSchema.nullable(),
  photoKeep: z.strictObject({ tablet: photoKeepSchema, laptop: photoKeepSchema }),
  /** Photos and videos that a tablet may carry off the premises (DEV9); null: not judged. */
  outingPhotos: z.int().min(0).max(100_000).nullable(),
  /** A policy that was kept before this was asked goes by the default. */
  outOfHours: outOfHoursSchema.default(defaultOutOfHours),
  /** DEV7: who may sign in on a device to which nobody is assigned; null: anybody. */
  mayUseUnassigned: accountsSchema,
  /** DEV8: who may install programs; null: not judged beyond telling. */
  mayInstall: accountsSchema,
  /** Accounts that are never strangers on any device: the setting's own support account. */
  alwaysAllowed: z.array(accountNameSchema).max(20),
  /** How long a rule may stand unmet before it is misuse. */
  grace: z.strictObject({
    filteringMinutes: graceMinutes.max(24 * 60),
    mediaMinutes: graceMinutes.max(24 * 60),
    photosDays: z.int().min(0).max(60),
  }),
  /** What an unknown fact means, rule by rule; for encryption and place off the premises see `offSite`. */
  absence: z.strictObject({
    sessions: absenceSchema,
    apps: absenceSchema,
    photos: absenceSchema,
    filtering: absenceSchema,
    media: absenceSchema,
  }),
});
export type Switches = z.infer<typeof switchesSchema>;

/** What holds until a setting decides otherwise: strict where children's data is at stake, and time enough to put it right. */
export const defaultSwitches: Switches = {
  offSite: {
    unprotected: 'strict',
    unknownEncryption: 'counts-as-unprotected',
    warningMinutes: 10,
    unknownPlaceMinutes: 30,
    unknownPlace: 'off-site',
    guard: 'block',
  },
  closingTime: null,
  photoKeep: { tablet: 'until-half-term', laptop: 'academic-year' },
  outingPhotos: 0,
  outOfHours: defaultOutOfHours,
  mayUseUnassigned: null,
  mayInstall: null,
  alwaysAllowed: [],
  grace: { filteringMinutes: 15, mediaMinutes: 0, photosDays: 7 },
  absence: { sessions: 'look', apps: 'look', photos: 'look', filtering: 'look', media: 'look' },
};
