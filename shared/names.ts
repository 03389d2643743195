import { z } from 'zod';
import { freeText } from './free-text.ts';

/** Identifiers are random version 4 UUIDs: they tell nothing and cannot be guessed. */
export const idSchema = z.uuidv4();

/** What the manager calls a device, for example "Tablet 3". Shown on every screen. */
export const deviceNameSchema = freeText('the name a manager gave the device', { max: 60 });

/** A name as it is given: one that looks like another, or like nothing, could be mistaken when it is typed before a wipe. */
export const newDeviceNameSchema = deviceNameSchema
  .regex(/[\p{L}\p{N}]/u, 'must hold a letter or a figure')
  .regex(/^[^\p{Bidi_Control}\u00ad\u200b\u2060\ufeff]*$/u, 'holds a character that cannot be seen')
  .regex(/^\S(?:.*\S)?$/u, 'must not begin or end with a blank')
  .meta({ freeText: 'the name a manager gave the device' });

/**
 * Whether a name that a person typed is a device's. Capital letters count; what a keyboard makes of it unasked does not:
 * a blank after the last word, a curly apostrophe, an accent as a sign of its own.
 */
export function isDeviceName(typed: string, name: string): boolean {
  return plainName(typed) === plainName(name);
}

/** The same for names that look the same wherever they were typed. */
export function plainName(name: string): string {
  return name
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** An account name on a device. DEV7 asks who is signed in, so the name itself must travel. */
export const accountNameSchema = freeText('DEV7: who is signed in on the device', { max: 64 });

/** Why a person asks for something; kept in the record beside it. */
export const reasonSchema = freeText('the reason a person states for an order', {
  min: 3,
  max: 500,
  separators: 'allowed',
});

/** Strings in the database and on the wire: never renamed. */
export const deviceKindSchema = z.enum(['tablet', 'laptop']);
export type DeviceKind = z.infer<typeof deviceKindSchema>;

/** Strings in the database and on the wire: never renamed. */
export const platformNameSchema = z.enum(['linux', 'windows', 'macos', 'android', 'simulated', 'other']);
export type PlatformName = z.infer<typeof platformNameSchema>;
