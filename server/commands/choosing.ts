import { inFlightStates } from '../../shared/command/life.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Connection } from '../storage/database.ts';
import { type Command, presentCommandsOf } from './command-rows.ts';
import { type Moving, writeMoves } from './command-writes.ts';
import type { CommandsParts } from './commands.ts';
import { isHeldBack } from './order-guards.ts';

interface ChoosingParts {
  clock: Clock;
  audit: Audit;
  holdsOf: CommandsParts['holdsOf'];
}

/** What was written down as about to leave, and what else was moved. */
interface Chosen {
  offered: Command[];
  moved: Moving[];
}

/** A device that said "not now" is asked again after this, and at each hello. */
export const askAgainAfterMs = 60_000;

/** Writes down, in a transaction, what is about to leave for devices; the map says which of them have just come (back). */
export function createChoosing({ clock, audit, holdsOf }: ChoosingParts) {
  return async (connection: Connection, batch: ReadonlyMap<string, boolean>): Promise<Chosen> => {
    const at = instant(clock.now());
    const present = await presentCommandsOf(connection, [...batch.keys()]);
    const held = await heldSince(
      holdsOf,
      connection,
      present.filter(({ deviceId }) => batch.get(deviceId) === true),
    );
    const offered: Command[] = [];
    const again: string[] = [];
    const moved: Moving[] = held.map((command) => ({
      command,
      move: { to: 'expired', at, actor: 'server', reason: 'held' },
    }));
    for (const [deviceId, open] of byDevice(present.filter((command) => !held.includes(command)))) {
      const next = nextOf(open, { cameBack: batch.get(deviceId) === true, now: clock.now() });
      if (next === undefined) continue;
      offered.push(next);
      if (inFlightStates.includes(next.state)) again.push(next.id);
      else moved.push({ command: next, move: { to: 'sent', at, actor: 'server', also: { offered: true } } });
    }
    if (again.length > 0) await connection('commands').whereIn('id', again).increment('offered', 1);
    await writeMoves(connection, audit, moved);
    return { offered, moved };
  };
}

/** What a device is to be handed: what is with it when it came back, else the oldest that is due while nothing is with it. */
function nextOf(open: readonly Command[], given: { cameBack: boolean; now: number }): Command | undefined {
  const withDevice = open.find((command) => inFlightStates.includes(command.state));
  if (withDevice !== undefined) return given.cameBack ? withDevice : undefined;
  return open.find((command) => isDue(command, given));
}

function isDue(
  { state, expiresAt, deferredAt }: Command,
  { cameBack, now }: { cameBack: boolean; now: number },
): boolean {
  if (expiresAt <= instant(now)) return false;
  if (state !== 'deferred' || cameBack || deferredAt === null) return true;
  return deferredAt <= instant(now - askAgainAfterMs);
}

/**
 * What left for a device that never said it came, where a hold was set since: it is not handed over again. It ends as
 * what nobody answered does, for the device may have had it all the same, and then its late word wins.
 */
async function heldSince(
  holdsOf: ChoosingParts['holdsOf'],
  connection: Connection,
  present: readonly Command[],
): Promise<Command[]> {
  const unheard = present.filter(({ state, order }) => state === 'sent' && isHeldBack(order.kind));
  if (unheard.length === 0) return [];
  const devices = unheard.map(({ deviceId, settingId }) => ({ id: deviceId, settingId }));
  const holds = await holdsOf(connection, devices);
  return unheard.filter(({ deviceId }) => holds.has(deviceId));
}

function byDevice(commands: readonly Command[]): Map<string, Command[]> {
  const found = new Map<string, Command[]>();
  for (const command of commands) {
    const own = found.get(command.deviceId);
    if (own === undefined) found.set(command.deviceId, [command]);
    else own.push(command);
  }
  return found;
}
