import type { Instant } from '../../shared/instant.ts';
import type { DeviceKind, PlatformName } from '../../shared/names.ts';
import type { Connection } from '../storage/database.ts';

export interface EnrolledDevice {
  id: string;
  settingId: string;
  name: string;
  kind: DeviceKind;
  /** Rises with each enrolment; 0: never enrolled. */
  epoch: number;
}

/** What enrolment needs of the devices. Passed in: the devices have their own feature. */
export interface EnrolledDevices {
  find(connection: Connection, deviceId: string): Promise<EnrolledDevice | undefined>;
  /** The setting's device of that name, made when there is none; one that is there stays as it is. */
  findOrCreate(
    connection: Connection,
    device: { settingId: string; name: string; kind: DeviceKind; childFacing: boolean; at: Instant },
  ): Promise<EnrolledDevice>;
  /** Begins the device's next epoch, forgets what it said in the earlier one, and answers the epoch. */
  markEnrolled(
    connection: Connection,
    deviceId: string,
    enrolled: { platform: PlatformName; at: Instant },
  ): Promise<number>;
}
