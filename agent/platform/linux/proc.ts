import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** Reads one file of the kernel or the system; undefined when it is not there or may not be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

export const readText: ReadText = (path) => readFile(path, 'utf8').catch(() => undefined);

/** Names in a folder of the kernel; undefined when it is not there or may not be read. */
export type ListNames = (path: string) => Promise<string[] | undefined>;

export const listNames: ListNames = (path) => readdir(path).catch(() => undefined);

// A pipe that is opened so is empty at once; whoever opens it in the usual way waits for its other end.
const atOnce = constants.O_RDONLY | constants.O_NONBLOCK;
/** One for all: to make out a word for it costs as much as a short file. */
const asText = { encoding: 'utf8' } as const;

/**
 * The same two for what lies in memory: `/proc`, `/sys`, `/run`. They are read at
 * once, without the pool of threads: a tenth of the processor's time.
 * DANGER: never for a home, which may lie on a server that does not answer.
 */
export function readKernelNow(path: string): string | undefined {
  try {
    // No pipe lies there, so one call will do.
    if (isKernelsOwn(path)) return readFileSync(path, asText);
    const file = openSync(path, atOnce);
    try {
      return readFileSync(file, asText);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

export const readKernelText: ReadText = async (path) => readKernelNow(path);

/** What the kernel makes up as it is read: it bears no size and no time of change. */
export function isKernelsOwn(path: string): boolean {
  return path.startsWith('/proc/') || path.startsWith('/sys/');
}

export const listKernelNames: ListNames = async (path) => {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
};

/** The numbers of all processes that can be seen; undefined when there is no /proc. */
export async function processIds(list: ListNames): Promise<string[] | undefined> {
  return (await list('/proc'))?.filter((name) => /^\d+$/.test(name));
}
