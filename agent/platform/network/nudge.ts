import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a neighbour on the same network may take to say who it is. */
const answerMs = 300;
const discardPort = 9;

/**
 * Sends one packet to the gateway's discard port, so that the system must find
 * out its hardware address, and waits for that. Never throws.
 */
export async function nudge(address: string): Promise<void> {
  const socket = createSocket(isIPv6(address.replace(/%.*$/, '')) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => {
    socket.once('error', () => resolve());
    try {
      socket.send(Buffer.alloc(1), discardPort, address, () => resolve());
    } catch {
      resolve();
    }
  });
  await sleep(answerMs);
  socket.close();
}
