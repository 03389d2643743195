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

/** The rest of a path below a person's home, wherever a text names one. What begins with a dot, and programs' own folders, are no person's. */
export const belowHome =
  /(?<=(?:\/home|\/Users)\/[^/\s"'\\]{1,60}\/|[A-Z]:\\{1,4}Users\\{1,4}[^\\\s"']{1,60}\\{1,4})(?![.\\/])[^\s"':,;<>|]{1,300}/g;

const programFolders = /^(?:\.|snap$|Library$|AppData$|STANDIN|person\d)/;

/** With a stand-in for each name, and its ending; from a program's folder on, as it is. */
export function standInPath(rest: string, numberOf: (kind: string, word: string) => number): string {
  let isProgram = false;
  return rest
    .split(/([\\/]+)/)
    .map((name, at) => {
      isProgram ||= programFolders.test(name);
      const stays = at % 2 === 1 || name === '' || isProgram || isSystemWord(name);
      return stays ? name : `STANDIN-file-${numberOf('file', name)}${endingOf(name)}`;
    })
    .join('');
}
