/**
 * Runs the agent's own photos probe in a process of its own, with the engine settings of the agent,
 * on one home. Arguments: the folder of the compiled agent, the home, and what to tell: `first` (the
 * first scan, wall-clock milliseconds), `unchanged` (CPU of a round in which nothing changed, once
 * all sizes are known) or `block` (the longest time the event loop stood still, from the first scan
 * until all sizes are known). Prints one number.
 */
const [, , dist, home, what] = process.argv;
await import(`${dist}/agent/frugal.js`);
const { createPhotosProbe } = await import(`${dist}/agent/platform/linux/photos.js`);
const { realFolders } = await import(`${dist}/agent/platform/photos/folders.js`);
const { readText } = await import(`${dist}/agent/platform/linux/proc.js`);
const { forgetful } = await import(`${dist}/agent/platform/keeper.js`);

const probe = createPhotosProbe({
  // Long after the files were made: a folder that just changed is not trusted to be at rest.
  clock: { now: () => Date.now() + 60_000 },
  folders: realFolders,
  read: readText,
  accounts: async () => [{ home }],
  settings: () => ({ resourceFolder: 'Teaching Resources' }),
  keeper: forgetful,
});

async function look() {
  const { value } = await probe(new AbortController().signal);
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
  const before = cpuMs();
  const rounds = 10;
  for (let round = 0; round < rounds; round += 1) await look();
  return (cpuMs() - before) / rounds;
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

process.stdout.write(`${await { first, unchanged, block }[what]()}\n`);
