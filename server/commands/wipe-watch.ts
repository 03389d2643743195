import type { CommandMoveView } from '../../shared/api/commands.ts';
import { type WipeReceipt, wipe, wipeSilenceMinutes } from '../../shared/command/kind/wipe.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Audit } from '../audit/audit.ts';
import { createWatch } from '../rhythm/watch.ts';
import type { Connection, Database } from '../storage/database.ts';
import { type Command, findCommand, receiptedWipes } from './command-rows.ts';
import { movesOfCommands } from './command-views.ts';
import { writeMoves } from './command-writes.ts';
import type { Departure } from './move-intake.ts';

interface WipeWatchParts {
  db: Database;
  clock: Clock;
  log: Log;
  audit: Audit;
  /**
   * Milliseconds since this server last heard anything of the device, and at most since it began to listen:
   * silence while nobody listened is nobody's. It rises only with time that passes, whatever is done to the clock.
   */
  silentForMs: (deviceId: string) => number;
  /** The device is gone: it leaves the fleet in the same transaction. */
  leave: (connection: Connection, command: Command) => Promise<Departure>;
  /** Told after the commit. */
  wiped: (deviceId: string, departure: Departure) => void;
}

const lookEveryMs = 15_000;
const minuteMs = 60_000;

/**
 * Says of a wiped device what it cannot say itself. It gave its receipt ("starting, irreversible") and
 * then nothing came for ten minutes: that is the proof. One that has connected since its receipt
 * is alive, and only its own word counts; that stays so when it falls silent again.
 */
export function createWipeWatch({ db, clock, log, audit, silentForMs, leave, wiped }: WipeWatchParts) {
  const isSilent = ({ deviceId, receiptAt }: Command): boolean => {
    const needed = wipeSilenceMinutes * minuteMs;
    // Both: the clock may have been set, and the server may have begun to listen before the receipt.
    return receiptAt !== null && silentForMs(deviceId) >= needed && Date.parse(receiptAt) <= clock.now() - needed;
  };

  const conclude = async (id: string): Promise<void> => {
    const told = await db.transaction(async (transaction) => {
      const command = await findCommand(transaction, id);
      if (command?.state !== 'started' || command.spokeAgainAt !== null || !isSilent(command)) return undefined;
      const receipt = receiptAmong((await movesOfCommands(transaction, [id])).get(id) ?? []);
      if (receipt?.level !== 'device') return undefined;
      const silentMinutes = Math.floor(silentForMs(command.deviceId) / minuteMs);
      const move = {
        to: 'verified',
        at: instant(clock.now()),
        actor: 'server',
        evidence: { receipt, silentMinutes },
      } as const;
      await writeMoves(transaction, audit, [{ command, move }]);
      return { deviceId: command.deviceId, departure: await leave(transaction, command) };
    });
    if (told === undefined) return;
    const { deviceId, departure } = told;
    wiped(deviceId, { ...departure, commandIds: [id, ...departure.commandIds] });
  };

  const look = async (): Promise<void> => {
    for (const command of await receiptedWipes(db)) if (isSilent(command)) await conclude(command.id);
  };

  const watch = createWatch({
    look,
    everyMs: lookEveryMs,
    failed: (error) => log.error('wipe-watch.look-failed', { error: messageOf(error) }),
  });
  return {
    ...watch,
    /** One look now, for tests. */
    look,
  };
}

/** When a device connects or says hello: a receipt that it gave before is no proof of its end any more. */
export async function noteSpokeAgain(connection: Connection, deviceId: string, at: string): Promise<void> {
  await connection('commands')
    .where({ device_id: deviceId, state: 'started', kind: 'wipe', spoke_again_at: null })
    .whereNotNull('receipt_at')
    .update({ spoke_again_at: at });
}

function receiptAmong(moves: readonly CommandMoveView[]): WipeReceipt | undefined {
  const started = moves.findLast((move) => move.to === 'started');
  return wipe.evidence.safeParse(started?.evidence).data?.receipt;
}
