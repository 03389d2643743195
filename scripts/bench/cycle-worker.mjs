/**
 * Runs on the laptop, in /opt/hometime, in a process namespace of its own: the agent's own prober
 * and platform go round after round while nothing changes, every section in every round. Prints the
 * CPU of a usual round, apart from it that of one in which the filter is proved by the network, the
 * processes started, and the CPU of reading the same files with bare Node.
 */
import { spawnSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import './dist/agent/frugal.js';
import { selectPlatform } from './dist/agent/platform/select.js';
import { createHealth } from './dist/agent/probe/health.js';
import { createProber } from './dist/agent/probe/prober.js';
import { createKeptFiles } from './dist/agent/store/kept-files.js';
import { systemClock } from './dist/shared/instant.js';
import { silentLog } from './dist/shared/log.js';
import { defaultDeviceSettings } from './dist/shared/policy/device-settings.js';
import { answerText } from './dist/shared/reading.js';
import { sectionNames } from './dist/shared/report/report.js';

const pairs = Number(process.argv[2]);
const roundsInPair = 10;
const roundMs = 1_000;

const parts = { clock: systemClock, log: silentLog };
const keeper = createKeptFiles({ dataFolder: mkdtempSync('/tmp/cycle-'), log: silentLog });
const settings = () => ({ ...defaultDeviceSettings, mediaSalt: Buffer.alloc(32, 7).toString('base64') });
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

/** In a namespace of its own, process numbers are given out one by one: a gap is what was started in between. */
function nextProcessNumber() {
  return spawnSync('/bin/true').pid;
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
  const numberBefore = nextProcessNumber();
  const usual = [];
  const proofs = [];
  let proof;
  hasAsked = openQuestions > 0;
  let before = cpuMs();
  for (let round = 0; round < roundsInPair; round += 1) {
    await sleep(nextMiddle() - performance.now());
    const ms = cpuMs() - before;
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
    before = cpuMs();
  }
  const ofUsual = median(usual);
  return {
    usual,
    proofs: proofs.map((spans) => sum(spans) - (spans.length - 1) * ofUsual),
    started: nextProcessNumber() - numberBefore - 1,
  };
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

/** What one settled round asks of the system. */
async function whatIsAsked() {
  const heard = createRounds((one) => testimony.push(one));
  heard.start();
  await sleep(8 * roundMs);
  testimony = [];
  await sleep(roundMs);
  const asked = testimony.flatMap(({ asked: kind, path }) =>
    kind === 'file' || kind === 'folder' ? [{ folder: kind === 'folder', path }] : [],
  );
  heard.stop();
  return asked;
}

const asked = await whatIsAsked();
const result = {
  asked: asked.length,
  floor: [],
  ours: [],
  means: [],
  proofs: [],
  started: [],
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
  const { usual, proofs, started } = await watchRounds();
  result.ours.push(median(usual));
  result.means.push(sum(usual) / usual.length);
  result.proofs.push(...proofs);
  result.started.push(started);
  result.changes.push(...[...changed].map(([section, times]) => `${section} (${times} of ${roundsInPair})`));
}
rounds.stop();
result.unknown = [...said]
  .filter(([, answer]) => answer.startsWith('unknown'))
  .map(([section, answer]) => `${section}: ${answer}`);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
