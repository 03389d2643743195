import { randomUUID } from 'node:crypto';
import type { CommandView, NewCommand } from '../../shared/api/commands.ts';
import { StatedError } from '../../shared/api/errors.ts';
import {
  type CommandKind,
  commandKinds,
  commandOrderSchema,
  isDestructive,
  supersededBy,
} from '../../shared/command/kinds.ts';
import { waitingStates } from '../../shared/command/life.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection, Database } from '../storage/database.ts';
import { MovedMeanwhile } from '../storage/written.ts';
import { type Approvers, settleAwaiting } from './approvers.ts';
import { type Command, findCommand, openCommandsOf } from './command-rows.ts';
import { viewOfNew, viewsOfCommands } from './command-views.ts';
import { addCommands, type NewCommand as Beginning, writeMoves } from './command-writes.ts';
import {
  isHeldBack,
  isPlain,
  mustBeAble,
  mustBeAllowed,
  mustBeNamed,
  mustNotBeForbidden,
  mustNotBeHeld,
  mustNotBeTwice,
  mustTakeOrders,
  needsApproval,
  type OrderedDevice,
  type Ordering,
  type WipeRule,
} from './order-guards.ts';
import type { OrdersOut } from './orders-out.ts';

export interface CommandsParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  deviceOf: (connection: Connection, settingId: string, deviceId: string) => Promise<OrderedDevice | undefined>;
  /** The hold on each device; those without one are left out. */
  holdsOf: (
    connection: Connection,
    devices: readonly { id: string; settingId: string }[],
  ) => Promise<Map<string, { reason: string; setBy: string }>>;
  /** The strictest rule about wipes that held at any time since then. */
  wipeApprovalOf: (connection: Connection, settingId: string, since: Instant) => Promise<WipeRule['wipeApproval']>;
  /** How many administrators the setting has now, and how many it had at any time since then. */
  administratorsOf: (connection: Connection, settingId: string, since: Instant) => Promise<WipeRule['administrators']>;
  /** The password that was given again has done its work: one password, one order that destroys. */
  spendConfirmation: (connection: Connection, ordering: Ordering) => Promise<void>;
  /** Told after the commit: the commands' states are not what they were. */
  changed: (commandIds: Iterable<string>) => void;
  /** Told after the commit: the devices may have work. */
  nudge: (deviceIds: Iterable<string>) => void;
  approvers: Approvers;
  isConnected: (deviceId: string) => boolean;
  /** Told which orders were committed as sent, before they leave. */
  out: Pick<OrdersOut, 'left'>;
  /** Hands orders to their devices' connections; after the commit that says they were sent. */
  hand: (commands: readonly Beginning[]) => void;
  /** This one is being committed as sent, and will be handed over when it is: what can be made ready for that is. */
  sealAhead: (command: Beginning) => void;
}

/** How long an order waits for a second administrator. */
export const approvalWithinMs = 24 * 60 * 60_000;
/** How long what asked for a second administrator goes on asking: long enough for the other one to hear of the change. */
const loosenedAfterMs = 24 * 60 * 60_000;

export type Commands = ReturnType<typeof createCommands>;

/** The queue in the database is the truth: every move is committed before anybody is told of it. */
export function createCommands(parts: CommandsParts) {
  const { db, clock, audit, deviceOf, holdsOf, changed, nudge } = parts;

  const show = async (settingId: string, id: string): Promise<CommandView> => {
    const command = await commandIn(db, settingId, id);
    const [view] = await viewsOfCommands(db, [command]);
    if (view === undefined) throw new Error(`no view of command ${command.id}`);
    return view;
  };

  /** Every guard, in the transaction that queues the order: nothing can change between the look and the order. */
  const judged = async (connection: Connection, ordering: Ordering, deviceId: string, body: NewCommand) => {
    const { settingId } = ordering.asker;
    const device = await deviceOf(connection, settingId, deviceId);
    mustTakeOrders(device);
    mustBeAble(device, body.kind);
    mustBeNamed(device, body.kind, body.deviceName);
    mustNotBeForbidden(device, body.kind);
    if (isHeldBack(body.kind)) mustNotBeHeld((await holdsOf(connection, [device])).get(device.id), body.kind);
    const open = await openCommandsOf(connection, [device.id]);
    mustNotBeTwice(
      open.map(({ order }) => order.kind),
      body.kind,
    );
    const awaits = await awaitsApproval(connection, ordering, body.kind);
    const superseded = supersededAmong(open, body.kind);
    const leaves = !awaits && open.length === superseded.length && parts.isConnected(device.id);
    return { device, awaits, superseded, leaves };
  };

  const awaitsApproval = async (connection: Connection, ordering: Ordering, kind: CommandKind): Promise<boolean> => {
    if (kind !== 'wipe') return false;
    const { settingId } = ordering.asker;
    const since = instant(clock.now() - loosenedAfterMs);
    const wipeApproval = await parts.wipeApprovalOf(connection, settingId, since);
    const administrators = await parts.administratorsOf(connection, settingId, since);
    return needsApproval(ordering, kind, { wipeApproval, administrators });
  };

  const orderWithCare = (ordering: Ordering, deviceId: string, body: NewCommand): Promise<Ordered> =>
    db.transaction(async (transaction) => {
      const { device, awaits, superseded, leaves } = await judged(transaction, ordering, deviceId, body);
      await supersede(transaction, audit, superseded, { at: instant(clock.now()), by: ordering.asker.name });
      const begun = oneBeginning({ device, ordering, awaits, now: clock.now() }, body);
      await addCommands(transaction, audit, [begun], new Set(leaves ? [begun.id] : []));
      if (awaits) await parts.approvers.ask(transaction, [begun]);
      if (isDestructive(body.kind)) await parts.spendConfirmation(transaction, ordering);
      return { begun, leaves, superseded, name: device.name };
    });

  /**
   * What takes nothing away from a device in touch that has nothing else to do: one look and one statement, which is
   * the judgement too, for it writes nothing unless the device is as it was seen and idle. undefined: it is not.
   */
  const orderOfIdle = async (ordering: Ordering, deviceId: string, body: NewCommand): Promise<Ordered | undefined> => {
    if (!isPlain(body.kind) || !parts.isConnected(deviceId)) return undefined;
    const device = await deviceOf(db, ordering.asker.settingId, deviceId);
    mustTakeOrders(device);
    mustBeAble(device, body.kind);
    mustNotBeForbidden(device, body.kind);
    const begun = oneBeginning({ device, ordering, awaits: false, now: clock.now() }, body);
    parts.sealAhead(begun);
    try {
      await addCommands(db, audit, [begun], new Set([begun.id]), [device]);
    } catch (error) {
      if (error instanceof MovedMeanwhile) return undefined;
      throw error;
    }
    parts.out.left([begun]);
    return { begun, leaves: true, superseded: [], name: device.name };
  };

  return {
    show,
    awaitsApproval,

    /**
     * Queues an order for a device of the asker's setting, or keeps it until it is approved. Errors: forbidden,
     * confirm-password, second-factor-required, not-found, conflict, held, not-valid.
     */
    order: async (ordering: Ordering, deviceId: string, body: NewCommand): Promise<CommandView> => {
      mustBeAllowed(ordering, body.kind);
      const { begun, leaves, superseded, name } =
        (await orderOfIdle(ordering, deviceId, body)) ?? (await orderWithCare(ordering, deviceId, body));
      if (leaves) parts.hand([begun]);
      else nudge([deviceId]);
      changed([begun.id, ...superseded.map((command) => command.id)]);
      return viewOfNew(begun, { leaves, deviceName: name });
    },

    /** Cancels an order that waits. One that has left the server cannot be called back: conflict. */
    cancel: async ({ asker }: Pick<Ordering, 'asker'>, id: string): Promise<CommandView> => {
      await db.transaction(async (transaction) => {
        const command = await commandIn(transaction, asker.settingId, id);
        if (!isWaiting(command))
          throw new StatedError('conflict', `The order is ${command.state} and can no longer be cancelled.`);
        const move = { to: 'cancelled', at: instant(clock.now()), actor: asker.name } as const;
        await writeMoves(transaction, audit, [{ command, move }]);
        await settleAwaiting(parts.approvers, transaction, [command]);
      });
      changed([id]);
      return show(asker.settingId, id);
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

/** An order as it was committed. */
interface Ordered {
  begun: Beginning;
  leaves: boolean;
  superseded: readonly Command[];
  name: string;
}

function oneBeginning(
  given: { device: OrderedDevice; ordering: Ordering; awaits: boolean; now: number },
  { reason, deviceName: _typed, ...wanted }: NewCommand,
): Beginning {
  return beginning({ ...given, id: randomUUID(), reason, batchId: null }, wanted);
}

/** Whether an order has not left the server: then nothing has happened, and it can be called back. */
export function isWaiting({ state }: Pick<Command, 'state'>): boolean {
  return waitingStates.includes(state) || state === 'awaiting-approval';
}

/** An order of the asker's setting, or `not-found`. */
export async function commandIn(connection: Connection, settingId: string, id: string): Promise<Command> {
  const command = await findCommand(connection, id);
  if (command?.settingId !== settingId) throw new StatedError('not-found', 'There is no such order in your setting.');
  return command;
}

/** The waiting orders that a new one takes the place of. What is with the device goes on. */
export function supersededAmong(open: readonly Command[], kind: CommandKind): Command[] {
  return open.filter(({ order, state }) => supersededBy[kind].includes(order.kind) && waitingStates.includes(state));
}

/** Ends orders in whose place new ones come. */
export async function supersede(
  connection: Connection,
  audit: Audit,
  commands: readonly Command[],
  { at, by }: { at: string; by: string },
): Promise<void> {
  const move = { to: 'superseded', at, actor: by } as const;
  await writeMoves(
    connection,
    audit,
    commands.map((command) => ({ command, move })),
  );
}

/** A new order as it is first stored. */
export function beginning(
  given: {
    id: string;
    device: OrderedDevice;
    ordering: Ordering;
    reason: string;
    awaits: boolean;
    batchId: string | null;
    now: number;
  },
  wanted: { kind: CommandKind; args: unknown },
): Beginning {
  const { id, device, ordering, reason, awaits, batchId, now } = given;
  const order = commandOrderSchema.parse(wanted);
  const lastsMs = awaits ? approvalWithinMs : commandKinds[order.kind].expiresAfterMs;
  return {
    id,
    settingId: device.settingId,
    deviceId: device.id,
    epoch: device.epoch,
    order,
    reason,
    askedBy: ordering.asker.name,
    askedById: ordering.asker.id,
    batchId,
    state: awaits ? 'awaiting-approval' : 'queued',
    createdAt: instant(now),
    queuedAt: awaits ? null : instant(now),
    expiresAt: instant(now + lastsMs),
  };
}
