import { dirname, join } from 'node:path';
import type { Clock } from '../../../shared/instant.ts';
import type { SameFolders } from '../photos/probe.ts';
import type { PhotoRoot } from '../photos/roots.ts';
import type { Files } from './files.ts';
import { sharedRoots } from './photo-folders.ts';
import { isInSight, type Question, type Sight, takeSight } from './sight.ts';

interface SameFoldersParts {
  clock: Clock;
  files: Files;
  /** The folders of a home, as they were last told. */
  rootsOf: (home: string) => readonly PhotoRoot[];
  /** Tops of disks, where bins may lie. */
  disks: () => readonly string[];
}

/** Whatever a look shows, all is found anew after this long. */
const believedMs = 5 * 3_600_000;

/**
 * Whether the same folders would be found, by looks at what they are found by: the list
 * of accounts, the folders that hold homes, what each desktop names its folders, the tops
 * of disks, and each folder itself, whether it is there or not. A link anywhere on the
 * way, or a home that lies elsewhere, and they are found anew in each round.
 *
 * INVARIANT: looks that were taken after the folders were found count only once the
 * folders were found a second time, just so, while the looks showed the same.
 */
export function createSameFolders({ clock, files, rootsOf, disks }: SameFoldersParts): SameFolders {
  let sight: Sight | undefined;
  let course = '';
  let sinceMs = 0;
  let isConfirmed = false;

  function questions(homes: readonly string[]): Question[] {
    const around = homes.flatMap(foldersAbove);
    const roots = [...sharedRoots, ...homes.flatMap(rootsOf)].map(({ path }) => path);
    const named = homes.map((home) => join(home, '.config/user-dirs.dirs'));
    const paths = new Set(['/etc/passwd', '/home', ...around, ...homes, ...named, ...disks(), ...roots]);
    return [...paths].map((path) => ({ way: 'mark', path }));
  }

  return {
    found(homes, found) {
      const nowMs = clock.now();
      isConfirmed = sight !== undefined && found === course && isInSight(sight, files);
      if (!isConfirmed) sight = takeSight(questions(homes), files, nowMs);
      course = found;
      sinceMs = nowMs;
    },
    areSame() {
      const age = clock.now() - sinceMs;
      if (!isConfirmed || sight === undefined || age < 0 || age >= believedMs) return false;
      return isInSight(sight, files);
    },
  };
}

function foldersAbove(home: string): string[] {
  const above: string[] = [];
  for (let path = dirname(home); path !== '/'; path = dirname(path)) above.push(path);
  return above;
}
