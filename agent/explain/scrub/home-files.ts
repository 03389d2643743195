import type { Testimony } from '../../platform/witness.ts';
import { isSystemWord } from './system-words.ts';

/** A folder in which a person's own files lie: the names in it are the person's. */
const inHome = /^(?:(?:\/var)?\/home\/[^/]|\/root(?:\/|$)|\/Users\/[^/]|\/srv\/[^/]|[a-z]:[\\/]Users[\\/][^\\/])/i;

/**
 * What was asked and given, with no name of a person's own file in it: of a folder at home
 * only how many names there are and their endings are of use to anybody. The system's own
 * names ("Downloads") stay.
 */
export function withoutHomeFiles(testimony: readonly Testimony[]): Testimony[] {
  return testimony.map((one) =>
    one.asked === 'folder' && one.gave !== undefined && isAtHome(one.path, testimony)
      ? {
          ...one,
          gave: one.gave.map((name, at) => (isSystemWord(name) ? name : `STANDIN-file-${at + 1}${endingOf(name)}`)),
        }
      : one,
  );
}

/** Homes lie where the system's list of accounts says, too. */
function isAtHome(path: string, testimony: readonly Testimony[]): boolean {
  return inHome.test(path) || homesIn(testimony).some((home) => path === home || path.startsWith(`${home}/`));
}

function homesIn(testimony: readonly Testimony[]): string[] {
  return testimony.flatMap((one) =>
    one.asked === 'file' && one.path === '/etc/passwd' && one.gave !== undefined
      ? one.gave
          .split('\n')
          .map((line) => line.split(':'))
          .filter(([, , uid]) => Number(uid) >= 1000 && Number(uid) < 65_000)
          .map(([, , , , , home = '']) => home)
          .filter((home) => home.length > 1)
      : [],
  );
}

/** ".pdf", ".AppImage": what kind of file it is tells nothing of anybody. */
function endingOf(name: string): string {
  return /\.[A-Za-z]{1,8}$/.exec(name.slice(1))?.[0] ?? '';
}
