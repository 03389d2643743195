import { StatedError } from '../../shared/api/errors.ts';
import type { Role } from '../../shared/api/people.ts';
import { type CommandKind, commandKinds, heldKinds, isDestructive } from '../../shared/command/kinds.ts';
import { systemLimitSentence } from '../../shared/command/system-limits.ts';
import type { Instant } from '../../shared/instant.ts';
import { isDeviceName, type PlatformName } from '../../shared/names.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { Asker, SignedIn } from '../http/asker.ts';
import { requireConfirmed, requireSecondFactor } from '../http/confirmed.ts';

/** What an order needs to know of its device. */
export interface OrderedDevice {
  id: string;
  settingId: string;
  name: string;
  /** null: not known before its agent spoke. */
  platform: PlatformName | null;
  /** 0: never enrolled. */
  epoch: number;
  observeMode: boolean | null;
  forbids: readonly CommandKind[];
  retiredAt: Instant | null;
}

/** Who orders, and the sign-in behind it; a program with a token has none. */
export interface Ordering {
  asker: Asker;
  session: SignedIn | undefined;
}

/** Kinds for which the device's name is typed again. */
const namedKinds: readonly CommandKind[] = ['wipe', 'retire'];
/** Of these a device has one open at most. */
const singleKinds: readonly CommandKind[] = ['wipe', 'retire'];

export function isNamed(kind: CommandKind): boolean {
  return namedKinds.includes(kind);
}
export function isSingle(kind: CommandKind): boolean {
  return singleKinds.includes(kind);
}
export function isHeldBack(kind: CommandKind): boolean {
  const held: readonly CommandKind[] = heldKinds;
  return held.includes(kind);
}

/** Destroys nothing, and no hold, name, approval or other order of its kind stands in its way. */
export function isPlain(kind: CommandKind): boolean {
  return !isDestructive(kind) && !isHeldBack(kind) && !isNamed(kind) && !isSingle(kind);
}

/** The asker's role may order this kind: `forbidden`. */
export function mustHaveTheRole({ role }: Asker, kind: CommandKind): void {
  const who: readonly Role[] = commandKinds[kind].who;
  if (!who.includes(role))
    throw new StatedError('forbidden', `Your role (${role}) may not order this. Ask: ${who.join(', ')}.`);
}

/** The role, and for what destroys the person's password again: `forbidden`, `confirm-password`. */
export function mustBeAllowed(ordering: Ordering, kind: CommandKind): void {
  mustHaveTheRole(ordering.asker, kind);
  if (isDestructive(kind)) requireConfirmed(ordering);
}

/** The device is in the asker's fleet and can be told anything: `not-found`, `conflict`. */
export function mustTakeOrders(device: OrderedDevice | undefined): asserts device is OrderedDevice {
  if (device === undefined)
    throw new StatedError('not-found', 'There is no such device in your setting. Look it up in the list of devices.');
  if (device.retiredAt !== null)
    throw new StatedError('conflict', 'This device has left the fleet, so nothing can be ordered of it any more.');
  if (device.epoch === 0)
    throw new StatedError(
      'conflict',
      'This device has not been enrolled yet, so nothing can be ordered of it. Run the enrolment link on it first.',
    );
}

/** The device's own administrator does not forbid it: `conflict`. */
export function mustNotBeForbidden({ forbids }: OrderedDevice, kind: CommandKind): void {
  if (!forbids.includes(kind)) return;
  throw new StatedError(
    'conflict',
    `An administrator of this device has forbidden "${kind}" on it. Change the agent’s configuration on the device first.`,
  );
}

/** Its system lets an agent do such a thing at all: `conflict`, with what would be needed. */
export function mustBeAble({ platform }: OrderedDevice, kind: CommandKind): void {
  const sentence = systemLimitSentence(platform, kind);
  if (sentence !== undefined) throw new StatedError('conflict', sentence);
}

/** No hold lies there: `held`, with its reason. */
export function mustNotBeHeld(hold: { reason: string; setBy: string } | undefined, kind: CommandKind): void {
  if (hold === undefined || !isHeldBack(kind)) return;
  throw new StatedError(
    'held',
    `${hold.setBy} (safeguarding lead) holds this back: ${hold.reason.replace(/\.$/, '')}. Ask them to lift the hold first.`,
  );
}

/** The person typed the device's name: `not-valid`. */
export function mustBeNamed({ name }: OrderedDevice, kind: CommandKind, typed: string | undefined): void {
  if (!isNamed(kind) || (typed !== undefined && isDeviceName(typed, name))) return;
  throw new StatedError('not-valid', 'Type the device’s name exactly as it is shown, so that it is the right one.', {
    fields: { deviceName: 'is not the name of this device' },
  });
}

/** None of a kind is open that must not be twice: `conflict`. */
export function mustNotBeTwice(open: readonly CommandKind[], kind: CommandKind): void {
  if (!isSingle(kind) || !open.includes(kind)) return;
  throw new StatedError(
    'conflict',
    `An order "${kind}" is open on this device already. Look at it in the device’s list.`,
  );
}

/** What decides whether a wipe waits for somebody else. */
export interface WipeRule {
  /** The strictest that held within the last day. */
  wipeApproval: Policy['wipeApproval'];
  /** Who administers the setting: how many now, and how many did at some time within the last day. */
  administrators: { now: number; lately: number };
}

/**
 * Whether the order waits for a second administrator. What held within the last day holds still: else the asker
 * changes the rule, or makes the other administrator none, and wipes alone. Where one is asked for and there
 * is none, nobody could ever approve: `conflict`. Whoever takes part shows a second factor: `second-factor-required`.
 */
export function needsApproval(
  ordering: Ordering,
  kind: CommandKind,
  { wipeApproval, administrators: { now, lately } }: WipeRule,
): boolean {
  if (kind !== 'wipe' || wipeApproval === 'never') return false;
  if (wipeApproval === 'when-two-administrators' && lately < 2) return false;
  if (now < 2)
    throw new StatedError(
      'conflict',
      lately < 2
        ? 'The policy asks a second administrator to approve a wipe, and there is none. Invite one, or change the policy and wait a day.'
        : 'There was a second administrator until less than a day ago, so a wipe needs one. Make somebody one, or wait a day. Lock the device meanwhile.',
    );
  requireSecondFactor(ordering);
  return true;
}
