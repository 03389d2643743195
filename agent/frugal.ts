import { setFlagsFromString } from 'node:v8';
import { z } from 'zod';

/**
 * Settings of the JavaScript engine for a program that lives for months and
 * nearly always waits: memory goes before speed. Imported first by main.ts, for
 * what is already grown does not shrink.
 *
 * - `optimize-for-size`: the heap grows in small steps and is tidied sooner.
 * - The next two put the optimising compiler off until a function has run for a
 *   good part of a second. What only ticks never wakes it, and the 4 MB of its
 *   code stay on the disk; the first scan of 100,000 photos still gets it.
 * - `no-sparkplug`: no quick machine code either, a megabyte of it and of its books.
 *
 * Measured side by side and of no use: `no-lazy-feedback-allocation` and a smaller budget for it (a megabyte more, no
 * round any cheaper), `no-parallel-scavenge`, `max-lazy`, `bytecode-old-age`, smaller semi-spaces.
 *
 * DANGER: `single-threaded-gc`, set here and not on the command line, kills the
 * process at its first tidying up.
 *
 * All but the first are the words of Node 20's engine; a newer one might complain of them.
 */
const settings = ['optimize-for-size'];
if (process.versions.v8.startsWith('11.'))
  settings.push('interrupt-budget=10000000', 'max-bytecode-size-for-early-opt=0', 'no-sparkplug');
for (const setting of settings) setFlagsFromString(`--${setting}`);

// Schemas are used a few times an hour: no program of its own is made of each.
z.config({ jitless: true });
