import type { NetworkInterfaceInfo } from 'node:os';
import { createAsker } from '../../../../agent/beacon/asking.ts';
import type { Way } from '../../../../agent/beacon/way.ts';
import { type BeaconKey, beaconKeyOfSeed } from '../../../../shared/beacon/key.ts';
import { type LinkList, linkAddresses } from '../../../../shared/beacon/on-link.ts';
import { createResponder, type Responder } from '../../../../shared/beacon/responder.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';

export const ourBeacon = beaconKeyOfSeed(Buffer.alloc(32, 7));
export const strangerBeacon = beaconKeyOfSeed(Buffer.alloc(32, 8));
export const deviceId = '6f0c2f4e-30a8-4f4e-9c5c-0c4a8b1d2e3f';

export function address4(address: string, prefix: number, mac = '02:00:00:00:00:11'): NetworkInterfaceInfo {
  return { address, netmask: '', mac, internal: false, family: 'IPv4', cidr: `${address}/${prefix}` };
}

/** The loopback, played as a network: beacons answer from its first address, devices ask from its second. */
const loopback: LinkList = { lo: [address4('127.0.0.1', 8)] };
export const onLoopback: Way = {
  link: 'lo',
  addresses: linkAddresses({ lo: [address4('127.0.0.2', 8)] }),
  own: new Set(['127.0.0.2']),
};

export async function startBeacon(port: number, key: BeaconKey = ourBeacon): Promise<Responder> {
  const steady = () => performance.now();
  const responder = createResponder({ key, clock: systemClock, steady, log: silentLog, links: () => loopback, port });
  await responder.start();
  return responder;
}

/** A tenth of the time that passes: a busy machine's stalls are no long round trips. */
export const unhurried = () => performance.now() / 10;

/** A device on the loopback. `steady`: its own idea of how time passes. */
export function createDevice(port: number, steady = unhurried) {
  const ask = createAsker({ steady, neighbours: async () => [], zones: 'by-name', bindsBroadcast: true, port });
  return (keys = [ourBeacon.publicText], way = onLoopback) => ask({ way, deviceId, keys });
}
