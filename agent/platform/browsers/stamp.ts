import type { Disk } from './disk.ts';

/** How a store looks from outside: when this is equal, so is what it holds. */
export interface Stamp {
  text: string;
  /** The latest change of any of its files, ms since 1970. */
  changedMs: number;
}

/** The stamp of a store that consists of these files; those that are not there count as that. undefined: none of them is. */
export async function stampOf(paths: readonly string[], disk: Disk): Promise<Stamp | undefined> {
  const texts: string[] = [];
  let changedMs = 0;
  for (const path of paths) {
    const found = await disk.look(path);
    texts.push(found?.stamp ?? '');
    changedMs = Math.max(changedMs, found?.changedMs ?? 0);
  }
  return texts.every((text) => text === '') ? undefined : { text: texts.join(' '), changedMs };
}
