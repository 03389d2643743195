import { messageOf } from '../shared/log.ts';
import { loadIdentity } from './identity/identity.ts';
import { readStoreStatus, type StoreStatus } from './store/store-status.ts';

/** What `status` prints: who this device is, and how its agent stands. */
export interface AgentStatus extends StoreStatus {
  dataFolder: string;
  enrolled: boolean;
  /** Why an identity that is there cannot be used, and what to do; null when all is well. */
  fault: string | null;
  deviceId: string | null;
  deviceName: string | null;
  server: { host: string; port: number } | null;
}

/** Looks at a data folder, whether its agent runs or not. Throws StoreFault when the store cannot be read. */
export async function readStatus(dataFolder: string): Promise<AgentStatus> {
  const store = await readStoreStatus(dataFolder);
  const { identity, fault } = await loadIdentity(dataFolder).then(
    (found) => ({ identity: found, fault: null }),
    (error: unknown) => ({ identity: undefined, fault: messageOf(error) }),
  );
  return {
    dataFolder,
    enrolled: identity !== undefined,
    fault,
    deviceId: identity?.deviceId ?? null,
    deviceName: identity?.deviceName ?? null,
    server: identity?.server ?? null,
    ...store,
  };
}
