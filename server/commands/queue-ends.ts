import { StatedError } from '../../shared/api/errors.ts';
import { heldKinds } from '../../shared/command/kinds.ts';
import { inFlightStates, type OutcomeReason } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { type Approvers, settleAwaiting } from './approvers.ts';
import { type Command, openCommandsOf, openDestructiveOf, waitingCommandsIn } from './command-rows.ts';
import { type StoredMove, writeMoves } from './command-writes.ts';
import { isWaiting } from './commands.ts';

interface QueueEndsParts {
  clock: Clock;
  audit: Audit;
  approvers: Pick<Approvers, 'settled'>;
}

/**
 * Ends of orders that follow from something else, in its transaction: a new enrolment, a hold, a
 * device that leaves, a queue that is cleared. Each answers the ids of the orders it ended.
 */
export function createQueueEnds({ clock, audit, approvers }: QueueEndsParts) {
  const end = async (
    connection: Connection,
    commands: readonly Command[],
    moveOf: (command: Command) => Pick<StoredMove, 'to' | 'actor' | 'reason'>,
  ): Promise<string[]> => {
    const at = instant(clock.now());
    await writeMoves(
      connection,
      audit,
      commands.map((command) => ({ command, move: { ...moveOf(command), at } })),
    );
    await settleAwaiting(approvers, connection, commands);
    return commands.map((command) => command.id);
  };

  return {
    /** `conflict` while an order that destroys is open: the device must not slip away from under it. */
    mustHaveNoneThatDestroys: async (connection: Connection, deviceId: string): Promise<void> => {
      const open = await openDestructiveOf(connection, deviceId);
      if (open === undefined) return;
      const advice = isWaiting(open) ? 'Cancel it first.' : 'Wait for its outcome.';
      throw new StatedError(
        'conflict',
        `An order "${open.order.kind}" is open on this device (${open.state}): until it has ended, the device can neither leave nor be enrolled anew. ${advice}`,
      );
    },

    /** Orders of earlier enrolments: they never run. */
    endEarlier: async (connection: Connection, { id, epoch }: { id: string; epoch: number }): Promise<string[]> => {
      const earlier = (await openCommandsOf(connection, [id])).filter((command) => command.epoch !== epoch);
      return end(connection, earlier, () => ({ to: 'expired', actor: 'server', reason: 'wrong-epoch' }));
    },

    /** Orders that a hold refuses and that have not left. */
    cancelHeld: async (
      connection: Connection,
      place: { settingId: string; deviceId: string | null },
      by: string,
    ): Promise<string[]> => {
      const waiting = await waitingCommandsIn(connection, place, heldKinds);
      return end(connection, waiting, () => ({ to: 'cancelled', actor: by, reason: 'held' }));
    },

    /** Every order of a device that left: what waited is cancelled, what was with it gets no answer any more. */
    endAll: async (connection: Connection, deviceId: string): Promise<string[]> => {
      const open = await openCommandsOf(connection, [deviceId]);
      const noAnswer: OutcomeReason = 'no-answer';
      return end(connection, open, (command) =>
        isWaiting(command)
          ? { to: 'cancelled', actor: 'server' }
          : { to: 'expired', actor: 'server', reason: noAnswer },
      );
    },

    /** Everything of a device that has not left is cancelled; what is with it goes on. */
    clear: async (
      connection: Connection,
      { deviceId, asker, reason }: { deviceId: string; asker: Asker; reason: string },
    ): Promise<{ cancelled: string[]; withDevice: string[] }> => {
      const open = await openCommandsOf(connection, [deviceId]);
      const cancelled = await end(connection, open.filter(isWaiting), () => ({ to: 'cancelled', actor: asker.name }));
      const { settingId, name: actor } = asker;
      const data = { stated: reason, count: cancelled.length };
      await audit(connection, { settingId, actor, action: 'queue.cleared', subject: deviceId, data });
      const withDevice = open.filter(({ state }) => inFlightStates.includes(state)).map(({ id }) => id);
      return { cancelled, withDevice };
    },
  };
}

export type QueueEnds = ReturnType<typeof createQueueEnds>;
