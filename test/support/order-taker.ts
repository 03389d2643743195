import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Envelope, sealOrder } from '../../shared/command/envelope.ts';
import type { CommandOrder } from '../../shared/command/kinds.ts';
import { isFinal } from '../../shared/command/life.ts';
import { instant } from '../../shared/instant.ts';
import { type MoveMessage, moveMessageSchema } from '../../shared/wire/messages.ts';
import { bundleProgram } from './bundle.ts';
import { until } from './processes.ts';

/** Where it runs. Scripts run as root. */
export interface TakerHost {
  must(script: string, options?: { input?: string; timeoutMs?: number }): Promise<string>;
}

interface TakerOptions {
  resourceFolder?: string;
  /** A verb of cryptsetup: from its first call on everything stands still. */
  hold?: 'erase' | 'luksDump';
}

/** The obeying part of an agent on a real system, with a stand-in for its server. */
export interface OrderTaker {
  /** Starts it, again after a restart. Each start is told every move anew that it makes. */
  start(options?: TakerOptions): Promise<void>;
  stop(): Promise<void>;
  seal(order: CommandOrder): Envelope;
  take(envelope: Envelope): Promise<void>;
  /** What the server was told since the start. */
  moves(): Promise<MoveMessage[]>;
  /** Resolves when the server was told an outcome and nothing is carried out; with all it was told. */
  untilTold(): Promise<MoveMessage[]>;
  /** Waits until the held call was made. */
  untilHeld(): Promise<void>;
}

const program = '/opt/hometime/order-taker.cjs';
const out = '/run/order-taker.log';

/** Lays the program there; it stays over a restart. */
export async function layOrderTaker(host: TakerHost): Promise<OrderTaker> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const identity = { deviceId: randomUUID(), epoch: 1, commandKey: publicKey };
  await host.must(`cat > ${program} && sync`, { input: await bundleProgram('test/support/order-taker.mjs') });

  async function ask(line: string): Promise<MoveMessage[]> {
    const script = 'exec 3<>/dev/tcp/127.0.0.1/7070; cat >&3; cat <&3';
    const answer = await host.must(`bash -c '${script}'`, { input: `${line}\n`, timeoutMs: 120_000 });
    return z.array(moveMessageSchema).parse(JSON.parse(answer));
  }
  async function untilSaid(what: string, word: string): Promise<void> {
    const isSaid = async () => ((await host.must(`grep -c '^${word}' ${out} || :`)) !== '0' ? true : undefined);
    await until(what, isSaid, { withinMs: 90_000, everyMs: 200 }).catch(async (error: unknown) => {
      throw new Error(await host.must(`cat ${out}`), { cause: error });
    });
  }

  return {
    async start(options = {}) {
      const given = JSON.stringify({ identity, resourceFolder: null, ...options });
      await host.must('cat > /run/order-taker.json', { input: given });
      await host.must(
        `setsid node ${program} "$(cat /run/order-taker.json)" >${out} 2>&1 </dev/null & echo $! >${out}.pid`,
      );
      await untilSaid('the taker of orders', 'listening');
    },
    async stop() {
      await host.must(`kill -KILL $(cat ${out}.pid)`);
    },
    seal: (order) =>
      sealOrder(
        {
          ...{ id: randomUUID(), deviceId: identity.deviceId, epoch: identity.epoch, order },
          issuedAt: instant(Date.now()),
          expiresAt: instant(Date.now() + 86_400_000),
        },
        privateKey,
      ),
    take: async (envelope) => void (await ask(`take ${JSON.stringify(envelope)}`)),
    moves: () => ask('moves'),
    async untilTold() {
      const isTold = async () => {
        const moves = await ask('idle');
        return moves.some(({ to }) => isFinal(to)) ? moves : undefined;
      };
      return (await until('the outcome at the server', isTold, { withinMs: 120_000, everyMs: 200 })).value;
    },
    untilHeld: () => untilSaid('the call that is held', 'held'),
  };
}
