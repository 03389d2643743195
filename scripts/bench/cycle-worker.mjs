/**
 * Runs on the laptop, in /opt/hometime, in a process namespace of its own: the agent's own prober
 * and platform go round after round while nothing changes, every section in every round. Prints the
 * CPU of a usual round, apart from it that of one in which the filter is proved by the network, the
 * processes started, and the CPU of reading the same files with bare Node.
 */
import childProcess from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

/** The tools that were started, by name: heard before the agent's own parts take hold of `spawn`. */
let tools = [];
const { spawn, spawnSync } = childProcess;
childProcess.spawn = (tool, ...rest) => {
  tools.push(tool.slice(tool.lastIndexOf('/') + 1));
  return spawn(tool, ...rest);
};
syncBuiltinESMExports();

await import('./dist/agent/frugal.js');
const { selectPlatform } = await import('./dist/agent/platform/select.js');
const { createHealth } = await import('./dist/agent/probe/health.js');
const { createProber } = await import('./dist/agent/probe/prober.js');
const { createKeptFiles } = await import('./dist/agent/store/kept-files.js');
const { systemClock } = await import('./dist/shared/instant.js');
const { silentLog } = await import('./dist/shared/log.js');
const { defaultDeviceSettings } = await import('./dist/shared/policy/device-settings.js');
const { answerText } = await import('./dist/shared/reading.js');
const { sectionNames } = await import('./dist/shared/report/report.js');

const pairs = Number(process.argv[2]);
const roundsInPair = 10;
const roundMs = 1_000;
/** Series that are left out at most, for what happened around the laptop. */
const mostDisturbed = 5;

const parts = { clock: systemClock, log: silentLog };
const keeper = createKeptFiles({ dataFolder: mkdtempSync('/tmp/cycle-'), log: silentLog });
const held = { ...defaultDeviceSettings, mediaSalt: Buffer.alloc(32, 7).toString('base64') };
/** As the agent itself has them: at hand. */
const settings = () => held;
const health = createHealth({ ...parts, keeper });
const said = new Map();
/** Sections whose answer was another one than the one before, and how often. */
let changed = new Map();
let testimony = [];

/** Questions to the network's resolvers that are still open, and whether one was put since this was last set. */
let openQuestions = 0;
let hasAsked = false;
for (const method of ['resolve4', 'resolve6', 'resolveCname', 'resolveTxt']) {
  const real = Resolver.prototype[method];
  Resolver.prototype[method] = async function heard(...question) {
    openQuestions += 1;
    hasAsked = true;
    try {
      return await real.apply(this, question);
    } finally {
      openQuestions -= 1;
    }
  };
}

/** What the agent does with each reading: is it another answer than the one said last? */
function compare(readings) {
  const now = performance.now();
  if (now - roundAt > roundMs / 2 && 'agent' in readings) roundAt = now;
  for (const [section, reading] of Object.entries(readings)) {
    const answer = answerText(reading);
    if (said.get(section) !== answer) changed.set(section, (changed.get(section) ?? 0) + 1);
    said.set(section, answer);
  }
}

/** The agent's rounds, every section each second. `witness` hears what is asked of the system. */
function createRounds(witness) {
  const platform = selectPlatform({ ...parts, settings, keeper, ...(witness && { witness }) });
  return createProber({
    ...parts,
    // No rhythms of the platform's own either: every section in every round.
    platform: { ...platform, watch: () => () => {}, everyMs: {} },
    health: health.probe,
    onReading: compare,
    rhythms: Object.fromEntries(sectionNames.map((name) => [name, { everyMs: roundMs, limitMs: 60_000, why: '' }])),
    random: () => 0.5,
  });
}

/**
 * In a namespace of its own, numbers are given out one by one, to processes and to threads: a gap is
 * what was started in between. Node's own threads stay once they are there.
 */
function numbersGiven() {
  return { next: spawnSync('/bin/true').pid, threads: readdirSync('/proc/self/task').length };
}

/** How many events the kernel told of so far. Whatever happens on the machine around the laptop shows in it. */
function eventsSoFar() {
  return readFileSync('/sys/kernel/uevent_seqnum', 'utf8');
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * CPU from the middle of one pause to the middle of the next, with one round in between, and
 * what was started meanwhile. A proof by the network goes on longer than its round: all spans
 * in which a question was put or open belong to it, less what their other rounds cost.
 */
async function watchRounds() {
  const eventsBefore = eventsSoFar();
  const before = numbersGiven();
  tools = [];
  const usual = [];
  const proofs = [];
  let proof;
  hasAsked = openQuestions > 0;
  let from = cpuMs();
  for (let round = 0; round < roundsInPair; round += 1) {
    await sleep(nextMiddle() - performance.now());
    const ms = cpuMs() - from;
    const isProof = hasAsked || openQuestions > 0;
    hasAsked = openQuestions > 0;
    if (isProof && proof === undefined) {
      proof = [];
      proofs.push(proof);
    }
    if (isProof) proof.push(ms);
    else {
      proof = undefined;
      usual.push(ms);
    }
    from = cpuMs();
  }
  const ofUsual = median(usual);
  const after = numbersGiven();
  const threads = after.threads - before.threads;
  return {
    usual,
    proofs: proofs.map((spans) => sum(spans) - (spans.length - 1) * ofUsual),
    threads,
    started: after.next - before.next - 1 - threads,
    tools,
    isQuiet: eventsSoFar() === eventsBefore,
  };
}

/**
 * Such a series in which nothing changed. A disk or a link that comes or goes anywhere on the machine is an
 * event of the kernel's for the laptop too, and the agent rightly asks its tools again: that is no such series.
 */
async function watchQuietRounds() {
  for (;;) {
    const series = await watchRounds();
    if (series.isQuiet || result.disturbed >= mostDisturbed) return series;
    result.disturbed += 1;
  }
}

/** When the first answer of the round under way, or of the last one, came. */
let roundAt = 0;

function nextMiddle() {
  // Rounds drift by what a timer is late: each pause is reckoned from the last round that was seen.
  let middle = roundAt + roundMs / 2;
  while (middle < performance.now() + roundMs / 4) middle += roundMs;
  return middle;
}

function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}

/** The same files and folders, read one after the other by bare Node, at the same rhythm. */
async function watchFloor(asked) {
  const spans = [];
  for (let round = 0; round < roundsInPair; round += 1) {
    const before = cpuMs();
    await sleep(roundMs);
    for (const { folder, path } of asked) {
      try {
        if (folder) readdirSync(path);
        else readFileSync(path);
      } catch {
        // Not there, or not to be read: that was asked, too.
      }
    }
    spans.push(cpuMs() - before);
  }
  return median(spans);
}

/** What one settled round asks of the system, each file and folder once. */
async function whatIsAsked() {
  const heard = createRounds((one) => testimony.push(one));
  heard.start();
  await sleep(8 * roundMs);
  await sleep(nextMiddle() - performance.now());
  testimony = [];
  await sleep(nextMiddle() - performance.now());
  const asked = new Map();
  for (const { asked: kind, path } of testimony)
    if (kind === 'file' || kind === 'folder') asked.set(path, { folder: kind === 'folder', path });
  heard.stop();
  return [...asked.values()];
}

const asked = await whatIsAsked();
const result = {
  asked: asked.length,
  floor: [],
  ours: [],
  means: [],
  proofs: [],
  started: [],
  threads: [],
  tools: [],
  disturbed: 0,
  unknown: [],
  changes: [],
};
const rounds = createRounds();
rounds.start();
// What was written as somebody signed in has come to rest by then, and the engine has tidied up after the start.
await sleep(45 * roundMs);
for (let pair = 0; pair < pairs; pair += 1) {
  rounds.stop();
  await sleep(roundMs);
  result.floor.push(await watchFloor(asked));
  rounds.start();
  await sleep(4.5 * roundMs);
  changed = new Map();
  const { usual, proofs, ...numbers } = await watchQuietRounds();
  result.ours.push(median(usual));
  result.means.push(sum(usual) / usual.length);
  result.proofs.push(...proofs);
  result.started.push(numbers.started);
  result.threads.push(numbers.threads);
  result.tools.push(...numbers.tools);
  result.changes.push(...[...changed].map(([section, times]) => `${section} (${times} of ${roundsInPair})`));
}
rounds.stop();
result.unknown = [...said]
  .filter(([, answer]) => answer.startsWith('unknown'))
  .map(([section, answer]) => `${section}: ${answer}`);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
