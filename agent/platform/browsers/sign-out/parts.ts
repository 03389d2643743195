import type { Hosts } from './hosts.ts';
import type { SafeFolder } from './safe-folder.ts';

/** What taking hosts out of a profile needs. */
export interface ClearParts {
  hosts: Hosts;
  signal: AbortSignal;
  /** For tests: where copies are made. */
  scratchBelow?: string | undefined;
}

/** Works in a folder below another one, if it is there. */
export async function inFolder(
  folder: SafeFolder,
  [name, ...rest]: readonly string[],
  work: (inner: SafeFolder) => Promise<void>,
): Promise<void> {
  if (name === undefined) return work(folder);
  const inner = await folder.enter(name);
  if (inner === undefined) return;
  try {
    await inFolder(inner, rest, work);
  } finally {
    await inner.close();
  }
}

/** Whether there is a plain file of this name. */
export async function isThere(folder: SafeFolder, name: string): Promise<boolean> {
  return (await folder.kindOf(name)) === 'file';
}

/** Does every step, whatever becomes of the others, then throws what the first one threw that failed. */
export async function eachStep(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
