import type { DeviceView } from '../../../../shared/api/devices.ts';
import { type CommandKind, commandKinds, isDestructive } from '../../../../shared/command/kinds.ts';
import { isInTouch } from './presence.ts';

/** What it costs those who use the device just then; empty where it costs nothing. */
const losses: { readonly [Kind in CommandKind]: string } = {
  logout: 'What is open and not saved on the device is lost.',
  'sign-out-app': '',
  lock: 'What is open and not saved on the device is lost.',
  release: '',
  message: '',
  refresh: '',
  'clear-photos': '',
  wipe: '',
  retire: '',
};

/** The device, or everything on it, would be gone: its name has to be typed. */
export function isFinalLoss(kind: CommandKind): boolean {
  return commandKinds[kind].loss === 'device';
}

/** The server asks for the password again before it takes such an order. */
export function needsPassword(kind: CommandKind): boolean {
  return isDestructive(kind);
}

/** What will happen when, before it is ordered: never "now" of a device that is out of touch. */
export function whatHappens(kind: CommandKind, device: Pick<DeviceView, 'observeMode' | 'presence'>): string {
  if (device.observeMode === true)
    return 'This device is in observe mode: it reports and refuses to act. It will refuse this order and say so.';
  const soon = kind === 'wipe' ? 'as soon as nobody has to approve it any more' : 'at once';
  const when = isInTouch(device.presence.state)
    ? `The device is in touch and gets the order ${soon}.`
    : 'The device is out of touch. The order waits and will run when the device is next seen.';
  return [when, losses[kind]].filter(Boolean).join(' ');
}
