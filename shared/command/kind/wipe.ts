import { z } from 'zod';
import { day, defineKind } from './kind.ts';

/**
 * `people`: homes and accounts' data of everybody but root and the break-glass account.
 * `device`: the keys of the disks are destroyed and the power is cut; nothing of it can be read again.
 */
export const wipeLevelSchema = z.enum(['people', 'device']);
export type WipeLevel = z.infer<typeof wipeLevelSchema>;

/** Sent with `started`, before anything is destroyed: from here there is no way back. */
export const wipeReceiptSchema = z.strictObject({
  level: wipeLevelSchema,
  /** Encrypted volumes whose keys are about to be destroyed; 0 at level `people`. */
  volumes: z.int().nonnegative(),
  /** People whose data is about to be deleted. */
  people: z.int().nonnegative(),
});
export type WipeReceipt = z.infer<typeof wipeReceiptSchema>;

/** Wipes people's data, or the whole device. */
export const wipe = defineKind({
  args: z.strictObject({ level: wipeLevelSchema }),
  evidence: z.strictObject({
    receipt: wipeReceiptSchema,
    /** Level `people`: those whose data was still found when the device looked again. */
    peopleLeft: z.int().nonnegative().optional(),
    /** Level `device`, in the server's own words only: how long the device has been silent since its receipt, in minutes. */
    silentMinutes: z.int().nonnegative().optional(),
  }),
  proves: ({ receipt, peopleLeft, silentMinutes }) =>
    receipt.level === 'people' ? peopleLeft === 0 : silentMinutes !== undefined && silentMinutes >= wipeSilenceMinutes,
  expiresAfterMs: 30 * day,
  who: ['administrator'],
  loss: 'device',
  summary: 'Destroys people’s data, or everything on the device, for good',
});

/** A device that gave its receipt and then says nothing for so long counts as wiped: a living one speaks every half minute. */
export const wipeSilenceMinutes = 10;

/** The device leaves the fleet: its certificate is revoked and the agent's secrets are removed; its history is kept. */
export const retire = defineKind({
  args: z.strictObject({}),
  evidence: z.strictObject({
    /** What the agent removes as soon as the server has this: after it the agent can say nothing more. */
    removes: z.array(z.enum(['identity', 'settings', 'readings', 'lock'])).max(4),
  }),
  proves: ({ removes }) => removes.includes('identity'),
  expiresAfterMs: 30 * day,
  who: ['administrator'],
  loss: 'device',
  summary: 'Takes the device out of the fleet',
});
