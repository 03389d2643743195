import { z } from 'zod';
import { calendarSchema } from '../calendar/opening.ts';
import { instantSchema } from '../instant.ts';
import { accountNameSchema, deviceKindSchema } from '../names.ts';
import { switchesSchema } from './switches.ts';

/** HMAC-SHA256 by the setting's place salt over what is known of a network, base64: whoever reads a capsule learns no address. */
export const networkDigestSchema = z.base64().length(44);

/** A beacon of the setting's: its Ed25519 public key, base64 of the 32 raw bytes. */
export const beaconKeySchema = z.base64().length(44);

/** What a device goes by to tell where it is. */
export const knownPlacesSchema = z.strictObject({
  /** base64 of 32 bytes, one for each setting. */
  salt: z.base64().length(44),
  /** A network's gateway, and its access points where the manager took them in. Evidence that anyone can copy. */
  networks: z
    .array(z.strictObject({ gateway: networkDigestSchema, accessPoints: z.array(networkDigestSchema).max(50) }))
    .max(50),
  /** Evidence that cannot be copied. Where there is one, networks alone never prove the place. */
  beacons: z.array(beaconKeySchema).max(10),
});
export type KnownPlaces = z.infer<typeof knownPlacesSchema>;

/**
 * What a device needs beside the lists in its settings in order to judge itself and to guard alone: rules, places,
 * hours, its people. With all of it the server's evaluation and the device's are the same function of the same data.
 */
export const deviceRulesSchema = z.strictObject({
  kind: deviceKindSchema,
  childFacing: z.boolean(),
  assignedPeople: z.array(accountNameSchema).max(100).nullable(),
  enrolledAt: instantSchema,
  photoLimit: z.strictObject({ tablet: z.int().nonnegative(), laptop: z.int().nonnegative() }),
  silentAfterHours: z.int().positive(),
  personalApps: z.enum(['forbidden', 'allowed']),
  removableMedia: z.enum(['forbidden', 'encrypted-only', 'allowed']),
  switches: switchesSchema,
  places: knownPlacesSchema,
  calendar: calendarSchema,
  /** After this the rules still hold, and a finding tells that they are old. */
  expiresAt: instantSchema,
});
export type DeviceRules = z.infer<typeof deviceRulesSchema>;
