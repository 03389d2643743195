import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../storage/database.ts';
import { type Approvers, settleAwaiting } from './approvers.ts';
import { type Command, overdueCommands } from './command-rows.ts';
import { type Moving, writeMoves } from './command-writes.ts';

/** A wipe that gave its receipt is judged by silence; only a device that goes on talking and tells no outcome lets it run out. */
const patienceWithWipesMs = 60 * 60_000;

interface OverdueParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  approvers: Pick<Approvers, 'settled'>;
}

/** Ends what nobody answered in time; answers it as it was. */
export function endOverdue({ db, clock, audit, approvers }: OverdueParts): Promise<Command[]> {
  const now = instant(clock.now());
  const patientUntil = instant(clock.now() - patienceWithWipesMs);
  return db.transaction(async (transaction) => {
    const commands = await overdueCommands(transaction, now, { patientUntil });
    await writeMoves(
      transaction,
      audit,
      commands.map((command): Moving => {
        const move = { to: 'expired', at: now, actor: 'server' } as const;
        // Nobody said no to it, and nobody yes: a person's silence is no answer of the device.
        if (command.state === 'awaiting-approval') return { command, move };
        return { command, move: { ...move, reason: 'no-answer' } };
      }),
    );
    await settleAwaiting(approvers, transaction, commands);
    return commands;
  });
}
