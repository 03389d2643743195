import { beaconPort } from '../../shared/beacon/on-link.ts';
import { createResponder } from '../../shared/beacon/responder.ts';
import type { Clock } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import { systemInterfaces } from '../platform/network/own-addresses.ts';
import { openBeaconKey } from './key-file.ts';

interface BeaconParts {
  keyFile: string;
  /** Whether this system's files say who may read them. */
  hasModes: boolean;
  clock: Clock;
  log: Log;
  say: (text: string) => void;
  untilAskedToStop: Promise<void>;
}

/** Is a beacon until asked to stop: what `hometime-agent beacon` does. Rejects with BeaconFault. */
export async function runBeacon(parts: BeaconParts): Promise<void> {
  const { keyFile, clock, log, say } = parts;
  const key = await openBeaconKey(keyFile, parts);
  const steady = () => performance.now();
  const responder = createResponder({ key, clock, steady, log, links: () => systemInterfaces() ?? {} });
  await responder.start();
  say(greeting(key.publicText, keyFile, responder.networks()));
  await parts.untilAskedToStop;
  await responder.stop();
}

function greeting(publicText: string, keyFile: string, networks: number): string {
  return [
    'This computer is a beacon: devices that hear it know that they are on the premises.',
    `Public key: ${publicText}`,
    'What to do with it: on the dashboard, put it into the policy’s beacons. From then on no device counts as',
    '  on the premises by the names of its network alone.',
    `Key file: ${keyFile} (leave it here: whoever has a copy can pretend to be in the setting)`,
    `It answers on UDP port ${beaconPort}; let that in through this computer’s firewall. It must stay in the building,`,
    '  switched on, on the network that the devices use.',
    networks === 0
      ? 'No network is up just now. It answers as soon as one is.'
      : `It listens on ${networks} ${networks === 1 ? 'network' : 'networks'}.`,
  ].join('\n');
}
