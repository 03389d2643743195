import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { Standing } from '../../../../shared/policy/standing.ts';
import { counted } from '../../../../shared/words.ts';
import type { Tone } from './tone.ts';

interface StandingWords {
  label: string;
  /** What the label claims, and no more. */
  meaning: string;
  tone: Tone;
}

/** The one word of a device. Only `clear` may look good. */
export const standingWords: { readonly [Name in Standing]: StandingWords } = {
  clear: {
    label: 'Nothing found wrong',
    meaning: 'The device is in touch, every check was made, and each was passed.',
    tone: 'good',
  },
  'cannot-tell': {
    label: 'Cannot tell',
    meaning: 'Something could not be checked, so nobody can say that this device is safe.',
    tone: 'unknown',
  },
  act: { label: 'Needs attention', meaning: 'A rule of the setting is not met.', tone: 'warn' },
  urgent: { label: 'Urgent', meaning: 'Children or their information may be at risk now.', tone: 'bad' },
};

/** The most urgent first. */
export const standingOrder: readonly Standing[] = ['urgent', 'act', 'cannot-tell', 'clear'];

export interface Headline {
  text: string;
  tone: Tone;
  /** What follows it, such as how many cannot be told. */
  rest: string;
}

/** How many devices have each standing. */
export function countStandings(devices: readonly Pick<DeviceView, 'standing'>[]): Record<Standing, number> {
  const counts: Record<Standing, number> = { urgent: 0, act: 0, 'cannot-tell': 0, clear: 0 };
  for (const device of devices) counts[device.standing] += 1;
  return counts;
}

/**
 * The sentence at the top of the fleet page. It is good only when every device
 * is `clear`; one that cannot be told spoils it.
 */
export function headline(devices: readonly Pick<DeviceView, 'standing'>[]): Headline {
  const counts = countStandings(devices);
  if (counts.urgent + counts.act > 0) return wrongHeadline(counts, devices.length);
  if (counts['cannot-tell'] > 0) return unsureHeadline(counts, devices.length);
  return {
    text: `Nothing found wrong on ${all(devices.length)}`,
    tone: 'good',
    rest: 'Every check was made, and each was passed.',
  };
}

function wrongHeadline(counts: Record<Standing, number>, total: number): Headline {
  const wrong = counts.urgent + counts.act;
  const unsure = counts['cannot-tell'];
  const subject = total === 1 ? 'Your device needs' : `${wrong} of ${total} devices ${wrong === 1 ? 'needs' : 'need'}`;
  const rest =
    unsure === 0 ? '' : `It is not known whether ${counted(unsure, 'other')} ${unsure === 1 ? 'is' : 'are'} safe.`;
  return { text: `${subject} a look`, tone: counts.urgent > 0 ? 'bad' : 'warn', rest };
}

function unsureHeadline(counts: Record<Standing, number>, total: number): Headline {
  const unsure = counts['cannot-tell'];
  const subject = total === 1 ? 'your device is' : `${unsure} of ${total} devices ${unsure === 1 ? 'is' : 'are'}`;
  const others = counts.clear === 1 ? 'the other one' : `the other ${counts.clear}`;
  const rest = counts.clear === 0 ? '' : `Nothing was found wrong on ${others}.`;
  return { text: `It cannot be told whether ${subject} safe`, tone: 'unknown', rest };
}

function all(total: number): string {
  if (total === 1) return 'your device';
  return total === 2 ? 'both devices' : `all ${total} devices`;
}
