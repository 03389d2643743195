import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Programs } from '../../../shared/report/programs.ts';
import type { Exec } from '../exec.ts';
import type { Keeper } from '../keeper.ts';
import type { Probe } from '../platform.ts';
import type { UnreadList } from '../programs/installed-program.ts';
import { createProgramList } from '../programs/program-list.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { parseProperty } from './crypto-state.ts';
import { parsePackageVersions } from './package-text.ts';

interface ProgramsParts {
  exec: Exec;
  clock: Clock;
  keeper: Keeper;
}

const timeoutMs = 20_000;
/** Android 11: from here on an app may be shown a part of the list, and no word says so. */
const firstFiltered = 30;

/**
 * Apps that somebody installed on an Android device (DEV8), by their package names. What is
 * seen is compared; since Android 11 the list is told as unread too, for it may be
 * a part. From documentation; no recording of it is at hand.
 */
export function createProgramsProbe({ exec, clock, keeper }: ProgramsParts): Probe<Programs> {
  const list = createProgramList({ clock, keeper });
  return async (signal) => {
    const options = { timeoutMs, signal };
    const listed = await exec('pm', ['list', 'packages', '-3', '--show-versioncode'], options);
    const text = outputOf(listed);
    if (text === undefined) return unknown(toolTrouble(listed), instant(clock.now()), 'package-list');
    const found = parsePackageVersions(text);
    if (found === undefined) return unknown('not-understood', instant(clock.now()), 'package-list');
    const level = parseProperty(outputOf(await exec('getprop', ['ro.build.version.sdk'], options)) ?? '') ?? '';
    const programs = await list.compare(found, []);
    const isWhole = /^\d{1,3}$/.test(level) && Number(level) < firstFiltered;
    const filtered: UnreadList = { source: 'packages', reason: 'permission-denied' };
    return known(isWhole ? programs : { ...programs, unread: [filtered] }, instant(clock.now()));
  };
}
