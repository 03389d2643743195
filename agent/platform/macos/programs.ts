import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Programs } from '../../../shared/report/programs.ts';
import type { Exec } from '../exec.ts';
import type { Keeper } from '../keeper.ts';
import type { Probe } from '../platform.ts';
import type { UnreadList } from '../programs/installed-program.ts';
import { createProgramList } from '../programs/program-list.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { createApplications } from './applications.ts';
import { parsePackages } from './package-text.ts';

interface ProgramsParts {
  exec: Exec;
  clock: Clock;
  keeper: Keeper;
  /** For tests: the folder that stands for `/`. */
  root?: string;
}

const timeoutMs = 30_000;

/**
 * Installed programs on macOS (DEV8): applications in the folders for them, the device's
 * and everybody's own, and what installers left a receipt of. What the system itself
 * brings is left out; programs kept elsewhere are not seen.
 */
export function createProgramsProbe({ exec, clock, keeper, root = '' }: ProgramsParts): Probe<Programs> {
  const list = createProgramList({ clock, keeper });
  const applications = createApplications(root);
  return async (signal) => {
    const found = await applications.look();
    const at = () => instant(clock.now());
    if (found === undefined) return unknown('blocked-by-permission', at(), 'package-list');
    const receipts = await exec('pkgutil', ['--pkgs'], { timeoutMs, signal });
    const text = outputOf(receipts);
    const packages = text === undefined ? undefined : parsePackages(text);
    const unread: UnreadList[] = found.isWhole ? [] : [{ source: 'applications', reason: 'blocked-by-permission' }];
    if (packages === undefined)
      unread.push({ source: 'packages', reason: text === undefined ? toolTrouble(receipts) : 'not-understood' });
    return known(await list.compare([...found.programs, ...(packages ?? [])], unread), at());
  };
}
