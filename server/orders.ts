import { StatedError } from '../shared/api/errors.ts';
import { type Clock, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { isDeviceName } from '../shared/names.ts';
import type { Audit } from './audit/audit.ts';
import { createApprovals } from './commands/approvals.ts';
import type { Approvers } from './commands/approvers.ts';
import { createBatches } from './commands/batches.ts';
import type { Command } from './commands/command-rows.ts';
import { type CommandsParts, createCommands } from './commands/commands.ts';
import { createMoveIntake, type Departure } from './commands/move-intake.ts';
import { mustNotBeHeld, type Ordering } from './commands/order-guards.ts';
import { createOrdersOut } from './commands/orders-out.ts';
import { createQueueEnds, type QueueEnds } from './commands/queue-ends.ts';
import { commandRoutes } from './commands/routes.ts';
import { createWipeWatch } from './commands/wipe-watch.ts';
import { type Device, findDeviceOf, markRetired } from './devices/device-store.ts';
import { createMatchingDevices } from './devices/matching-devices.ts';
import type { Enrolment } from './enrolment/enrolment.ts';
import { holdsOnDevices } from './holds/hold-store.ts';
import { createHolds } from './holds/holds.ts';
import { strictestWipeApproval } from './policy/policy-store.ts';
import type { Presence } from './realtime/presence.ts';
import type { Security } from './security/security.ts';
import type { Connection, Database } from './storage/database.ts';

interface OrdersParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  presence: Presence;
  security: Security;
  administratorsOf: CommandsParts['administratorsOf'];
  spendConfirmation: CommandsParts['spendConfirmation'];
  approvers: Approvers;
  revoke: Enrolment['revokeWithin'];
  /** Ends what was found wrong with a device that leaves; answers the incidents it touched. */
  endFindings: (connection: Connection, deviceId: string) => Promise<string[]>;
  isConnected: (deviceId: string) => boolean;
  /** Told after each commit. */
  told: OrdersTold;
}

export interface OrdersTold {
  commandsChanged: (ids: Iterable<string>) => void;
  incidentsChanged: (ids: Iterable<string>) => void;
  nudge: (deviceIds: Iterable<string>) => void;
  hand: CommandsParts['hand'];
  sealAhead: CommandsParts['sealAhead'];
  /** Its view is not what it was. */
  devicesChanged: (place: { settingId: string; deviceId: string | null }) => void;
  /** It left the fleet: its certificate is worth nothing any more. */
  deviceLeft: (deviceId: string) => void;
}

export type Orders = ReturnType<typeof createOrders>;

/** Joins orders with devices, holds, certificates and security events: the features know nothing of one another. */
export function createOrders(parts: OrdersParts) {
  const { db, clock, log, audit, presence, security, told } = parts;
  const out = createOrdersOut();
  const common = {
    db,
    clock,
    audit,
    deviceOf: findDeviceOf,
    holdsOf: holdsOnDevices,
    spendConfirmation: parts.spendConfirmation,
    changed: told.commandsChanged,
    nudge: told.nudge,
    out,
    hand: told.hand,
    sealAhead: told.sealAhead,
    isConnected: parts.isConnected,
    approvers: parts.approvers,
  };
  const commands = createCommands({
    ...common,
    wipeApprovalOf: strictestWipeApproval,
    administratorsOf: parts.administratorsOf,
  });
  const approvals = createApprovals({ ...common, show: commands.show });
  const batches = createBatches({
    ...common,
    awaitsApproval: commands.awaitsApproval,
    matching: createMatchingDevices({ presenceOf: presence.of }),
  });
  const ends = createQueueEnds(common);
  const { leave, retire } = createDepartures(parts, ends);

  const departed = (deviceId: string, { commandIds, incidentIds }: Departure): void => {
    told.commandsChanged(commandIds);
    told.incidentsChanged(incidentIds);
    told.deviceLeft(deviceId);
  };

  const intake = createMoveIntake({
    db,
    clock,
    log,
    audit,
    out,
    notice: security.note,
    leave: (connection, command) => leave(connection, causeOf(command, { wiped: false })),
    taken: ({ commandIds, incidentIds, nudged, left, eventIds }) => {
      told.commandsChanged(commandIds);
      told.incidentsChanged(incidentIds);
      for (const id of left) told.deviceLeft(id);
      security.noted(eventIds);
      told.nudge(nudged);
    },
  });
  const wipeWatch = createWipeWatch({
    db,
    clock,
    log,
    audit,
    silentForMs: presence.silentForMs,
    leave: (connection, command) => leave(connection, causeOf(command, { wiped: true })),
    wiped: departed,
  });

  const holds = createHolds({
    db,
    clock,
    audit,
    deviceExists: async (connection, settingId, id) => (await findDeviceOf(connection, settingId, id)) !== undefined,
    cancelHeld: ends.cancelHeld,
    changed: (place, cancelled) => {
      told.commandsChanged(cancelled);
      told.devicesChanged(place);
    },
  });

  return {
    openViews: commands.openViews,
    setHold: holds.set,
    ends,
    intake,
    wipeWatch,
    approvers: parts.approvers,
    routes: {
      ...commandRoutes({
        db,
        commands,
        approvals,
        batches,
        ends,
        deviceOf: findDeviceOf,
        changed: told.commandsChanged,
      }),
      ...holds.routes,
    },
    /** Takes a device out of the fleet that will not come back to be told. Errors: not-found, conflict, not-valid. */
    retire: async (ordering: Ordering, wanted: { deviceId: string; deviceName: string; reason: string }) => {
      const departure = await db.transaction((transaction) => retire(transaction, ordering, wanted));
      departed(wanted.deviceId, departure);
    },
  };
}

interface Leaving {
  settingId: string;
  deviceId: string;
  wiped: boolean;
  by: string;
  because: string;
}

function causeOf({ settingId, deviceId, askedBy, reason }: Command, { wiped }: { wiped: boolean }): Leaving {
  return { settingId, deviceId, wiped, by: askedBy, because: reason };
}

/** How a device leaves the fleet: all of it in one transaction, and its history stays. */
function createDepartures(
  { clock, audit, revoke, endFindings, spendConfirmation }: OrdersParts,
  { endAll, mustHaveNoneThatDestroys }: QueueEnds,
) {
  const leave = async (connection: Connection, leaving: Leaving): Promise<Departure> => {
    const { settingId, deviceId, wiped, by, because } = leaving;
    const commandIds = await endAll(connection, deviceId);
    const incidentIds = await endFindings(connection, deviceId);
    await revoke(connection, { settingId, deviceId, because: wiped ? 'wiped' : 'retired', by });
    await markRetired(connection, deviceId, { at: instant(clock.now()), wiped });
    const action = wiped ? 'device.wiped' : 'device.retired';
    await audit(connection, { settingId, actor: by, action, subject: deviceId, data: { stated: because } });
    return { commandIds, incidentIds };
  };

  const retire = async (
    connection: Connection,
    ordering: Ordering,
    { deviceId, deviceName, reason }: { deviceId: string; deviceName: string; reason: string },
  ): Promise<Departure> => {
    const { settingId, name: by } = ordering.asker;
    const device: Device | undefined = await findDeviceOf(connection, settingId, deviceId);
    if (device === undefined)
      throw new StatedError('not-found', 'There is no such device in your setting. Look it up in the list of devices.');
    if (device.retiredAt !== null) throw new StatedError('conflict', 'This device has left the fleet already.');
    if (!isDeviceName(deviceName, device.name))
      throw new StatedError(
        'not-valid',
        'Type the device’s name exactly as it is shown, so that it is the right one.',
        {
          fields: { deviceName: 'is not the name of this device' },
        },
      );
    await mustHaveNoneThatDestroys(connection, deviceId);
    mustNotBeHeld((await holdsOnDevices(connection, [device])).get(deviceId), 'retire');
    await spendConfirmation(connection, ordering);
    return leave(connection, { settingId, deviceId, wiped: false, by, because: reason });
  };

  return { leave, retire };
}
