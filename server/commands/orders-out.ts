import { inFlightStates } from '../../shared/command/life.ts';
import type { NewCommand, SeenOrder, StoredMove } from './command-writes.ts';
import type { SpokenOf } from './device-word.ts';

/** What must be known of an order to judge its device's words and to write them down. */
export type OrderOut = SeenOrder & SpokenOf;

/** A whole fleet's and more; what is forgotten is read again. */
const mostKept = 20_000;

/**
 * Orders that are with their devices, as this process wrote them last. A guess, for the database alone knows where
 * an order is: whoever goes by it writes nothing unless the database agrees, and reads there whatever is no move.
 */
export function createOrdersOut() {
  const out = new Map<string, OrderOut>();
  return {
    /** They were committed as sent. */
    left: (commands: readonly NewCommand[]): void => {
      for (const { id, settingId, deviceId, order } of commands)
        out.set(id, { id, settingId, deviceId, order, state: 'sent', offered: 1, calledReplayed: 0 });
      for (const oldest of out.keys()) {
        if (out.size <= mostKept) break;
        out.delete(oldest);
      }
    },
    /** All of these; undefined: at least one is not known here. */
    find: (ids: readonly string[]): OrderOut[] | undefined => {
      const found = ids.flatMap((id) => out.get(id) ?? []);
      return found.length === ids.length ? found : undefined;
    },
    /** These moves were committed, those of one order in their turn. What is no longer with its device is forgotten. */
    moved: (moving: readonly { command: { id: string }; move: Pick<StoredMove, 'to'> }[]): void => {
      for (const { command, move } of moving) {
        const known = out.get(command.id);
        if (known === undefined) continue;
        if (inFlightStates.includes(move.to)) out.set(command.id, { ...known, state: move.to });
        else out.delete(command.id);
      }
    },
  };
}

export type OrdersOut = ReturnType<typeof createOrdersOut>;
