import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { FarewellReason } from '../../../../shared/policy/farewell.ts';
import type { PresenceState } from '../../../../shared/policy/presence.ts';
import { ago, atTime } from './time.ts';
import type { Said } from './tone.ts';

/** Whether the facts on the page are current, or as they were when the device was last heard. */
export function isInTouch(state: PresenceState): boolean {
  return inTouch[state];
}

const inTouch: { readonly [State in PresenceState]: boolean } = {
  online: true,
  quiet: false,
  offline: false,
  never: false,
};

/** "In touch now", "Gone quiet, last heard …", "Switched off at 17:32". */
export function presenceWords(presence: DeviceView['presence'], now: number): Said {
  const { state, lastSeenAt, farewell } = presence;
  const ended = farewell === undefined || isInTouch(state) ? undefined : farewellWords[farewell.why];
  if (farewell !== undefined && ended !== undefined)
    return { text: `${ended} ${atTime(farewell.at, now)}`, tone: 'unknown' };
  const heard = lastSeenAt === null ? '' : `, last heard ${ago(lastSeenAt, now)}`;
  const words: { readonly [State in PresenceState]: Said } = {
    online: { text: 'In touch now', tone: 'good' },
    quiet: { text: `Gone quiet${heard}`, tone: 'unknown' },
    offline: { text: `Out of touch${heard}`, tone: 'unknown' },
    never: { text: 'Has never been in touch', tone: 'unknown' },
  };
  return words[state];
}

/** What its agent said as it ended; undefined: nothing that tells more than its silence. */
const farewellWords: { readonly [Why in FarewellReason]: string | undefined } = {
  'system-ends': 'Switched off',
  stopped: 'Its agent was stopped',
  restarts: undefined,
  unknown: undefined,
};

/** The label of facts that are old: "as last heard at 17:02"; empty while the device is in touch. */
export function oldFacts(presence: DeviceView['presence'], now: number): string {
  if (isInTouch(presence.state) || presence.lastSeenAt === null) return '';
  return `as last heard ${atTime(presence.lastSeenAt, now)}`;
}
