import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Role } from '../../../../shared/api/people.ts';
import { type CommandKind, commandKinds, heldKinds } from '../../../../shared/command/kinds.ts';
import { systemLimitSentence } from '../../../../shared/command/system-limits.ts';
import { whoMayOrder } from './role.ts';

type Device = Pick<DeviceView, 'enrolledAt' | 'retiredAt' | 'forbids' | 'hold' | 'platform'>;

/** Whether a role may ever order something of this kind. */
export function mayOrder(kind: CommandKind, role: Role): boolean {
  return commandKinds[kind].who.includes(role);
}

/** Why something cannot be ordered of a device by this role; empty where it can. */
export function orderBarrier(kind: CommandKind, device: Device, role: Role): string {
  if (!mayOrder(kind, role)) return `Only ${whoMayOrder(kind)} can order this. Ask yours.`;
  if (device.retiredAt !== null) return 'This device has left the fleet, so it takes no orders.';
  if (device.enrolledAt === null) return 'This device has not joined yet, so it can take no orders.';
  const limit = systemLimitSentence(device.platform, kind);
  if (limit !== undefined) return limit;
  if (device.hold !== null && heldKinds.some((held) => held === kind))
    return `${device.hold.setBy} holds this device: nothing may be deleted on it until the hold is lifted.`;
  if (device.forbids.includes(kind)) return 'Whoever looks after the device itself has forbidden this order on it.';
  return '';
}
