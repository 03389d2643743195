import { beaconViewSchema } from '../beacon.ts';
import { type Route, roles } from './route.ts';

/** The server's own beacon. */
export const beaconRoutes = {
  showBeacon: {
    method: 'get',
    path: '/beacon',
    summary: 'Whether this server answers as a beacon where it stands, and its public key for the policy',
    who: roles.leaders,
    status: 200,
    answer: beaconViewSchema,
  },
} as const satisfies Record<string, Route>;
