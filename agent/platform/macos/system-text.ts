import { z } from 'zod';
import type { SystemFacts } from '../../../shared/report/system.ts';
import { batteryOf } from '../machine/battery.ts';
import { plainWords } from '../machine/words.ts';
import { parsePlist } from './plist.ts';

/** `sw_vers`: name, version, build. undefined: one of name and version is missing. */
export function parseSwVers(text: string): SystemFacts['os'] | undefined {
  const told = (key: string) =>
    plainWords(new RegExp(`^\\uFEFF?${key}:[ \\t]*(\\S.{0,200})$`, 'm').exec(text)?.[1] ?? '', 80);
  const [name, version, build] = [told('ProductName'), told('ProductVersion'), told('BuildVersion')];
  if (name === '' || version === '') return undefined;
  return build === '' ? { name, version } : { name, version, build };
}

/** A start outside these years is another kind of number. */
const earliest = Date.UTC(2000, 0);
const latest = Date.UTC(2200, 0);

/** `sysctl -n hw.model kern.boottime`: "Mac14,2", then "{ sec = 1795075200, usec = 1 } …" [P]. undefined: no boot time in it. */
export function parseSysctl(text: string): { model: string | null; bootedMs: number } | undefined {
  const seconds = /^[ \t]*\{ sec = (\d{1,11}), usec = \d{1,6} \}/m.exec(text)?.[1];
  const bootedMs = Number(seconds ?? Number.NaN) * 1000;
  if (!(bootedMs > earliest && bootedMs < latest)) return undefined;
  const model = /^\uFEFF?([A-Za-z]{3,20}\d{1,3},\d{1,3})[ \t\r]*$/m.exec(text)?.[1];
  return { model: model === undefined ? null : `Apple ${model}`, bootedMs };
}

/** `pmset -g batt`: what the power is drawn from, then each battery's percentage [P]. null: there is no battery, or it is not understood. */
export function parseBattery(text: string): SystemFacts['battery'] {
  const source = /^\uFEFF?Now drawing from '(AC|Battery|UPS) Power'[ \t\r]*$/m.exec(text)?.[1];
  const percents = [...text.matchAll(/^[ \t]*-InternalBattery-\d{1,3} .{0,100}?[ \t](\d{1,3})%;/gm)].map((match) =>
    Number(match[1]),
  );
  if (source === undefined || percents.length === 0) return null;
  return batteryOf(percents.reduce((sum, each) => sum + each, 0) / percents.length, source === 'AC');
}

const date = z.string().transform(Date.parse).optional();
const updatesSchema = z.object({
  RecommendedUpdates: z.array(z.unknown()),
  LastSuccessfulDate: date,
  LastFullSuccessfulDate: date,
  LastBackgroundSuccessfulDate: date,
});

const dayMs = 24 * 60 * 60 * 1000;
/** A list that was not looked after for two weeks tells nothing of today. */
const freshMs = 14 * dayMs;

/**
 * The settings of software update, as `defaults export` writes them: how many updates
 * macOS itself has found and not installed. undefined: there is no such list, which
 * proves nothing, or it is old.
 */
export function parseUpdates(text: string, nowMs: number): number | undefined {
  const settings = updatesSchema.safeParse(parsePlist(text)).data;
  if (settings === undefined) return undefined;
  const { LastSuccessfulDate: last, LastFullSuccessfulDate: full, LastBackgroundSuccessfulDate: background } = settings;
  const looks = [last, full, background].map((ms) => ms ?? Number.NaN);
  const isFresh = looks.some((ms) => nowMs - ms < freshMs && ms - nowMs < dayMs);
  return isFresh ? settings.RecommendedUpdates.length : undefined;
}
