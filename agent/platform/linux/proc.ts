import { readdir, readFile } from 'node:fs/promises';

/** Reads one file of the kernel or the system; undefined when it is not there or may not be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

export const readText: ReadText = (path) => readFile(path, 'utf8').catch(() => undefined);

/** Names in a folder of the kernel; undefined when it is not there or may not be read. */
export type ListNames = (path: string) => Promise<string[] | undefined>;

export const listNames: ListNames = (path) => readdir(path).catch(() => undefined);

/** The numbers of all processes that can be seen; undefined when there is no /proc. */
export async function processIds(list: ListNames): Promise<string[] | undefined> {
  return (await list('/proc'))?.filter((name) => /^\d+$/.test(name));
}
