import type { Tools } from './store.ts';

/**
 * The names in a folder; undefined: there is no such folder; `hidden`: it may not be
 * looked into, or it is a way to a disk that is not there now.
 */
export async function contentOf(
  folder: string,
  { names, disk }: Tools,
): Promise<readonly string[] | 'hidden' | undefined> {
  try {
    const inside = await names.namesIn(folder);
    return inside === undefined && (await leadsNowhere(folder, { disk })) ? 'hidden' : inside;
  } catch {
    return 'hidden';
  }
}

/** Whether the name is there and what it stands for is not. */
export async function leadsNowhere(path: string, { disk }: Pick<Tools, 'disk'>): Promise<boolean> {
  return (await disk.look(path)) === undefined && (await disk.isNamed(path));
}
