import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Instant } from '../../shared/instant.ts';
import { messageOf } from '../../shared/log.ts';
import { createFactsStore } from './facts-store.ts';
import { isFolderLocked } from './folder-lock.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';
import { StoreFault, storeFile } from './store.ts';

/** What a data folder says of its agent, also while that runs. */
export interface StoreStatus {
  /** An agent works on the folder now. */
  running: boolean;
  connected: boolean;
  /** By this device's clock; null while it is not connected. */
  connectedSince: Instant | null;
  /** Why the server last refused this device, by this device's clock; null once it let it in again. */
  lastRefusal: { code: string; at: Instant } | null;
  /** null: the agent never ran. */
  observeMode: boolean | null;
  unacknowledgedReports: number;
  /** Reports the server refused for good. */
  setAsideReports: number;
  /** Orders without an outcome, or with one the server does not know yet. */
  openOrders: number;
  /** When the server last acknowledged a report, by its clock. */
  lastAcknowledgedAt: Instant | null;
}

const never: StoreStatus = {
  running: false,
  connected: false,
  connectedSince: null,
  lastRefusal: null,
  observeMode: null,
  unacknowledgedReports: 0,
  setAsideReports: 0,
  openOrders: 0,
  lastAcknowledgedAt: null,
};

/** Looks into the store without changing it. Throws StoreFault when it cannot be read. */
export async function readStoreStatus(dataFolder: string): Promise<StoreStatus> {
  const file = join(dataFolder, storeFile);
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) return never;
  try {
    const running = await isFolderLocked(dataFolder);
    const database = await openSqlite(file, 'read');
    try {
      return await readAll(database, running);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw new StoreFault(
      `The agent's store ${file} cannot be read. Check that this user may read it; if it is damaged, the agent puts it aside at its next start. (${messageOf(error)})`,
      { cause: error },
    );
  }
}

async function readAll(database: Sqlite, running: boolean): Promise<StoreStatus> {
  await database.script('pragma busy_timeout = 5000');
  const counts = await database.all(
    z.object({ waiting: z.int(), aside: z.int(), orders: z.int() }),
    `select
       (select count(*) from reports where set_aside is null) as waiting,
       (select count(*) from reports where set_aside is not null) as aside,
       (select count(*) from orders where state in ('received', 'started')
          or id in (select order_id from moves where settled is null)) as orders`,
  );
  const facts = createFactsStore(database);
  const status = await facts.status();
  const connected = running && (status?.connected ?? false);
  return {
    running,
    connected,
    connectedSince: connected ? (status?.at ?? null) : null,
    lastRefusal: status?.refusal ?? null,
    observeMode: status?.observeMode ?? null,
    unacknowledgedReports: counts[0]?.waiting ?? 0,
    setAsideReports: counts[0]?.aside ?? 0,
    openOrders: counts[0]?.orders ?? 0,
    lastAcknowledgedAt: (await facts.acknowledged())?.at ?? null,
  };
}
