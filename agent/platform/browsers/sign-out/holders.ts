import type { Holders } from './browser-processes.ts';

/** What of a process is looked at. All of them are of the installation's owner. */
export interface SeenProcess {
  pid: number;
  parent: number;
  /** When it began, in whatever the system counts. */
  began: string;
  /** The file that it runs. */
  program: string;
  args: readonly string[];
  /** It has a file of the installation open for writing. */
  writes: boolean;
}

/**
 * Which of an owner's processes are the browser of an installation, and how many
 * others write in it. A browser is of the installation when it writes in its folder
 * or was started for it; what it started of itself goes with it.
 */
export function judgeHolders(
  seen: readonly SeenProcess[],
  folder: string,
  isBrowser: (process: SeenProcess) => boolean,
): Holders {
  const holding = seen.filter((each) => isBrowser(each) && (each.writes || isFor(folder, each.args)));
  const byPid = new Map(seen.map((each) => [each.pid, each]));
  const isBelow = (each: SeenProcess) => {
    let above = byPid.get(each.parent);
    for (let steps = 0; above !== undefined && steps < 64; steps += 1, above = byPid.get(above.parent)) {
      if (holding.includes(above) && above.program === each.program) return true;
    }
    return false;
  };
  const browser = seen.filter((each) => holding.includes(each) || (isBrowser(each) && isBelow(each)));
  return {
    browser: browser.map(({ pid, began, args }) => ({ pid, began, isMain: isMain(args) })),
    others: seen.filter((each) => each.writes && !isBrowser(each)).length,
  };
}

/** Children of Chromium tell their type, those of Firefox that they are one. */
export function isMain(args: readonly string[]): boolean {
  return !args.some((each) => each.startsWith('--type=') || each === '-contentproc');
}

/** The folders that a browser was started for by name; it holds nothing of them yet in its first moments. */
export function namedFolders(args: readonly string[]): string[] {
  return args.flatMap((each, index) => {
    if (each.startsWith('--user-data-dir=')) return [each.slice('--user-data-dir='.length)];
    return /^--?profile$/i.test(each) ? [args[index + 1] ?? ''] : [];
  });
}

function isFor(folder: string, args: readonly string[]): boolean {
  return namedFolders(args).some((each) => each.replace(/\/+$/, '') === folder);
}
