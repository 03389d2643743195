import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.mjs';
import { watchNpm } from './npm-watch.mjs';
import { prepare } from './prepare.mjs';
import { projectFolder, runScript, StepFailed, say } from './step.mjs';
import { watchThisComputer } from './this-computer.mjs';

const data = resolve(process.env.HOMETIME_DATA || join(projectFolder, 'data'));
const agentData = join(data, 'agent');
const serverLog = join(data, 'server.log');
const agentLog = join(data, 'agent.log');
const peoplePort = process.env.HOMETIME_PEOPLE_PORT || '8080';
const peopleHost = /^(0\.0\.0\.0|::)?$/.test(process.env.HOMETIME_PEOPLE_HOST ?? '')
  ? '127.0.0.1'
  : process.env.HOMETIME_PEOPLE_HOST;
const dashboard = `http://${peopleHost}:${peoplePort}`;
const serverMain = 'server/main.js';
const agentMain = 'hometime-agent.cjs';
const readyWithinMs = 60_000;

/** Set by Ctrl-C or by the end of either part: from then on nothing new is started. */
let stopping = false;
/** The agent before the server: the order in which they are ended. */
const running = [];

async function start() {
  const npm = watchNpm(() => stop(0));
  await prepare();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  npm.begin();
  await makeDataFolder();
  const spoken = [];
  const server = startServer(spoken);
  if (!(await untilReady(server, spoken))) return;
  const isWatched = await watchThisComputer({ data, agentData, startAgent, isStopping: () => stopping });
  if (stopping) return;
  tellWhereEverythingIs(spoken, isWatched);
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
    logFile: serverLog,
    hear: (line) => spoken.push(line),
  });
  endTogether(server, serverLog, () => spoken.forEach(say));
  return server;
}

function startAgent() {
  const spoken = [];
  const agent = startChild({
    name: 'The agent',
    main: agentMain,
    args: ['run', '--observe', '--data', agentData],
    logFile: agentLog,
    hear: (line) => spoken.push(line),
  });
  endTogether(agent, agentLog, () => spoken.slice(-10).forEach(say));
  return agent;
}

/** Either of them ending by itself ends the other too, with the first one's code, after its last words. */
function endTogether(child, logFile, lastWords) {
  running.unshift(child);
  child.ended.then((code) => {
    if (stopping || child.wasStopped()) return undefined;
    lastWords();
    say(`${child.name} ended by itself (code ${code}).${whereIsLog(logFile)}`);
    return stop(code === 0 ? 1 : code);
  });
}

/** As the end of a paragraph; nothing when nothing was logged. */
function whereIsLog(logFile) {
  return statSync(logFile, { throwIfNoEntry: false })?.size > 0 ? ` Its log is ${logFile}.` : '';
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
      throw new StepFailed(`The server did not get ready within ${readyWithinMs / 1000} s.${whereIsLog(serverLog)}`);
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

function tellWhereEverythingIs(spoken, isWatched) {
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
    ...(isWatched
      ? ['  This computer is watched in observe mode: it reports, and refuses every order.']
      : [
          '  This computer is NOT watched: its agent has not been able to connect, and goes on trying.',
          `  The dashboard shows nothing new of it until then.${whereIsLog(agentLog)}`,
        ]),
    '',
    'Stop with Ctrl-C.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  // What it said so far is told; only what it says from now on can be its last words.
  spoken.length = 0;
}

await runScript(start);
