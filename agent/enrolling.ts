import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { type EnrolOrder, enrol } from './identity/enrol.ts';
import type { Identity } from './identity/identity.ts';
import { createEnrolmentStore, enrolmentOf } from './store/enrolment-store.ts';
import { openStore } from './store/store.ts';

/**
 * Makes this computer the device of a link, and begins its journal with it: a
 * journal that saw the enrolment's beginning need not be careful about orders
 * that were given before the agent first ran. Refused while an agent works on
 * the folder. Throws EnrolmentFault, FolderInUse or StoreFault.
 */
export async function enrolDevice(order: EnrolOrder & { clock: Clock; log: Log }): Promise<Identity> {
  const { dataFolder, clock, log } = order;
  const store = await openStore({ dataFolder, clock, log });
  try {
    const identity = await enrol(order);
    await createEnrolmentStore(store.database).enrolled(enrolmentOf(identity));
    return identity;
  } finally {
    await store.close();
  }
}
