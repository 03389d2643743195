import { z } from 'zod';
import type { Reading } from '../reading.ts';
import type { Location } from '../report/location.ts';
import type { Policy } from './document.ts';

/** Where the device is, and why we think so. Reasons are stable codes. */
export const placeSchema = z.strictObject({
  verdict: z.enum(['on-site', 'off-site', 'unknown']),
  because: z.enum([
    'own-network',
    'other-network',
    'no-own-network-named',
    'vpn',
    'gateway-not-identified',
    'not-known',
  ]),
});
export type Place = z.infer<typeof placeSchema>;

/** The place that the evidence of a location reading supports under a setting's policy. */
export function judgePlace(location: Reading<Location>, policy: Policy): Place {
  if (location.state === 'unknown') return { verdict: 'unknown', because: 'not-known' };
  const { gateway, vpn } = location.value;
  if (vpn) return { verdict: 'unknown', because: 'vpn' };
  if (policy.networks.length === 0) return { verdict: 'unknown', because: 'no-own-network-named' };
  if (gateway.hardwareAddress === null) return { verdict: 'unknown', because: 'gateway-not-identified' };
  const own = policy.networks.some((network) => network.gatewayHardwareAddress === gateway.hardwareAddress);
  return own ? { verdict: 'on-site', because: 'own-network' } : { verdict: 'off-site', because: 'other-network' };
}
