import { z } from 'zod';
import { type Opening, openingSchema } from '../calendar/opening.ts';
import { freeText } from '../free-text.ts';
import { hardwareAddressSchema } from '../report/location.ts';
import { appListSchema, defaultAppList } from './app-list.ts';
import { beaconKeySchema } from './device-rules.ts';
import { resourceFolderSchema } from './device-settings.ts';
import { defaultFilterTests, filterTestsSchema } from './filter-tests.ts';
import { appListFaults, filterTestFaults } from './list-faults.ts';
import { defaultSwitches, switchesSchema } from './switches.ts';

/** A network the setting calls its own, known by its gateway's hardware address. Evidence anyone can copy; see README. */
export const ownNetworkSchema = z.strictObject({
  gatewayHardwareAddress: hardwareAddressSchema,
  label: freeText('what the manager calls the network', { max: 60 }),
  /** Access points of it, which tell it from a hotspot with a copied gateway a little better. */
  accessPoints: z.array(hardwareAddressSchema).max(50).optional(),
});

/** A beacon of the setting's. Evidence nobody can copy. */
export const ownBeaconSchema = z.strictObject({
  key: beaconKeySchema,
  label: freeText('what the manager calls the beacon', { max: 60 }),
});

/** A setting's policy: every figure on which settings differ is here, never a constant in a rule. */
export const policySchema = z.strictObject({
  /** Networks that count as on the premises. Empty: place is unknown everywhere. */
  networks: z.array(ownNetworkSchema).max(50),
  /** The most photos and videos a device may hold, by kind (DEV3, DEV4). */
  photoLimit: z.strictObject({ tablet: z.int().nonnegative(), laptop: z.int().nonnegative() }),
  /** A device that has not spoken for this long is a finding. */
  silentAfterHours: z
    .int()
    .min(1)
    .max(24 * 60),
  /** The apps whose sign-ins are looked for (DEV2, DEV13). */
  apps: appListSchema,
  /** Whether people may be signed in to social networks and webmail on the setting's devices (DEV13). */
  personalApps: z.enum(['forbidden', 'allowed']),
  /** The names that prove filtering; a setting with a filter of its own names them here (DEV5). */
  filterTests: filterTestsSchema,
  /** Memory sticks and the like (DEV10): the policies disagree, so it is a switch. */
  removableMedia: z.enum(['forbidden', 'encrypted-only', 'allowed']),
  /** The folder of teaching resources, which may stay for the academic year (DEV4); null: the setting keeps none. */
  resourceFolder: resourceFolderSchema.nullable(),
  /** Whether a wipe waits for a second administrator's approval. */
  wipeApproval: z.enum(['when-two-administrators', 'always', 'never']),
  /** Where there is one, a network's copyable marks alone never prove the place. */
  beacons: z.array(ownBeaconSchema).max(10),
  /** When the setting is open, and when it is closed for longer. */
  opening: openingSchema,
  switches: switchesSchema,
});
export type Policy = z.infer<typeof policySchema>;

/** A policy as it may lie in the database: kept before it had all its parts, and before what is asked of a change was asked. */
export const storedPolicySchema = policySchema.partial({
  apps: true,
  personalApps: true,
  filterTests: true,
  removableMedia: true,
  resourceFolder: true,
  wipeApproval: true,
  beacons: true,
  opening: true,
  switches: true,
});

/** Characters of the list of apps: with the most filter tests beside it, a device's settings still fit their capsule. */
const mostAppsText = 75_000;

/**
 * A change of the policy: what came later than the first three parts may be left out,
 * and then stays as it is. What cannot be meant is refused here, where somebody can
 * still put it right, and not where it is read.
 */
export const policyChangeSchema = storedPolicySchema.superRefine(({ apps, filterTests, resourceFolder }, context) => {
  const say = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  for (const { path, message } of apps === undefined ? [] : appListFaults(apps)) say(['apps', ...path], message);
  for (const { path, message } of filterTests === undefined ? [] : filterTestFaults(filterTests))
    say(['filterTests', ...path], message);
  if (apps !== undefined && JSON.stringify(apps).length > mostAppsText)
    say(['apps'], 'is too long to be sent to the devices; leave out apps or hosts');
  if (resourceFolder != null && isNoFolderName(resourceFolder))
    say(['resourceFolder'], 'is no name of a folder; write it as the folder is called, with no blanks around it');
});

/** What no system lets a folder be called, or nobody could see. */
function isNoFolderName(name: string): boolean {
  return name !== name.trim() || name === '' || /^\.+$/.test(name);
}

const defaultOpening: Opening = { week: [], closures: [], bankHolidays: 'england', academicYearFrom: '09-01' };

/** What holds until a setting decides otherwise. Seventy-two hours spans a week-end from Friday's close to Monday's opening. */
export const defaultPolicy: Policy = {
  networks: [],
  photoLimit: { tablet: 100, laptop: 500 },
  silentAfterHours: 72,
  apps: defaultAppList,
  personalApps: 'forbidden',
  filterTests: [...defaultFilterTests],
  removableMedia: 'forbidden',
  resourceFolder: null,
  wipeApproval: 'when-two-administrators',
  beacons: [],
  opening: defaultOpening,
  switches: defaultSwitches,
};
