import { messageOf, silentLog } from '../shared/log.ts';
import { readKeptSettings } from './guard/settings-holder.ts';
import { loadIdentity } from './identity/identity.ts';
import { createKeptFiles } from './store/kept-files.ts';
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
  /** Of the settings its server signed for it; null: none came yet, or what is kept is not for this enrolment. */
  settingsVersion: number | null;
}

/** Looks at a data folder, whether its agent runs or not. Throws StoreFault when the store cannot be read. */
export async function readStatus(dataFolder: string): Promise<AgentStatus> {
  const store = await readStoreStatus(dataFolder);
  const { identity, fault } = await loadIdentity(dataFolder).then(
    (found) => ({ identity: found, fault: null }),
    (error: unknown) => ({ identity: undefined, fault: messageOf(error) }),
  );
  const kept = createKeptFiles({ dataFolder, log: silentLog });
  const settings = identity === undefined ? undefined : await readKeptSettings(kept, identity);
  return {
    dataFolder,
    enrolled: identity !== undefined,
    fault,
    deviceId: identity?.deviceId ?? null,
    deviceName: identity?.deviceName ?? null,
    server: identity?.server ?? null,
    settingsVersion: typeof settings === 'object' ? settings.version : null,
    ...store,
  };
}
