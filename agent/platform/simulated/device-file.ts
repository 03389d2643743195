import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { instantSchema } from '../../../shared/instant.ts';
import { unknownDetailSchema, unknownReasonSchema } from '../../../shared/reading.ts';
import { appsSchema } from '../../../shared/report/apps.ts';
import { encryptionSchema } from '../../../shared/report/encryption.ts';
import { filteringSchema } from '../../../shared/report/filtering.ts';
import { locationSchema } from '../../../shared/report/location.ts';
import { mediaSchema } from '../../../shared/report/media.ts';
import { photosSchema } from '../../../shared/report/photos.ts';
import { programsSchema } from '../../../shared/report/programs.ts';
import { rightsSchema } from '../../../shared/report/rights.ts';
import { sessionsSchema } from '../../../shared/report/sessions.ts';
import { systemSchema } from '../../../shared/report/system.ts';

function fact<Value extends z.ZodType>(value: Value) {
  return z.union([
    z.strictObject({ value }),
    z.strictObject({ unknown: unknownReasonSchema, detail: unknownDetailSchema.optional() }),
  ]);
}

/** `device.json` of a simulated device: a value or an unknown reason for each section. A section left out was not asked yet. */
export const deviceFileSchema = z.strictObject({
  encryption: fact(encryptionSchema).optional(),
  sessions: fact(sessionsSchema).optional(),
  apps: fact(appsSchema).optional(),
  photos: fact(photosSchema).optional(),
  filtering: fact(filteringSchema).optional(),
  location: fact(locationSchema).optional(),
  media: fact(mediaSchema).optional(),
  programs: fact(programsSchema).optional(),
  rights: fact(rightsSchema).optional(),
  system: fact(systemSchema).optional(),
  /** How long an action takes, in milliseconds. */
  slowMs: z.int().nonnegative().optional(),
  /** A session with one of these ids takes the order to end and stays all the same. */
  stubborn: z.array(z.string()).optional(),
  lock: z
    .strictObject({
      locked: z.boolean(),
      since: instantSchema.nullable(),
      /** Sign-ins it refused. */
      refusals: z.int().nonnegative().optional(),
    })
    .optional(),
  /** No lock can be put in just now. */
  lockFails: z.boolean().optional(),
  /** It would sign somebody in by itself. */
  automaticSignIn: z.boolean().optional(),
  /** It installs updates. */
  busy: z.boolean().optional(),
  /** Its keys are gone: it does not start any more. */
  destroyed: z.boolean().optional(),
});
export type DeviceFile = z.infer<typeof deviceFileSchema>;

const fileName = 'device.json';

/** The device as its file describes it now. Throws when there is no file or it is not understood. */
export async function readDevice(folder: string): Promise<DeviceFile> {
  return deviceFileSchema.parse(JSON.parse(await readFile(join(folder, fileName), 'utf8')));
}

/** Replaces the file in one step: a reader sees the old device or the new one, never half of it. */
export async function writeDevice(folder: string, device: DeviceFile): Promise<void> {
  const draft = join(folder, `.${fileName}.${randomUUID()}`);
  await writeFile(draft, JSON.stringify(device, undefined, 2));
  await rename(draft, join(folder, fileName));
}
