import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { hardwareAddressSchema } from '../report/location.ts';

/** A network the setting calls its own, known by its gateway's hardware address. Evidence anyone can copy; see README. */
export const ownNetworkSchema = z.strictObject({
  gatewayHardwareAddress: hardwareAddressSchema,
  label: freeText('what the manager calls the network', { max: 60 }),
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
});
export type Policy = z.infer<typeof policySchema>;

/** What holds until a setting decides otherwise. Seventy-two hours spans a week-end from Friday's close to Monday's opening. */
export const defaultPolicy: Policy = {
  networks: [],
  photoLimit: { tablet: 100, laptop: 500 },
  silentAfterHours: 72,
};
