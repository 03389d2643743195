import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserProcess, BrowserProcesses, Holders, Installation } from './browser-processes.ts';

/**
 * What became of a browser. `still-open`: somebody holds its profiles that may not
 * or does not end; `unknown`: who holds them cannot be told. Both: nothing may be changed.
 */
export type Closing = 'not-open' | 'closed' | 'ended' | 'still-open' | 'unknown';

export interface Patience {
  /** How long a browser gets to write down what it holds. */
  politeMs: number;
  /** How long an ended one may take to be gone. */
  endMs: number;
  stepMs: number;
}

export const patience: Patience = { politeMs: 10_000, endMs: 3_000, stepMs: 100 };

/**
 * Closes a browser: asks it, waits, and ends what is left of it.
 *
 * INVARIANT: only what was found to hold the installation as its owner's browser is
 * ever asked or ended. Whatever takes its place meanwhile is found anew, and ended too, within the time.
 */
export async function closeBrowser(
  installation: Installation,
  processes: BrowserProcesses,
  { politeMs, endMs, stepMs }: Patience,
  signal: AbortSignal,
): Promise<Closing> {
  const look = () => processes.holders(installation, signal);
  const first = await look();
  if (first === undefined) return 'unknown';
  if (isFree(first)) return 'not-open';
  if (first.browser.length === 0) return 'still-open';
  await processes.askToClose(mainsOf(first.browser), installation);
  const left = await waitUntilFree(look, politeMs, stepMs, signal);
  if (left === undefined) return 'unknown';
  if (isFree(left)) return 'closed';
  if (left.browser.length === 0) return 'still-open';
  await processes.end(left.browser);
  const last = await waitUntilFree(look, endMs, stepMs, signal);
  if (last === undefined) return 'unknown';
  return isFree(last) ? 'ended' : 'still-open';
}

export function isFree({ browser, others }: Holders): boolean {
  return browser.length === 0 && others === 0;
}

/** A browser whose first process was killed leaves others: then they are asked. */
function mainsOf(browser: readonly BrowserProcess[]): readonly BrowserProcess[] {
  const mains = browser.filter(({ isMain }) => isMain);
  return mains.length > 0 ? mains : browser;
}

async function waitUntilFree(
  look: () => Promise<Holders | undefined>,
  withinMs: number,
  stepMs: number,
  signal: AbortSignal,
): Promise<Holders | undefined> {
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    const now = await look();
    if (now === undefined || isFree(now) || waitedMs >= withinMs) return now;
    await sleep(stepMs, undefined, { signal });
  }
}
