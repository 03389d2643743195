import { setFlagsFromString } from 'node:v8';

/**
 * Settings of the JavaScript engine for a program that lives for months and
 * nearly always waits: memory goes before speed. Imported first by main.ts, for
 * what is already grown does not shrink.
 *
 * - `optimize-for-size`: the heap grows in small steps and is tidied sooner.
 * - The other two put the optimising compiler off until a function has run for a
 *   good part of a second. What only ticks never wakes it, and the 4 MB of its
 *   code stay on the disk; the first scan of 100,000 photos still gets it.
 *   They are the words of Node 20's engine; a newer one would complain of them.
 */
const settings = ['optimize-for-size'];
if (process.versions.v8.startsWith('11.'))
  settings.push('interrupt-budget=10000000', 'max-bytecode-size-for-early-opt=0');
for (const setting of settings) setFlagsFromString(`--${setting}`);
