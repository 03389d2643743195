import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { instantSchema } from '../instant.ts';
import { unknownReasonSchema } from '../reading.ts';

/** An Ethernet or Wi-Fi hardware address, lower case, colon separated. */
export const hardwareAddressSchema = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);

/** Which network the device is on (DEV1): evidence, never a verdict. All of it can be copied by a determined person. */
export const locationSchema = z.strictObject({
  gateway: z.strictObject({
    address: z.union([z.ipv4(), z.ipv6()]),
    /** null: the neighbour table has no settled entry for the gateway. */
    hardwareAddress: hardwareAddressSchema.nullable(),
    link: z.enum(['wired', 'wireless', 'tunnel', 'other']),
  }),
  /** The Wi-Fi network joined; null: none is. What of it may not be read is null within, and told in `notRead`. */
  wifi: z
    .strictObject({
      name: freeText("the Wi-Fi network's name is evidence of the place", {
        max: 64,
        separators: 'allowed',
      }).nullable(),
      accessPoint: hardwareAddressSchema.nullable(),
    })
    .nullable(),
  /** The device's own addresses on that network: evidence beside the gateway's. */
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(16)
    .optional(),
  /** Evidence that is there and may not be read: its absence says nothing about the place. */
  notRead: z
    .array(
      z.strictObject({
        what: z.enum(['gateway-hardware-address', 'wifi-name', 'access-point', 'addresses']),
        reason: unknownReasonSchema,
      }),
    )
    .max(8)
    .optional(),
  /**
   * A tunnel carries half or more of what the device sends, or one is up and where it leads could not
   * be read: the network evidence then says nothing about the place.
   */
  vpn: z.boolean(),
  /**
   * The setting's beacons, asked on the local network with a fresh challenge: `answered` is a signature by one of the
   * keys in the rules, in time, on a physical link, from no hop away. `refused`: something answered that proves
   * nothing. Absent: none is in the rules, or an agent of an earlier version. `observedAt`: since when it has been so on
   * this network; it is asked again every few minutes, and a report is made of a change alone.
   */
  beacon: z.strictObject({ state: z.enum(['answered', 'silent', 'refused']), observedAt: instantSchema }).optional(),
});
export type Location = z.infer<typeof locationSchema>;
