import type { CommandView } from '../../shared/api/commands.ts';
import { StatedError } from '../../shared/api/errors.ts';
import { commandKinds } from '../../shared/command/kinds.ts';
import { instant } from '../../shared/instant.ts';
import { requireConfirmed, requireSecondFactor } from '../http/confirmed.ts';
import type { Connection } from '../storage/database.ts';
import { settleAwaiting } from './approvers.ts';
import type { Command } from './command-rows.ts';
import { writeMoves } from './command-writes.ts';
import { type Commands, type CommandsParts, commandIn } from './commands.ts';
import { mustBeAllowed, mustNotBeForbidden, mustNotBeHeld, mustTakeOrders, type Ordering } from './order-guards.ts';

type ApprovalsParts = Pick<
  CommandsParts,
  'db' | 'clock' | 'audit' | 'deviceOf' | 'holdsOf' | 'spendConfirmation' | 'changed' | 'nudge' | 'approvers'
> &
  Pick<Commands, 'show'>;

/** The second administrator's yes or no to what cannot be undone. */
export function createApprovals(parts: ApprovalsParts) {
  const { db, clock, audit, deviceOf, holdsOf, changed, nudge, show } = parts;

  const awaiting = async (connection: Connection, { asker }: Pick<Ordering, 'asker'>, id: string): Promise<Command> => {
    const command = await commandIn(connection, asker.settingId, id);
    if (command.state !== 'awaiting-approval')
      throw new StatedError('conflict', `The order is ${command.state}; it does not wait for approval.`);
    if (command.expiresAt <= instant(clock.now()))
      throw new StatedError('conflict', 'The time for approval is over. Whoever asked may ask again.');
    return command;
  };

  return {
    /** Queues the order for its device. Errors: forbidden (the asker, a token, an administrator of less than a day), confirm-password, second-factor-required, conflict, held. */
    approve: async (ordering: Ordering, id: string): Promise<CommandView> => {
      requireConfirmed(ordering);
      const { approvesFrom } = requireSecondFactor(ordering);
      if (approvesFrom === null || approvesFrom > instant(clock.now()))
        throw new StatedError(
          'forbidden',
          'Only somebody who has been an administrator for a day, and whose account was not reset since, may approve what another asked for.',
        );
      const { asker } = ordering;
      const deviceId = await db.transaction(async (transaction) => {
        const command = await awaiting(transaction, ordering, id);
        const { kind } = command.order;
        mustBeAllowed(ordering, kind);
        if (command.askedById === asker.id)
          throw new StatedError('forbidden', 'Whoever asked cannot approve. Another administrator must look at it.');
        const device = await deviceOf(transaction, asker.settingId, command.deviceId);
        mustTakeOrders(device);
        mustNotBeForbidden(device, kind);
        mustNotBeHeld((await holdsOf(transaction, [device])).get(device.id), kind);
        const at = instant(clock.now());
        const also = { queuedAt: at, expiresAt: instant(clock.now() + commandKinds[kind].expiresAfterMs) };
        await writeMoves(transaction, audit, [{ command, move: { to: 'queued', at, actor: asker.name, also } }]);
        await settleAwaiting(parts.approvers, transaction, [command]);
        await parts.spendConfirmation(transaction, ordering);
        return command.deviceId;
      });
      changed([id]);
      nudge([deviceId]);
      return show(asker.settingId, id);
    },

    /** Ends the order with a no; why stands in the audit log. */
    decline: async ({ asker }: Pick<Ordering, 'asker'>, id: string, reason: string): Promise<CommandView> => {
      await db.transaction(async (transaction) => {
        const command = await awaiting(transaction, { asker }, id);
        const move = { to: 'cancelled', at: instant(clock.now()), actor: asker.name, reason: 'declined' } as const;
        await writeMoves(transaction, audit, [{ command, move }]);
        await settleAwaiting(parts.approvers, transaction, [command]);
        const { settingId, name: actor } = asker;
        await audit(transaction, {
          settingId,
          actor,
          action: 'command.declined',
          subject: id,
          data: { stated: reason },
        });
      });
      changed([id]);
      return show(asker.settingId, id);
    },
  };
}
