import { z } from 'zod';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { batteryOf } from '../machine/battery.ts';
import { modelName } from '../machine/words.ts';

/** Values of Android's properties; an unset one is an empty text, one that was not answered is undefined. */
export interface BuildProperties {
  /** `ro.product.manufacturer` */
  maker: string | undefined;
  /** `ro.product.model` */
  model: string | undefined;
  /** `ro.build.version.release` */
  release: string | undefined;
  /** `ro.build.version.security_patch`: a date. */
  patch: string | undefined;
  /** `ro.build.display.id` */
  build: string | undefined;
}

/** Model, version and build; the day of the security patch stands with the build. undefined: not even the version is told. */
export function describeBuild(told: BuildProperties): Pick<SystemFacts, 'model' | 'os'> | undefined {
  if (!told.release) return undefined;
  const patch = /^\d{4}-\d{2}-\d{2}$/.test(told.patch ?? '') ? `security patch ${told.patch}` : '';
  const build = [told.build, patch].filter(Boolean).join(', ').slice(0, 80);
  const os = { name: 'Android', version: told.release.slice(0, 80) };
  return { model: modelName(told.maker, told.model), os: build === '' ? os : { ...os, build } };
}

const batterySchema = z.object({
  percentage: z.number(),
  /** "UNPLUGGED", "PLUGGED_AC", "PLUGGED_USB", "PLUGGED_WIRELESS" [P termux-api]. */
  plugged: z.string().regex(/^(UN)?PLUGGED(_[A-Z]+)?$/),
});

/** `termux-battery-status`. null: not understood, for a tablet without a battery there is not. */
export function parseBatteryStatus(text: string): SystemFacts['battery'] {
  try {
    const told = batterySchema.safeParse(JSON.parse(text.replace('\uFEFF', ''))).data;
    return told === undefined ? null : batteryOf(told.percentage, told.plugged !== 'UNPLUGGED');
  } catch {
    return null;
  }
}
