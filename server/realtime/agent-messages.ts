import { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { idSchema } from '../../shared/names.ts';
import {
  type Done,
  type FarewellMessage,
  type Hello,
  type MoveMessage,
  type MovesMessage,
  type MovesTaken,
  mostMovesAtOnce,
  moveMessageSchema,
  protocolVersion,
  type ReportMessage,
  type Welcome,
} from '../../shared/wire/messages.ts';

/** The device behind a connection, as its certificate proves it. */
export interface AgentPeer {
  deviceId: string;
  settingId: string;
  epoch: number;
}

interface AgentMessagesParts {
  clock: Clock;
  /** Writes down what the device says of itself; answers the highest report sequence stored. */
  noteHello: (deviceId: string, said: Pick<Hello, 'platform' | 'observeMode' | 'forbids'>) => Promise<number>;
  takeReport: (deviceId: string, report: ReportMessage) => Promise<void>;
  takeMove: (peer: AgentPeer, move: MoveMessage) => Promise<void>;
  /** Several moves, in one commit; answers those that will never be taken. */
  takeMoves: (peer: AgentPeer, moves: readonly MoveMessage[]) => Promise<MovesTaken['refused']>;
  /** A move of which only the order's id could be read. */
  takeGarbledMove: (peer: AgentPeer, commandId: string | undefined) => Promise<void>;
  /** The device's agent ends, and says why. */
  takeFarewell: (deviceId: string, farewell: FarewellMessage) => Promise<void>;
  /** The device is ready for orders. */
  came: (deviceId: string) => Promise<void>;
  /** How many agents are connected: decides how far their first reports are spread. */
  connected: () => number;
}

export type AgentMessages = ReturnType<typeof createAgentMessages>;

/** What is read of a move that has not the shape. */
const garbledSchema = z.object({ commandId: idSchema });
const manySchema = z.object({ moves: z.array(z.unknown()).min(1).max(mostMovesAtOnce) });

/** Two milliseconds for each connected agent: ten thousand that come back at once speak over twenty seconds. */
const spreadPerAgentMs = 2;

/** What the server does with each message of an agent. The peer is the certificate's; what a message claims is checked against it. */
export function createAgentMessages(parts: AgentMessagesParts) {
  const { clock, noteHello, takeReport, takeMove, takeMoves, takeGarbledMove, takeFarewell, came, connected } = parts;
  const greeted = new Set<string>();

  const mustHaveGreeted = (socketId: string): void => {
    if (!greeted.has(socketId))
      throw new StatedError('hello-first', 'Say hello first: the server must know the protocol and the enrolment.');
  };
  const mustBeEpoch = (peer: AgentPeer, epoch: number): void => {
    if (epoch === peer.epoch) return;
    throw new StatedError(
      'wrong-epoch',
      'The certificate belongs to another enrolment than the message says. Enrol the device again with a new link.',
    );
  };

  return {
    hello: async (socketId: string, peer: AgentPeer, hello: Hello): Promise<Welcome> => {
      if (hello.protocol !== protocolVersion) {
        const advice = hello.protocol > protocolVersion ? 'Update the server.' : 'Update the agent.';
        throw new StatedError(
          'protocol-not-supported',
          `This server speaks protocol ${protocolVersion}, the agent ${hello.protocol}. ${advice}`,
        );
      }
      mustBeEpoch(peer, hello.epoch);
      const lastSequence = await noteHello(peer.deviceId, hello);
      greeted.add(socketId);
      // After the answer has left, so that the agent knows the server's time before the first order.
      setImmediate(() => void came(peer.deviceId));
      return {
        time: instant(clock.now()),
        lastSequence,
        reportAfterMs: Math.floor(Math.random() * connected() * spreadPerAgentMs),
      };
    },
    report: async (socketId: string, peer: AgentPeer, report: ReportMessage): Promise<Done> => {
      mustHaveGreeted(socketId);
      mustBeEpoch(peer, report.epoch);
      await takeReport(peer.deviceId, report);
      return {};
    },
    move: async (socketId: string, peer: AgentPeer, move: MoveMessage): Promise<Done> => {
      mustHaveGreeted(socketId);
      await takeMove(peer, move);
      return {};
    },
    moves: async (socketId: string, peer: AgentPeer, { moves }: MovesMessage): Promise<MovesTaken> => {
      mustHaveGreeted(socketId);
      return { refused: await takeMoves(peer, moves) };
    },
    farewell: async (socketId: string, peer: AgentPeer, farewell: FarewellMessage): Promise<Done> => {
      mustHaveGreeted(socketId);
      mustBeEpoch(peer, farewell.epoch);
      await takeFarewell(peer.deviceId, farewell);
      return {};
    },
    /** A move that has not the shape: the order it names, or else the one with the device, fails; it could never have another one. */
    garbledMove: async (socketId: string, peer: AgentPeer, received: unknown): Promise<void> => {
      const id = garbledSchema.safeParse(received).data?.commandId;
      if (greeted.has(socketId)) await takeGarbledMove(peer, id);
    },
    /** Moves of which at least one has not the shape: those before it count, and its order fails as with one by itself. */
    garbledMoves: async (socketId: string, peer: AgentPeer, received: unknown): Promise<void> => {
      if (!greeted.has(socketId)) return;
      const each: readonly unknown[] = manySchema.safeParse(received).data?.moves ?? [undefined];
      for (const one of each) {
        const move = moveMessageSchema.safeParse(one);
        if (!move.success) return takeGarbledMove(peer, garbledSchema.safeParse(one).data?.commandId);
        await takeMoves(peer, [move.data]);
      }
    },
    left: (socketId: string): void => {
      greeted.delete(socketId);
    },
  };
}
