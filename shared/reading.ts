import { z } from 'zod';
import { type Instant, instantSchema } from './instant.ts';

/**
 * Why a fact is unknown. Stable codes: they reach the wire, the database and the
 * dashboard's sentences, and are never renamed.
 */
export const unknownReasonSchema = z.enum([
  /** Hometime has no probe for this on this operating system yet. */
  'not-supported',
  /** The device was enrolled but has not answered this question yet. */
  'not-asked-yet',
  /** The system's own tool is not installed. */
  'tool-missing',
  /** The agent runs without the rights the question needs. */
  'permission-denied',
  /** A folder or store exists and may not be read: never "0 photos". */
  'blocked-by-permission',
  /** The tool did not answer in its time limit. */
  'timed-out',
  /** The tool answered something that is not understood. */
  'not-understood',
  /** The tool ended with an error. */
  'tool-failed',
  /** Disks are in use that the system's own list does not show or describe. */
  'disks-not-described',
  /** Nothing on the system keeps a list of sign-ins. */
  'no-session-service',
  /** No network, or one on which nothing answers. */
  'no-network',
  /** A sign-in page answers every name: nothing can be proved behind it. */
  'captive-portal',
  /** Another program holds the store so that nobody else can read it; it can be read once that program is closed. */
  'in-use',
  /** The probe itself failed; the agent's log says how. */
  'probe-failed',
]);
export type UnknownReason = z.infer<typeof unknownReasonSchema>;

/** What gave no answer: a closed list, so that no output of a tool can travel as a "detail". */
export const unknownDetailSchema = z.enum([
  'lsblk',
  'findmnt',
  'blkid',
  'cryptsetup',
  'dmsetup',
  'zfs',
  'busctl',
  'loginctl',
  'proc',
  'resolver',
  'control-names',
  'random-name',
  'gateway',
  'neighbours',
  'home-folders',
  'picture-folders',
  'systeminformation',
  'conversion-state',
  'fdesetup',
  'diskutil',
  'scutil',
  'who',
  'netstat',
  'getprop',
  'screen-lock',
  'powershell',
  'bitlocker',
  'manage-bde',
  'windows-sessions',
  'quser',
  'browser-store',
  'local-storage',
  'cookies',
  'block-devices',
  'udev',
  'package-list',
  'group-list',
  'screen-locker',
  'display-manager',
  'firewall',
  'antivirus',
  'update-service',
  'registry',
  'netsh',
  'system-profiler',
]);
export type UnknownDetail = z.infer<typeof unknownDetailSchema>;

const unknownSchema = z.strictObject({
  state: z.literal('unknown'),
  reason: unknownReasonSchema,
  detail: unknownDetailSchema.optional(),
  at: instantSchema,
});

/**
 * A fact that is known, with its value, or unknown, with the reason; both with
 * the time it was observed. Unknown is never "no" and never "yes".
 */
export function readingSchema<Value extends z.ZodType>(value: Value) {
  return z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('known'), value, at: instantSchema }),
    unknownSchema,
  ]);
}

export interface Known<Value> {
  state: 'known';
  value: Value;
  at: Instant;
}
export type Unknown = z.infer<typeof unknownSchema>;
export type Reading<Value> = Known<Value> | Unknown;

export function known<Value>(value: Value, at: Instant): Known<Value> {
  return { state: 'known', value, at };
}

export function unknown(reason: UnknownReason, at: Instant, detail?: UnknownDetail): Unknown {
  return detail === undefined ? { state: 'unknown', reason, at } : { state: 'unknown', reason, detail, at };
}

/** Whether two readings say the same thing, whenever they were observed. */
export function sameAnswer(one: Reading<unknown>, other: Reading<unknown>): boolean {
  return answerText(one) === answerText(other);
}

/** A reading without its time, as text with sorted keys: equal texts are equal answers. Readings inside its value (photo counts by place) lose their times too. */
export function answerText(reading: Reading<unknown>): string {
  return reading.state === 'known'
    ? `known ${textOnce(reading.value)}`
    : `unknown ${reading.reason} ${reading.detail ?? ''}`;
}

/** Nearly every round gives the very value of the round before again. INVARIANT: nobody changes a value once it is in a reading. */
const texts = new WeakMap<object, string>();

function textOnce(value: unknown): string {
  if (value === null || typeof value !== 'object') return stableText(value);
  const before = texts.get(value);
  if (before !== undefined) return before;
  const text = stableText(value);
  texts.set(value, text);
  return text;
}

/**
 * The same value as of a later time, nothing in it but the times of its readings being
 * another: what was worked out of the one need not be worked out of the other.
 */
export function restated<Value extends object>(before: Value, now: Value): Value {
  const text = texts.get(before);
  if (text !== undefined) texts.set(now, text);
  return now;
}

/** As JSON has it, keys sorted; by hand, for a function called for each part costs four times as much. */
function stableText(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`;
  const isOfReading = isReading(value);
  const parts: string[] = [];
  for (const [key, part] of Object.entries(value).sort(byKey)) {
    if (part !== undefined && !(isOfReading && key === 'at')) parts.push(`${JSON.stringify(key)}:${stableText(part)}`);
  }
  return `{${parts.join(',')}}`;
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function isReading(part: object): boolean {
  return 'state' in part && (part.state === 'known' || part.state === 'unknown');
}
