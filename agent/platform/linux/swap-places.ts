import { type Mount, parseSwaps } from './findmnt.ts';
import type { Block } from './lsblk.ts';
import type { ReadText } from './proc.ts';

/** Where the content of the memory comes to lie: on devices, and in files of volumes that are mounted. */
export interface SwapPlaces {
  devices: string[];
  mounts: Mount[];
}

/**
 * All places of swap, by the kernel's list of it. Swap in memory (zram) is none, but it
 * may have a disk behind it, to which the kernel writes what is not needed soon, as it is.
 * undefined: the list is not understood.
 */
export async function findSwap(
  text: string,
  blocks: readonly Block[],
  mounts: readonly Mount[],
  read: ReadText,
): Promise<SwapPlaces | undefined> {
  const inUse = parseSwaps(text);
  if (inUse === undefined) return undefined;
  const names = [...inUse.map((device) => device.slice('/dev/'.length)), ...blocks.map(({ kname }) => kname)];
  const behind: string[] = [];
  for (const name of new Set(names.filter((each) => isInMemory(each)))) {
    // Not there: a kernel without it.
    const device = (await read(`/sys/block/${name}/backing_dev`))?.trim() ?? 'none';
    if (device !== 'none' && device !== '') behind.push(device);
  }
  const devices = inUse.filter((device) => !isInMemory(device.slice('/dev/'.length)));
  return { devices: [...devices, ...behind], mounts: swapFiles(text).flatMap((file) => mountOf(file, mounts) ?? []) };
}

function isInMemory(name: string): boolean {
  return /^zram\d/.test(name);
}

function swapFiles(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, path] = /^(\S+)\s+file\s/.exec(line) ?? [];
    return path === undefined ? [] : [path.replace(/\\([0-7]{3})/g, (_all, code) => fromOctal(String(code)))];
  });
}

function fromOctal(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}

/** The mount a file lies on: the last of those whose place is the longest part of its path. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ target }) => target === '/' || path === target || path.startsWith(`${target}/`));
  const longest = Math.max(...above.map(({ target }) => target.length));
  return above.findLast(({ target }) => target.length === longest);
}
