import { networkInterfaces } from 'node:os';
import type { BeaconView } from '../../shared/api/beacon.ts';
import { beaconKeyOfSeed } from '../../shared/beacon/key.ts';
import { beaconPort, type LinkList } from '../../shared/beacon/on-link.ts';
import { createResponder } from '../../shared/beacon/responder.ts';
import type { Clock } from '../../shared/instant.ts';
import type { Log } from '../../shared/log.ts';
import type { Handlers } from '../http/handlers.ts';

/** The server as a beacon, for where it stands in the setting's own building. */
export interface ServerBeacon {
  /** Listens, where it was asked for. Rejects with BeaconFault, whose message says what to do. */
  start(): Promise<void>;
  stop(): Promise<void>;
  view(): BeaconView;
}

interface ServerBeaconParts {
  isOn: boolean;
  /** 32 bytes that stay the same over restarts and are this server's alone. */
  seed: Buffer;
  clock: Clock;
  /** Milliseconds that only ever rise. */
  elapsed: () => number;
  log: Log;
  /** For tests: other links, and another port. */
  links?: () => LinkList;
  port?: number;
}

/** Does nothing unless `isOn`: a server that stands elsewhere proves no place, and is not to open a port for it. */
export function createServerBeacon(parts: ServerBeaconParts): ServerBeacon {
  const { isOn, seed, clock, elapsed, log, links = networkInterfaces, port = beaconPort } = parts;
  if (!isOn) return { start: async () => {}, stop: async () => {}, view: () => ({ state: 'off' }) };
  const key = beaconKeyOfSeed(seed);
  const responder = createResponder({ key, clock, steady: elapsed, log, links, port });
  return {
    start: responder.start,
    stop: responder.stop,
    view: () => ({ state: 'answering', publicKey: key.publicText, port, networks: responder.networks() }),
  };
}

/** What the policy page shows of it. */
export function beaconRoutes(beacon: Pick<ServerBeacon, 'view'>) {
  return { showBeacon: async () => beacon.view() } satisfies Partial<Handlers>;
}
