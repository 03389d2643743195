import { StatedError } from '../../shared/api/errors.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Database } from '../storage/database.ts';
import { pageOfCommands } from './command-store.ts';
import type { Commands, OrderedDevice } from './commands.ts';

interface CommandRoutesParts {
  db: Database;
  commands: Commands;
  deviceOf: (settingId: string, deviceId: string) => Promise<OrderedDevice | undefined>;
}

export function commandRoutes({ db, commands, deviceOf }: CommandRoutesParts) {
  return {
    orderCommand: async ({ asker, params, body }) => commands.order(asker, params.id ?? '', body),
    cancelCommand: async ({ asker, params }) => commands.cancel(asker, params.id ?? ''),
    showCommand: async ({ asker, params }) => commands.show(asker.settingId, params.id ?? ''),
    listCommands: async ({ asker, params, query }) => {
      const device = await deviceOf(asker.settingId, params.id ?? '');
      if (device === undefined)
        throw new StatedError(
          'not-found',
          'There is no such device in your setting. Look it up in the list of devices.',
        );
      return pageOfCommands(db, device.id, query);
    },
  } satisfies Partial<Handlers>;
}
