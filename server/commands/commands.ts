import { randomUUID } from 'node:crypto';
import type { CommandView, NewCommand } from '../../shared/api/commands.ts';
import { StatedError } from '../../shared/api/errors.ts';
import { commandKinds, commandOrderSchema } from '../../shared/command/kinds.ts';
import { mayMove } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection, Database } from '../storage/database.ts';
import { addCommand, type Command, findCommand, openCommandsOf, viewsOfCommands, writeMove } from './command-store.ts';
import { moveByDevice, moveByServer } from './moves.ts';

/** What an order needs to know of its device. */
export interface OrderedDevice {
  id: string;
  settingId: string;
  /** 0: never enrolled. */
  epoch: number;
}

interface CommandsParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  deviceOf: (connection: Connection, settingId: string, deviceId: string) => Promise<OrderedDevice | undefined>;
  /** Told after the commit: the command's state is not what it was. */
  changed: (commandId: string) => void;
  /** Told after the commit: the device may have work. */
  nudge: (deviceId: string) => void;
}

export type Commands = ReturnType<typeof createCommands>;

/** The queue in the database is the truth: every move is committed before anybody is told of it. */
export function createCommands({ db, clock, audit, deviceOf, changed, nudge }: CommandsParts) {
  const now = () => instant(clock.now());
  const viewOf = async (command: Command): Promise<CommandView> => {
    const [view] = await viewsOfCommands(db, [command]);
    if (view === undefined) throw new Error(`no view of command ${command.id}`);
    return view;
  };

  const show = async (settingId: string, id: string): Promise<CommandView> => {
    const command = await findCommand(db, id);
    if (command === undefined || command.settingId !== settingId)
      throw new StatedError('not-found', 'There is no such order in your setting.');
    return viewOf(command);
  };

  return {
    show,

    /** Queues an order for a device of the asker's setting. Errors: not-found, conflict (never enrolled). */
    order: async (asker: Asker, deviceId: string, { reason, ...wanted }: NewCommand): Promise<CommandView> => {
      const id = randomUUID();
      const order = commandOrderSchema.parse(wanted);
      await db.transaction(async (transaction) => {
        const device = await deviceOf(transaction, asker.settingId, deviceId);
        if (device === undefined)
          throw new StatedError(
            'not-found',
            'There is no such device in your setting. Look it up in the list of devices.',
          );
        if (device.epoch === 0)
          throw new StatedError(
            'conflict',
            'This device has not been enrolled yet, so nothing can be ordered of it. Run the enrolment link on it first.',
          );
        const createdAt = now();
        await addCommand(transaction, {
          id,
          settingId: device.settingId,
          deviceId: device.id,
          epoch: device.epoch,
          order,
          reason,
          askedBy: asker.name,
          state: 'queued',
          createdAt,
          expiresAt: instant(clock.now() + commandKinds[order.kind].expiresAfterMs),
        });
        await writeMove(transaction, { id, state: 'queued' }, { to: 'queued', at: createdAt, actor: asker.name });
        await audit(transaction, {
          settingId: asker.settingId,
          actor: asker.name,
          action: 'command.ordered',
          subject: id,
          data: { kind: order.kind, deviceId },
        });
      });
      changed(id);
      nudge(deviceId);
      return show(asker.settingId, id);
    },

    /** Cancels an order that waits. One that has left the server cannot be called back: conflict. */
    cancel: async (asker: Asker, id: string): Promise<CommandView> => {
      await db.transaction(async (transaction) => {
        const command = await findCommand(transaction, id);
        if (command === undefined || command.settingId !== asker.settingId)
          throw new StatedError('not-found', 'There is no such order in your setting.');
        if (!mayMove(command.state, 'cancelled'))
          throw new StatedError('conflict', `The order is ${command.state} and can no longer be cancelled.`);
        await moveByServer(transaction, command, { to: 'cancelled', at: now(), actor: asker.name });
        await audit(transaction, {
          settingId: asker.settingId,
          actor: asker.name,
          action: 'command.cancelled',
          subject: id,
        });
      });
      changed(id);
      return show(asker.settingId, id);
    },

    /** What a device says of one of its orders, committed before it is acknowledged. */
    takeMove: async (deviceId: string, message: MoveMessage): Promise<void> => {
      const { command, moved } = await db.transaction((transaction) =>
        moveByDevice(transaction, deviceId, message, now()),
      );
      if (!moved) return;
      changed(command.id);
      nudge(deviceId);
    },

    /** Ends the orders of earlier enrolments, in the transaction of the new one; answers which. They never run. */
    endEarlier: async (connection: Connection, { id, epoch }: { id: string; epoch: number }): Promise<string[]> => {
      const earlier = (await openCommandsOf(connection, [id])).filter((command) => command.epoch !== epoch);
      for (const command of earlier) {
        await moveByServer(connection, command, { to: 'expired', at: now(), actor: 'server', reason: 'wrong-epoch' });
      }
      return earlier.map((command) => command.id);
    },

    /** The open orders of each device, as people see them. */
    openViews: async (connection: Connection, deviceIds: readonly string[]): Promise<Map<string, CommandView[]>> => {
      const views = new Map<string, CommandView[]>(deviceIds.map((id) => [id, []]));
      for (const view of await viewsOfCommands(connection, await openCommandsOf(connection, deviceIds))) {
        views.get(view.deviceId)?.push(view);
      }
      return views;
    },
  };
}
