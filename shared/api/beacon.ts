import { z } from 'zod';
import { beaconKeySchema } from '../policy/device-rules.ts';

/** Whether this server itself answers as a beacon in the building where it stands. */
export const beaconViewSchema = z.discriminatedUnion('state', [
  /** It was started without HOMETIME_BEACON=on. */
  z.strictObject({ state: z.literal('off') }),
  z.strictObject({
    state: z.literal('answering'),
    /** For the policy's beacons. */
    publicKey: beaconKeySchema,
    /** UDP, to be let in by the firewall of the server's computer. */
    port: z.int().positive(),
    /** Networks it listens on just now; 0: none is up. */
    networks: z.int().nonnegative(),
  }),
]);
export type BeaconView = z.infer<typeof beaconViewSchema>;
