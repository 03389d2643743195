import type { Clock } from '../../../shared/instant.ts';
import type { Disk } from './disk.ts';

/** Names in folders, listed again only when the folder changed. */
export interface FolderNames {
  /** In no order; undefined: there is no such folder. Throws when it may not be listed. */
  namesIn(path: string): Promise<readonly string[] | undefined>;
  /** Folders that were not asked for since the last call are forgotten. */
  endRound(): void;
}

interface Listed {
  stamp: string;
  names: readonly string[];
}

/** File systems keep times in steps, FAT of two seconds: a folder that changed this recently may change again unnoticed. */
export const settledMs = 3_000;

export function createFolderNames(disk: Disk, clock: Clock): FolderNames {
  let kept = new Map<string, Listed>();
  let next = new Map<string, Listed>();

  async function list(path: string): Promise<Listed | undefined> {
    const found = await disk.look(path);
    if (found?.kind !== 'folder') return undefined;
    const before = kept.get(path);
    if (before?.stamp === found.stamp) return before;
    const names = await disk.list(path);
    const isSettled = clock.now() - found.changedMs > settledMs;
    return { stamp: isSettled ? found.stamp : '', names };
  }

  return {
    async namesIn(path) {
      const listed = next.get(path) ?? (await list(path));
      if (listed !== undefined) next.set(path, listed);
      return listed?.names;
    },
    endRound() {
      kept = next;
      next = new Map();
    },
  };
}

/** The name as the disk writes it: Windows and macOS take any letter case for the same name. */
export function findName(names: readonly string[], wanted: string): string | undefined {
  if (names.includes(wanted)) return wanted;
  const lower = wanted.toLowerCase();
  return names.find((name) => name.toLowerCase() === lower);
}
