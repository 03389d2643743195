import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type BatchPreview,
  type BatchQuestion,
  type batchAnswerSchema,
  type batchRowSchema,
  type DeviceFilter,
  mostAtOnce,
  type NewBatch,
} from '../../shared/api/batches.ts';
import { StatedError } from '../../shared/api/errors.ts';
import { type CommandKind, isDestructive } from '../../shared/command/kinds.ts';
import { systemLimit } from '../../shared/command/system-limits.ts';
import { instant } from '../../shared/instant.ts';
import { plainName } from '../../shared/names.ts';
import type { Connection } from '../storage/database.ts';
import { MovedMeanwhile } from '../storage/written.ts';
import { type Command, openCommandsOf } from './command-rows.ts';
import { addCommands, type NewCommand } from './command-writes.ts';
import { beginning, type Commands, type CommandsParts, supersede, supersededAmong } from './commands.ts';
import {
  isHeldBack,
  isNamed,
  isPlain,
  isSingle,
  mustBeAllowed,
  mustHaveTheRole,
  type OrderedDevice,
  type Ordering,
} from './order-guards.ts';

type BatchesParts = Omit<CommandsParts, 'deviceOf' | 'wipeApprovalOf' | 'administratorsOf'> &
  Pick<Commands, 'awaitsApproval'> & {
    /** The devices of the setting's fleet that a filter names, by name. */
    matching: (connection: Connection, settingId: string, filter: DeviceFilter) => Promise<OrderedDevice[]>;
  };

type BatchRow = z.infer<typeof batchRowSchema>;
type BatchAnswer = z.infer<typeof batchAnswerSchema>;

/** One device of a batch, and what would become of the order there. */
interface Planned {
  device: OrderedDevice;
  row: BatchRow;
}

/** What is being given. */
interface Giving {
  ordering: Ordering;
  batch: NewBatch;
  batchId: string;
  /** The id of each device's order. */
  orderIds: ReadonlyMap<string, string>;
}

/** Orders of one commit. */
interface Given {
  begun: NewCommand[];
  superseded: readonly Command[];
  leaving: readonly NewCommand[];
}

/** Devices the dry run names. */
const mostNamed = 500;
/** Orders a commit: a few dozen milliseconds in which nobody else can write. */
const ordersAtOnce = 500;

/** The same order for many devices, shown before it is given. */
export function createBatches(parts: BatchesParts) {
  const { db, clock, audit, changed, nudge } = parts;

  const plan = async (
    connection: Connection,
    settingId: string,
    { filter, order }: BatchQuestion,
  ): Promise<Planned[]> => {
    const devices = await parts.matching(connection, settingId, filter);
    const holds = isHeldBack(order.kind) ? await parts.holdsOf(connection, devices) : new Map<string, unknown>();
    return devices.map((device) => {
      const why = obstacle(device, order.kind, holds.has(device.id));
      const reachable = parts.isConnected(device.id) ? 'now' : 'later';
      const will = why === null ? reachable : 'refused';
      return { device, row: { deviceId: device.id, deviceName: device.name, will, why } };
    });
  };

  /**
   * The devices of a plan that would take the order still; what was planned may be outdated. Of what destroys all
   * or nothing, as it was shown and named: a hold may have been set since. Errors: fleet-changed.
   */
  const stillAble = async (
    connection: Connection,
    settingId: string,
    kind: CommandKind,
    planned: readonly Planned[],
  ): Promise<OrderedDevice[]> => {
    const ids = planned.map(({ device }) => device.id);
    const present = new Map((await parts.matching(connection, settingId, { ids })).map((one) => [one.id, one]));
    const holds = isHeldBack(kind)
      ? await parts.holdsOf(connection, [...present.values()])
      : new Map<string, unknown>();
    const able = planned.flatMap(({ device }) => {
      const now = present.get(device.id);
      if (now?.epoch !== device.epoch || (isNamed(kind) && now.name !== device.name)) return [];
      return obstacle(now, kind, holds.has(now.id)) === null ? [now] : [];
    });
    if (isDestructive(kind) && able.length < planned.length) throw fleetChanged();
    return able;
  };

  /**
   * Orders of one commit that take nothing away, for devices in touch with nothing else to do: one statement, which
   * writes nothing unless all of them are as they were planned, and idle. undefined: some are not.
   */
  const orderIdle = async (giving: Giving, planned: readonly Planned[]): Promise<Given | undefined> => {
    const devices = planned.map(({ device }) => device);
    if (!isPlain(giving.batch.order.kind) || !devices.every(({ id }) => parts.isConnected(id))) return undefined;
    const begun = devices.map((device) => beginningIn(giving, { device, awaits: false, now: clock.now() }));
    try {
      await addCommands(db, audit, begun, new Set(begun.map(({ id }) => id)), devices);
    } catch (error) {
      if (error instanceof MovedMeanwhile) return undefined;
      throw error;
    }
    parts.out.left(begun);
    return { begun, superseded: [], leaving: begun };
  };

  /** Orders of one commit; a device that has gone, was enrolled anew or would refuse since it was looked at, is left out. */
  const orderSome = (giving: Giving, planned: readonly Planned[]): Promise<Given> =>
    db.transaction(async (transaction) => {
      const { ordering, batch } = giving;
      const { asker } = ordering;
      const { order } = batch;
      const awaits = await parts.awaitsApproval(transaction, ordering, order.kind);
      const able = await stillAble(transaction, asker.settingId, order.kind, planned);
      const ids = able.map((device) => device.id);
      const open = await openCommandsOf(transaction, ids);
      if (isSingle(order.kind) && open.some((command) => command.order.kind === order.kind))
        throw new StatedError('conflict', `An order "${order.kind}" is open on one of these devices already.`);
      const superseded = supersededAmong(open, order.kind);
      await supersede(transaction, audit, superseded, { at: instant(clock.now()), by: asker.name });
      const begun = able.map((device) => beginningIn(giving, { device, awaits, now: clock.now() }));
      const ended = new Set(superseded.map((command) => command.id));
      const busy = new Set(open.filter((command) => !ended.has(command.id)).map((command) => command.deviceId));
      const leaving = awaits ? [] : begun.filter(({ deviceId }) => parts.isConnected(deviceId) && !busy.has(deviceId));
      await addCommands(transaction, audit, begun, new Set(leaving.map((command) => command.id)));
      if (awaits) await parts.approvers.ask(transaction, begun);
      if (isDestructive(order.kind)) await parts.spendConfirmation(transaction, ordering);
      return { begun, superseded, leaving };
    });

  /** Tells of one commit after it; others have their turn before the next. */
  const tell = async ({ begun, superseded, leaving }: Given): Promise<void> => {
    changed([...begun, ...superseded].map((command) => command.id));
    parts.hand(leaving);
    const left = new Set(leaving);
    nudge(begun.filter((command) => !left.has(command)).map((command) => command.deviceId));
    await nextTick();
  };

  return {
    /** The dry run: nothing is ordered. Errors: forbidden. */
    preview: async ({ asker }: Pick<Ordering, 'asker'>, question: BatchQuestion): Promise<BatchPreview> => {
      mustHaveTheRole(asker, question.order.kind);
      const planned = await plan(db, asker.settingId, question);
      return {
        ...numbersOf(planned),
        devices: planned.slice(0, mostNamed).map(({ row }) => row),
        fingerprint: fingerprintOf(question, planned),
        limit: limitOf(question.order.kind),
      };
    },

    /**
     * Gives the order as it was previewed. Errors: forbidden, confirm-password, second-factor-required,
     * fleet-changed, too-many-devices, not-valid, conflict.
     */
    order: async (ordering: Ordering, batch: NewBatch): Promise<BatchAnswer> => {
      const { asker } = ordering;
      const { kind } = batch.order;
      mustBeAllowed(ordering, kind);
      const planned = await plan(db, asker.settingId, batch);
      if (fingerprintOf(batch, planned) !== batch.fingerprint) throw fleetChanged();
      const able = planned.filter(({ row }) => row.will !== 'refused');
      mustBeFewEnough(kind, able.length);
      mustNameAll(kind, able, batch.deviceNames ?? []);
      const batchId = randomUUID();
      const inTurn = neighbours(able);
      const giving = { ordering, batch, batchId, orderIds: orderIdsFor(inTurn) };
      let ordered = 0;
      for (let from = 0; from < inTurn.length; from += ordersAtOnce) {
        const some = inTurn.slice(from, from + ordersAtOnce);
        const given = (await orderIdle(giving, some)) ?? (await orderSome(giving, some));
        ordered += given.begun.length;
        await tell(given);
      }
      await audit(db, {
        settingId: asker.settingId,
        actor: asker.name,
        action: 'batch.ordered',
        subject: batchId,
        data: { kind, ordered, refused: planned.length - ordered, stated: batch.reason },
      });
      return { batchId, ordered, refused: planned.length - ordered };
    },
  };
}

function beginningIn(
  { ordering, batch, batchId, orderIds }: Giving,
  given: { device: OrderedDevice; awaits: boolean; now: number },
): NewCommand {
  const id = orderIds.get(given.device.id) ?? randomUUID();
  return beginning({ ...given, id, ordering, reason: batch.reason, batchId }, batch.order);
}

/**
 * In the order in which they are written: those in touch by themselves, for they can be written without another look,
 * and by id, so that one commit finds what it changes side by side in the database and not on every page of it.
 */
function neighbours(able: readonly Planned[]): Planned[] {
  const inTouch = (one: Planned) => (one.row.will === 'now' ? 0 : 1);
  const byId = (one: Planned, other: Planned) => (one.device.id < other.device.id ? -1 : 1);
  return [...able].sort((one, other) => inTouch(one) - inTouch(other) || byId(one, other));
}

/** New ids, rising with the place of their device: neighbours as well. */
function orderIdsFor(inTurn: readonly Planned[]): Map<string, string> {
  const ids = inTurn.map(() => randomUUID()).sort();
  return new Map(inTurn.map(({ device }, place) => [device.id, ids[place] ?? randomUUID()]));
}

function fleetChanged(): StatedError {
  return new StatedError(
    'fleet-changed',
    'The devices concerned have changed meanwhile. Look at the list again, then order.',
  );
}

function obstacle(device: OrderedDevice, kind: CommandKind, held: boolean): BatchRow['why'] {
  const { epoch, observeMode, forbids, platform } = device;
  if (epoch === 0) return 'not-enrolled';
  if (systemLimit(platform, kind) !== undefined) return 'not-supported';
  if (observeMode === true) return 'observe-mode';
  if (forbids.includes(kind)) return 'forbidden-on-device';
  return held ? 'held' : null;
}

function numbersOf(planned: readonly Planned[]): Pick<BatchPreview, 'now' | 'later' | 'refused'> {
  const count = (will: BatchRow['will']) => planned.filter(({ row }) => row.will === will).length;
  return { now: count('now'), later: count('later'), refused: count('refused') };
}

/**
 * Of what was asked and of which devices it concerns, with their enrolments. Whether a
 * device is in touch changes all the time and changes nothing about what is ordered.
 */
function fingerprintOf({ filter, order }: BatchQuestion, planned: readonly Planned[]): string {
  // As text before they are sorted: a sort of lists would write each out again at every comparison.
  const devices = planned.map(({ device, row }) => JSON.stringify([device.id, device.epoch, row.why])).sort();
  return createHash('sha256')
    .update(JSON.stringify([filter, order, devices]))
    .digest('hex')
    .slice(0, 32);
}

function limitOf(kind: CommandKind): number | null {
  const limits: { readonly [Kind in CommandKind]?: number } = mostAtOnce;
  return limits[kind] ?? null;
}

function mustBeFewEnough(kind: CommandKind, count: number): void {
  const limit = limitOf(kind);
  if (count === 0) throw new StatedError('conflict', 'There is no device that this could be ordered of.');
  if (limit !== null && count > limit)
    throw new StatedError(
      'too-many-devices',
      `"${kind}" may be ordered of ${limit} devices at once at most; these are ${count}.`,
    );
}

function mustNameAll(kind: CommandKind, able: readonly Planned[], typed: readonly string[]): void {
  if (!isNamed(kind)) return;
  const wanted = able.map(({ device }) => plainName(device.name)).sort();
  if (JSON.stringify(wanted) === JSON.stringify(typed.map(plainName).sort())) return;
  throw new StatedError('not-valid', 'Type the names of all devices concerned, exactly as they are shown.', {
    fields: { deviceNames: 'are not the names of these devices' },
  });
}
