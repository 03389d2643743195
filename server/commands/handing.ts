import { createPrivateKey } from 'node:crypto';
import { type Envelope, sealOrder, sealOrderAside } from '../../shared/command/envelope.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Command } from './command-rows.ts';

/** What of an order its device is told. */
export type Offered = Pick<Command, 'id' | 'deviceId' | 'epoch' | 'expiresAt' | 'queuedAt' | 'createdAt' | 'order'>;

interface HandingParts {
  log: Log;
  /** The server's Ed25519 key, PEM. */
  signingKey: string;
  /** Hands an envelope to the device's socket: a nudge that may be lost. */
  send: (deviceId: string, envelope: Envelope) => void;
}

/** Signed at once in other threads; so many envelopes leave in one go, some milliseconds of the event loop. */
const signedTogether = 25;

/** Signs orders and hands them to their devices' sockets, in the order given. What is handed over here was committed as sent. */
export function createHanding({ log, signingKey, send }: HandingParts) {
  const key = createPrivateKey(signingKey);
  /** Signed before they were handed over; those that never are go with their order. */
  const sealed = new WeakMap<Offered, Envelope>();
  let handing: Promise<void> = Promise.resolve();

  const handAll = async (commands: readonly Offered[]): Promise<void> => {
    // One is signed sooner here than another thread is woken.
    if (commands.length === 1)
      for (const one of commands) return send(one.deviceId, sealed.get(one) ?? sealOrder(orderOf(one), key));
    for (let from = 0; from < commands.length; from += signedTogether) {
      const some = commands.slice(from, from + signedTogether);
      const envelopes = await Promise.all(some.map((one) => sealOrderAside(orderOf(one), key)));
      for (const [index, { deviceId }] of some.entries()) {
        const envelope = envelopes[index];
        if (envelope !== undefined) send(deviceId, envelope);
      }
    }
  };

  return {
    /** Signs an order that is being committed, while the disk is waited for: it leaves sooner, and only if it is handed over. */
    sealAhead: (one: Offered): void => {
      setImmediate(() => sealed.set(one, sealOrder(orderOf(one), key)));
    },
    /** Resolves when they have left; never rejects. */
    hand: (commands: readonly Offered[]): Promise<void> => {
      handing = handing
        .then(() => handAll(commands))
        .catch((error: unknown) => log.error('delivery.failed', { count: commands.length, error: messageOf(error) }));
      return handing;
    },
    stop: (): Promise<void> => handing,
  };
}

function orderOf({ id, deviceId, epoch, queuedAt, createdAt, expiresAt, order }: Offered) {
  return { id, deviceId, epoch, issuedAt: queuedAt ?? createdAt, expiresAt, order };
}
