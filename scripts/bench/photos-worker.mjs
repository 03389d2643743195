/**
 * Runs the agent's own photos probe in a process of its own, with the engine settings of the agent,
 * on one home. Arguments: the folder of the compiled agent, the home, and what to tell: `first` (the
 * first scan, wall-clock milliseconds), `unchanged` (CPU of a round in which nothing changed, once
 * all sizes are known), `looks` (CPU of one bare look at each folder, which is the least that such a
 * round can cost) or `block` (the longest time the event loop stood still, from the first scan
 * until all sizes are known). Prints one number.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [, , dist, home, what] = process.argv;
await import(`${dist}/agent/frugal.js`);
const { createPhotosProbe } = await import(`${dist}/agent/platform/linux/photos.js`);
const { realFolders } = await import(`${dist}/agent/platform/photos/folders.js`);
const { createHomeFiles, createSystemFiles } = await import(`${dist}/agent/platform/linux/files.js`);
const { createNearness, nearFiles, nearText } = await import(`${dist}/agent/platform/linux/near.js`);
const { readKernelNow, readKernelText, readText } = await import(`${dist}/agent/platform/linux/proc.js`);
const { forgetful } = await import(`${dist}/agent/platform/keeper.js`);

/** Rounds before those that count: both are to be as they are in an agent that has run for days. */
const warmRounds = 50;

const isNear = createNearness({ readKernel: readKernelNow });
const probe = createPhotosProbe({
  // Long after the files were made: a folder that just changed is not trusted to be at rest.
  clock: { now: () => Date.now() + 60_000 },
  folders: realFolders,
  // As the agent's own platform puts it together.
  read: readKernelText,
  readHome: nearText(isNear, readKernelText, readText),
  files: nearFiles(isNear, createSystemFiles(), createHomeFiles()),
  accounts: async () => [{ home }],
  settings: () => ({ resourceFolder: 'Teaching Resources' }),
  keeper: forgetful,
});

async function look() {
  // A round may be content with a glance, as each of the agent's own is.
  const { value } = await probe(new AbortController().signal, 'glance');
  if (!value.complete) throw new Error('not everything was counted');
  return value.atLeast;
}

/** Rounds until every size is known. */
async function settle() {
  for (let round = 0; round < 200; round += 1) if ((await look()).bytes !== undefined) return;
  throw new Error('sizes are never known');
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function first() {
  const began = performance.now();
  const { photos, videos } = await look();
  const ms = performance.now() - began;
  process.stderr.write(`${photos + videos}\n`);
  return ms;
}

async function unchanged() {
  await settle();
  for (let round = 0; round < warmRounds; round += 1) await look();
  const before = cpuMs();
  const rounds = 10;
  for (let round = 0; round < rounds; round += 1) await look();
  return (cpuMs() - before) / rounds;
}

function looks() {
  const folders = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ path, name }) => join(path, name));
  const goRound = () => folders.reduce((sum, folder) => sum + lstatSync(folder).mtimeMs, 0);
  for (let round = 0; round < warmRounds; round += 1) goRound();
  const before = cpuMs();
  for (let round = 0; round < 10; round += 1) goRound();
  return (cpuMs() - before) / 10;
}

async function block() {
  let [last, longest, isOn] = [performance.now(), 0, true];
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (isOn) setImmediate(tick);
  };
  setImmediate(tick);
  await settle();
  isOn = false;
  return longest;
}

process.stdout.write(`${await { first, looks, unchanged, block }[what]()}\n`);
