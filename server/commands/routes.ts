import { StatedError } from '../../shared/api/errors.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { createApprovals } from './approvals.ts';
import type { createBatches } from './batches.ts';
import { pageOfCommands } from './command-views.ts';
import type { Commands } from './commands.ts';
import type { OrderedDevice } from './order-guards.ts';
import type { QueueEnds } from './queue-ends.ts';

interface CommandRoutesParts {
  db: Database;
  commands: Commands;
  approvals: ReturnType<typeof createApprovals>;
  batches: ReturnType<typeof createBatches>;
  ends: QueueEnds;
  deviceOf: (connection: Connection, settingId: string, deviceId: string) => Promise<OrderedDevice | undefined>;
  /** Told after the commit. */
  changed: (commandIds: Iterable<string>) => void;
}

export function commandRoutes({ db, commands, approvals, batches, ends, deviceOf, changed }: CommandRoutesParts) {
  const wanted = async (connection: Connection, settingId: string, id: string | undefined): Promise<OrderedDevice> => {
    const device = await deviceOf(connection, settingId, id ?? '');
    if (device === undefined)
      throw new StatedError('not-found', 'There is no such device in your setting. Look it up in the list of devices.');
    return device;
  };
  return {
    orderCommand: async (asked) => commands.order(asked, asked.params.id ?? '', asked.body),
    cancelCommand: async (asked) => commands.cancel(asked, asked.params.id ?? ''),
    showCommand: async ({ asker, params }) => commands.show(asker.settingId, params.id ?? ''),
    listCommands: async ({ asker, params, query }) => {
      const { id: deviceId } = await wanted(db, asker.settingId, params.id);
      return pageOfCommands(db, { deviceId }, query);
    },
    clearQueue: async ({ asker, params, body: { reason } }) => {
      const cleared = await db.transaction(async (transaction) => {
        const { id: deviceId } = await wanted(transaction, asker.settingId, params.id);
        return ends.clear(transaction, { deviceId, asker, reason });
      });
      changed(cleared.cancelled);
      return cleared;
    },
    approveCommand: async (asked) => approvals.approve(asked, asked.params.id ?? ''),
    declineCommand: async (asked) => approvals.decline(asked, asked.params.id ?? '', asked.body.reason),
    listApprovals: async ({ asker, query }) => pageOfCommands(db, { awaitingIn: asker.settingId }, query),
    previewBatch: async (asked) => batches.preview(asked, asked.body),
    orderBatch: async (asked) => batches.order(asked, asked.body),
  } satisfies Partial<Handlers>;
}
