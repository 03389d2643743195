import { StatedError } from '../../shared/api/errors.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker, SignedIn } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Touched } from '../storage/touched.ts';
import { changeDevice, type Device, findDeviceOf, nameTaken, pageOfDevices } from './device-store.ts';
import type { DeviceViews } from './device-views.ts';
import { pageOfChanges } from './reading-store.ts';

interface DeviceRoutesParts {
  db: Database;
  views: DeviceViews;
  audit: Audit;
  /** Judges the device again, inside the change that made it necessary; answers what is to be told after the commit. */
  judge: (connection: Connection, deviceId: string) => Promise<Touched>;
  /** Told after the commit. */
  changed: (touched: Touched) => void;
  /** Takes a device out of the fleet, with all that hangs on it. */
  retire: (
    ordering: { asker: Asker; session: SignedIn | undefined },
    wanted: { deviceId: string; deviceName: string; reason: string },
  ) => Promise<void>;
}

export function deviceRoutes({ db, views, audit, judge, changed, retire }: DeviceRoutesParts) {
  const viewOf = async (device: Device) => {
    const [view] = await views(db, [device]);
    if (view === undefined) throw new Error(`no view of device ${device.id}`);
    return view;
  };
  return {
    listDevices: async ({ asker, query }) => {
      const { items, nextCursor } = await pageOfDevices(db, asker.settingId, query);
      return { items: await views(db, items), nextCursor };
    },
    showDevice: async ({ asker, params }) => viewOf(await wanted(db, asker, params)),
    listChanges: async ({ asker, params, query }) => pageOfChanges(db, (await wanted(db, asker, params)).id, query),
    changeDevice: async ({ asker, params, body }) => {
      const { id, retiredAt } = await wanted(db, asker, params);
      if (retiredAt !== null)
        throw new StatedError('conflict', 'This device has left the fleet: what is known of it stays as it is.');
      const touched = await db.transaction(async (transaction) => {
        if (body.name !== undefined && (await nameTaken(transaction, asker.settingId, body.name, id))) {
          throw new StatedError('conflict', `Another device is called "${body.name}". Choose a different name.`, {
            fields: { name: 'is taken' },
          });
        }
        await changeDevice(transaction, id, body);
        await audit(transaction, {
          settingId: asker.settingId,
          actor: asker.name,
          action: 'device.changed',
          subject: id,
          data: { fields: Object.keys(body).join(' ') },
        });
        return judge(transaction, id);
      });
      changed(touched);
      return viewOf(await wanted(db, asker, params));
    },
    retireDevice: async ({ asker, session, params, body }) => {
      await retire({ asker, session }, { deviceId: params.id ?? '', ...body });
      return viewOf(await wanted(db, asker, params));
    },
  } satisfies Partial<Handlers>;
}

/** The device a request names, when the asker's setting has it. */
export async function wanted(connection: Connection, asker: Asker, params: Record<string, string>): Promise<Device> {
  const device = await findDeviceOf(connection, asker.settingId, params.id ?? '');
  if (device === undefined)
    throw new StatedError('not-found', 'There is no such device in your setting. Look it up in the list of devices.');
  return device;
}
