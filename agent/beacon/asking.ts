import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { beaconGroup4, beaconGroup6, beaconPort, type LinkAddress } from '../../shared/beacon/on-link.ts';
import { askerOf, writeQuestion } from '../../shared/beacon/packet.ts';
import type { Location } from '../../shared/report/location.ts';
import { type Asked, judgeArrival } from './verdict.ts';
import type { Way } from './way.ts';

export type BeaconState = NonNullable<Location['beacon']>['state'];

export interface Asking {
  way: Way;
  deviceId: string;
  /** The public keys of the setting's beacons. */
  keys: readonly string[];
}

interface AskerParts {
  /** Milliseconds that only ever rise, whatever is done to the clock. */
  steady: () => number;
  /** Addresses of neighbours on a link that can be asked by name; none while a tunnel is up. */
  neighbours: (link: string) => Promise<readonly string[]>;
  /** How the system names a link in an address of IPv6. */
  zones: 'by-name' | 'by-number';
  /** This system sends a broadcast out of the link whose address it comes from. DANGER: others send it where the default route leads, into a tunnel too. */
  bindsBroadcast: boolean;
  /** For tests: where beacons listen. */
  port?: number;
}

/** One slow answer is a busy moment of this computer or of the air; of three the best counts. */
const tries = 3;
/** How long each try is waited for: what comes later than the round trip allows is still told apart from silence. */
const tryMs = 150;
const mostNeighbours = 64;
/** No router passes on what may live for one hop. */
const hops = 1;

/**
 * Asks whatever beacon is on the network of one link, by multicast (and broadcast, for switches that lose multicasts) out of that very link.
 *
 * How hops are bounded, the hops that a received packet made being hidden from this program: what is sent dies at the first
 * router, as does the answer; the answer must come from an address on the link's own network and, over IPv6, from
 * an address of the link alone, on that link. A neighbour is asked by its own address (a firewall lets the answer to
 * such a question in, and none to a multicast) only while no tunnel is up that could have a route to it.
 *
 * Never throws: what cannot be sent is silence.
 */
export function createAsker(parts: AskerParts): (asking: Asking) => Promise<BeaconState> {
  return async (asking) => {
    const { way } = asking;
    const exchange = createExchange(parts, asking);
    try {
      for (const address of way.addresses) await exchange.open(address);
      for (let turn = 0; turn < tries && exchange.state() !== 'answered'; turn += 1) {
        // By now the beacon is a neighbour, if it has tried to answer and was not let in.
        const named = turn === 0 ? [] : await parts.neighbours(way.link);
        exchange.send(named.slice(0, mostNeighbours));
        await exchange.wait(tryMs);
      }
    } finally {
      exchange.close();
    }
    return exchange.state();
  };
}

interface OpenSocket {
  socket: Socket;
  family: LinkAddress['family'];
  targets: readonly string[];
}

/** The sockets and questions of one run. */
function createExchange(parts: AskerParts, { way, deviceId, keys }: Asking) {
  const { steady, port = beaconPort } = parts;
  const open: OpenSocket[] = [];
  const asked: Asked[] = [];
  const over = new AbortController();
  let state: BeaconState = 'silent';

  function hear(packet: Buffer, sender: { address: string; port: number }): void {
    const arrival = { packet, sender: sender.address, port: sender.port, at: steady() };
    const verdict = judgeArrival(arrival, { asked, keys, way, beaconPort: port });
    if (verdict === 'nothing' || state === 'answered') return;
    state = verdict;
    if (verdict === 'answered') over.abort();
  }

  return {
    state: () => state,
    async open(address: LinkAddress): Promise<void> {
      const socket = await bound(address, parts.zones);
      if (socket === undefined) return;
      socket.on('message', hear);
      const toAll = parts.bindsBroadcast ? [beaconGroup4, '255.255.255.255'] : [beaconGroup4];
      const targets = address.family === 'IPv4' ? toAll : [beaconGroup6];
      open.push({ socket, family: address.family, targets });
    },
    /** One fresh question, to everybody on the link and to these addresses of IPv4. */
    send(named: readonly string[]): void {
      const nonce = randomBytes(32);
      const question = { nonce, asker: askerOf(deviceId, nonce) };
      const packet = writeQuestion(question);
      asked.push({ ...question, sentAt: steady() });
      for (const { socket, family, targets } of open)
        for (const target of family === 'IPv4' ? [...targets, ...named] : targets)
          sendQuietly(socket, packet, port, target);
    },
    wait: (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => {}),
    close(): void {
      for (const { socket } of open) socket.close();
    },
  };
}

function sendQuietly(socket: Socket, packet: Buffer, port: number, target: string): void {
  try {
    socket.send(packet, port, target, () => {});
  } catch {
    // No way there just now.
  }
}

/**
 * A socket that sends out of one link alone and takes what is sent to that link's address; undefined: the address
 * is not there any more.
 */
function bound({ address, family, link, zone }: LinkAddress, zones: AskerParts['zones']): Promise<Socket | undefined> {
  const scope = zones === 'by-name' ? link : String(zone);
  const isFour = family === 'IPv4';
  const socket = createSocket(isFour ? 'udp4' : 'udp6');
  return new Promise((resolve) => {
    const giveUp = () => {
      socket.close();
      resolve(undefined);
    };
    socket.once('error', giveUp);
    socket.bind({ port: 0, address: isFour ? address : `${address}%${scope}`, exclusive: true }, () => {
      socket.off('error', giveUp);
      // A send that fails later is told in its own callback.
      socket.on('error', () => {});
      try {
        socket.setMulticastInterface(isFour ? address : `::%${scope}`);
        socket.setMulticastTTL(hops);
        socket.setTTL(hops);
        if (isFour) socket.setBroadcast(true);
        resolve(socket);
      } catch {
        giveUp();
      }
    });
  });
}
