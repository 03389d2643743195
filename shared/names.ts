import { z } from 'zod';
import { freeText } from './free-text.ts';

/** Identifiers are random version 4 UUIDs: they tell nothing and cannot be guessed. */
export const idSchema = z.uuidv4();

/** What the manager calls a device, for example "Tablet 3". Shown on every screen. */
export const deviceNameSchema = freeText('the name a manager gave the device', { max: 60 });

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
