import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askCommand, startChild } from './child.mjs';
import { prepare } from './prepare.mjs';
import { projectFolder, runScript, StepFailed, say } from './step.mjs';

const data = resolve(process.env.HOMETIME_DATA || join(projectFolder, 'data'));
const agentData = join(data, 'agent');
const peoplePort = process.env.HOMETIME_PEOPLE_PORT || '8080';
const peopleHost = /^(0\.0\.0\.0|::)?$/.test(process.env.HOMETIME_PEOPLE_HOST ?? '')
  ? '127.0.0.1'
  : process.env.HOMETIME_PEOPLE_HOST;
const dashboard = `http://${peopleHost}:${peoplePort}`;
const serverMain = 'server/main.js';
const agentMain = 'agent/main.js';
const readyWithinMs = 60_000;

/** Set by Ctrl-C or by the end of either part: from then on nothing new is started. */
let stopping = false;
/** The agent before the server: the order in which they are ended. */
const running = [];

async function start() {
  await prepare();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  endWithNpm();
  await makeDataFolder();
  const spoken = [];
  const server = startServer(spoken);
  if (!(await untilReady(server, spoken))) return;
  await enrolThisComputer();
  if (stopping) return;
  startAgent();
  tellWhereEverythingIs(spoken);
}

/** A signal to npm ends its shell and not what the shell started: an orphan of npm ends as if it had been told itself. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop(0);
  }, 250).unref();
}

/** For the logs. Where it cannot be made, the server says so better than this script could. */
async function makeDataFolder() {
  const { makePrivateFolder } = await import('../dist/shared/make-folder.js');
  try {
    makePrivateFolder(data);
  } catch {
    // Told by the server.
  }
}

function startServer(spoken) {
  const server = startChild({
    name: 'The server',
    main: serverMain,
    args: ['start', '--data', data],
    logFile: join(data, 'server.log'),
    hear: (line) => spoken.push(line),
  });
  endTogether(server, () => spoken.forEach(say));
  return server;
}

function startAgent() {
  const spoken = [];
  const agent = startChild({
    name: 'The agent',
    main: agentMain,
    args: ['run', '--observe', '--data', agentData],
    logFile: join(data, 'agent.log'),
    hear: (line) => spoken.push(line),
  });
  endTogether(agent, () => spoken.slice(-10).forEach(say));
}

/** Either of them ending by itself ends the other too, with the first one's code, after its last words. */
function endTogether(child, lastWords) {
  running.unshift(child);
  child.ended.then((code) => {
    if (stopping) return undefined;
    lastWords();
    say(`${child.name} ended by itself (code ${code}). Its log is in ${data}.`);
    return stop(code === 0 ? 1 : code);
  });
}

/** Ends the agent, then the server, and waits for both. */
async function stop(code) {
  if (stopping) return;
  stopping = true;
  if (running.some((child) => child.isRunning())) say('\nStopping …');
  for (const child of running) {
    child.stop();
    await child.ended;
  }
  process.exit(code);
}

/** Ready is what it says itself and shows at /readyz: another server may hold the port and answer in its place. */
async function untilReady(server, spoken) {
  const deadline = Date.now() + readyWithinMs;
  while (!stopping && server.isRunning()) {
    if (spoken.length > 0 && (await answers())) return server.isRunning();
    if (Date.now() > deadline) {
      throw new StepFailed(`The server did not get ready within ${readyWithinMs / 1000} s. See ${data}/server.log.`);
    }
    await sleep(50);
  }
  return false;
}

async function answers() {
  try {
    return (await fetch(`${dashboard}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** The agent of this computer takes part like any other device: by a link made for it. Once; later starts keep what it has. */
async function enrolThisComputer() {
  if (await isEnrolled()) return;
  const link = await makeLink();
  const enrolled = await askCommand(agentMain, ['enrol', link, '--data', agentData]);
  if (enrolled.code !== 0) throw new StepFailed(`This computer could not be enrolled.\n${enrolled.said}`);
}

async function isEnrolled() {
  const status = await askCommand(agentMain, ['status', '--json', '--data', agentData]);
  try {
    return JSON.parse(status.printed).enrolled === true;
  } catch {
    return false;
  }
}

/** A device of this computer's name may be left from a data folder of the agent that was lost: then a number is put behind it. */
async function makeLink() {
  const name =
    hostname()
      .replace(/[\p{Cc}/\\]/gu, '-')
      .slice(0, 50) || 'This computer';
  let last = '';
  for (const each of [name, ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${name} (${number})`)]) {
    const options = ['--name', each, '--kind', 'laptop', '--address', '127.0.0.1', '--data', data];
    const made = await askCommand(serverMain, ['enrol-link', ...options]);
    if (made.code === 0) return made.printed;
    last = made.said;
  }
  throw new StepFailed(`No enrolment link for this computer could be made.\n${last}`);
}

function tellWhereEverythingIs(spoken) {
  const told = (label) => spoken.map((line) => line.split(`${label}: `)[1]?.trim()).find(Boolean);
  const setUp = told('Set-up link');
  const lines = [
    '',
    'Hometime is running.',
    '',
    `  Dashboard     ${told('Dashboard') ?? dashboard}`,
    ...(setUp === undefined
      ? []
      : [`  Set-up link   ${setUp}`, '                (once: it makes the first administrator)']),
    `  Data          ${data}`,
    '  This computer is watched in observe mode: it reports, and refuses every order.',
    '',
    'Stop with Ctrl-C.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  // What it said so far is told; only what it says from now on can be its last words.
  spoken.length = 0;
}

await runScript(start);
