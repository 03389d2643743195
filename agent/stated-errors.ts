import { BeaconFault } from '../shared/beacon/responder.ts';
import { ConfigError } from '../shared/config-table.ts';
import { EnrolmentFault } from './identity/enrolment-fault.ts';
import { DataFolderFault, IdentityFault } from './identity/identity-fault.ts';
import { LockStays } from './retirement.ts';
import { FolderInUse } from './store/folder-lock.ts';
import { StoreFault } from './store/store.ts';

/** There is nobody to report to yet. The message says what to do. */
export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled';
  constructor(dataFolder: string) {
    super(
      `This computer is not enrolled (looked in ${dataFolder}). Ask an administrator for a link, then run: ` +
        `hometime-agent enrol "LINK" --data ${dataFolder}`,
    );
  }
}

/** A code that released nothing; the message is for whoever typed it. */
export class NotReleased extends Error {
  override readonly name = 'NotReleased';
}

/** Whether the message of an error says all that there is to say: no fault of the agent's own. */
export function isStated(error: unknown): error is Error {
  const stated = [
    ConfigError,
    BeaconFault,
    NotEnrolled,
    NotReleased,
    EnrolmentFault,
    IdentityFault,
    DataFolderFault,
    FolderInUse,
    StoreFault,
    LockStays,
  ];
  return stated.some((kind) => error instanceof kind);
}
