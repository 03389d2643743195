import { z } from 'zod';
import { freeText } from '../free-text.ts';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../names.ts';
import { appListSchema, defaultAppList } from './app-list.ts';
import { deviceRulesSchema } from './device-rules.ts';
import { defaultFilterTests, filterTestsSchema } from './filter-tests.ts';

/** What a setting calls the one folder whose photos are teaching resources (DEV4): a plain name, no path. */
export const resourceFolderSchema = freeText('DEV4: the name of the folder of teaching resources', { max: 60 });

/** What a device must know of its setting's policy in order to look. */
export const deviceSettingsSchema = z.strictObject({
  apps: appListSchema,
  filterTests: filterTestsSchema,
  /** null: the setting keeps none. */
  resourceFolder: resourceFolderSchema.nullable(),
  /** Secret of the setting, base64 of 32 bytes: it keys the identifiers of removable media. null: none came yet. */
  mediaSalt: z.base64().length(44).nullable(),
  /**
   * Key of this enrolment's offline release codes, base64 of 32 bytes (shared/command/release-code.ts).
   * null or absent: the server told none, and only the server releases.
   */
  releaseKey: z.base64().length(44).nullable().optional(),
  /** What the device needs to judge itself and to guard alone. Absent: a server of an earlier version; nothing is guarded. */
  rules: deviceRulesSchema.optional(),
});
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;

/** What a device goes by until its server has told it something. */
export const defaultDeviceSettings: DeviceSettings = {
  apps: defaultAppList,
  filterTests: [...defaultFilterTests],
  resourceFolder: null,
  mediaSalt: null,
};

/** The settings as they are signed: for one device and one enrolment of it. A lower version than the kept one is never taken. */
export const signedSettingsSchema = z.strictObject({
  deviceId: idSchema,
  epoch: z.int().positive(),
  version: z.int().positive(),
  issuedAt: instantSchema,
  settings: deviceSettingsSchema,
});
export type SignedSettings = z.infer<typeof signedSettingsSchema>;

/**
 * A capsule: the exact text that was signed, and the Ed25519 signature over its
 * UTF-8 bytes. The device keeps it and checks it again at each start.
 */
export const capsuleSchema = z.strictObject({
  text: z.string().max(400_000).meta({ freeText: 'the signed settings themselves, JSON of signedSettingsSchema' }),
  signature: z.base64().length(88),
});
export type Capsule = z.infer<typeof capsuleSchema>;
