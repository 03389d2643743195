import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '../instant.ts';
import { type Log, messageOf } from '../log.ts';
import type { BeaconKey } from './key.ts';
import {
  beaconGroup4,
  beaconGroup6,
  beaconPort,
  isOnLink,
  type LinkAddress,
  type LinkList,
  linkAddresses,
} from './on-link.ts';
import { readQuestion, writeAnswer } from './packet.ts';
import { createRate } from './rate.ts';

/** A beacon that could not begin; the message says what to do. */
export class BeaconFault extends Error {
  override readonly name = 'BeaconFault';
  readonly code = 'beacon-fault';
}

export interface Responder {
  /** Listens from now on, also where no network is up yet. Rejects with BeaconFault. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Networks it listens on just now. */
  networks(): number;
}

interface ResponderParts {
  key: BeaconKey;
  clock: Clock;
  /** Milliseconds that only ever rise. */
  steady: () => number;
  log: Log;
  links: () => LinkList;
  /** For tests: another port, and how often the links are looked at. */
  port?: number;
  lookMs?: number;
}

/** A network that came up is listened on within this. */
const linksEveryMs = 15_000;
/** No router passes on what may live for one hop. */
const hops = 1;

/**
 * Answers the fresh questions of devices on the same network.
 *
 * INVARIANTS
 * - only a sender on the network of one of this computer's own links is answered, by one packet that dies at the
 *   first router and is no longer than the question;
 * - whatever is no question is not answered, counted or logged.
 */
export function createResponder(parts: ResponderParts): Responder {
  const { key, clock, steady, log, links, port = beaconPort, lookMs = linksEveryMs } = parts;
  const mayAnswer = createRate(steady);
  let sockets: Socket[] = [];
  let own: LinkAddress[] = [];
  let timer: NodeJS.Timeout | undefined;

  function hear(socket: Socket, packet: Buffer, sender: RemoteInfo): void {
    const question = readQuestion(packet);
    if (question === undefined || !isOnLink(sender.address, own) || !mayAnswer(sender.address, question.nonce)) return;
    socket.send(writeAnswer(question, key, clock.now()), sender.port, sender.address, (error) => {
      if (error) log.debug('beacon-answer-not-sent', { error: error.message });
    });
  }

  function look(): void {
    const before = own.length;
    own = linkAddresses(links());
    for (const socket of sockets) join(socket, own);
    if (own.length !== before) log.info('beacon-networks', { count: own.length });
  }

  return {
    networks: () => new Set(own.map(({ link }) => link)).size,
    async start() {
      const opened = await openBoth(port);
      sockets = opened;
      for (const socket of opened) {
        socket.on('error', (error) => log.warn('beacon-trouble', { error: error.message }));
        socket.on('message', (packet, sender) => hear(socket, packet, sender));
        socket.setTTL(hops);
      }
      look();
      timer = setInterval(look, lookMs);
      log.info('beacon-started', { port });
    },
    async stop() {
      clearInterval(timer);
      const closing = sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve())));
      sockets = [];
      await Promise.all(closing);
    },
  };
}

async function openBoth(port: number): Promise<Socket[]> {
  const four = await open('udp4', port).catch((error: unknown) => {
    throw new BeaconFault(describe(error, port), { cause: error });
  });
  // A computer without IPv6 is a beacon all the same.
  const six = await open('udp6', port).catch(() => undefined);
  return six === undefined ? [four] : [four, six];
}

function open(type: 'udp4' | 'udp6', port: number): Promise<Socket> {
  const socket = createSocket({ type, ipv6Only: type === 'udp6' });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function describe(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `UDP port ${port} is already in use, perhaps by another beacon or a Hometime server that answers as one on this computer. One is enough: stop the other, or leave this one.`;
  if (code === 'EACCES' || code === 'EPERM') return `UDP port ${port} may not be opened by this user.`;
  return `UDP port ${port} could not be opened: ${messageOf(error)}`;
}

/** Joining twice is refused by the system and does no harm; a link that went and came back is joined anew. */
function join(socket: Socket, addresses: readonly LinkAddress[]): void {
  const isFour = socket.address().family === 'IPv4';
  for (const { family, address, link, zone } of addresses) {
    if (isFour !== (family === 'IPv4')) continue;
    const ways = isFour ? [address] : [`::%${link}`, `::%${zone}`];
    for (const way of ways) {
      try {
        socket.addMembership(isFour ? beaconGroup4 : beaconGroup6, way);
        break;
      } catch {
        // Joined already, or the system names its links the other way.
      }
    }
  }
}
