import type { Connection } from '../storage/database.ts';
import type { Command } from './command-rows.ts';

type Awaiting = Pick<Command, 'id' | 'settingId' | 'askedById'>;

/** Whoever may approve what cannot be undone is asked to look, in the transaction that has it wait. */
export interface Approvers {
  ask: (connection: Connection, orders: readonly Awaiting[]) => Promise<void>;
  /** It waits for nobody any more, however that came. */
  settled: (connection: Connection, orders: readonly Pick<Command, 'id' | 'settingId'>[]) => Promise<void>;
}

/** Lets those alone who were asked to look at orders that waited for approval; `orders` as they were before they moved. */
export async function settleAwaiting(
  { settled }: Pick<Approvers, 'settled'>,
  connection: Connection,
  orders: readonly Pick<Command, 'id' | 'settingId' | 'state'>[],
): Promise<void> {
  const awaited = orders.filter(({ state }) => state === 'awaiting-approval');
  if (awaited.length > 0) await settled(connection, awaited);
}
