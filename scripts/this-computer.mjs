import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { askCommand } from './child.mjs';
import { StepFailed, say } from './step.mjs';

const serverMain = 'server/main.js';
const agentMain = 'hometime-agent.cjs';
const connectedWithinMs = 15_000;

/**
 * The agent of this computer takes part like any other device: by a link made
 * for it. Later starts keep what it has, unless the server does not take it:
 * its database or its authority may be another one than the agent was enrolled
 * with, and only the server knows. Then it is enrolled again.
 *
 * Resolves to whether the agent is connected now: what it thinks of its own
 * enrolment says nothing. Throws StepFailed when there is no identity to go on with.
 */
export async function watchThisComputer({ data, agentData, startAgent, isStopping }) {
  const isNew = !(await statusOf(agentData)).enrolled;
  if (isNew) await enrol(data, agentData);
  if (isStopping()) return false;
  const agent = startAgent();
  if (await connects(agent, agentData, isStopping)) return true;
  if (isNew || isStopping()) return false;
  say('The agent of this computer could not connect as it was enrolled before. Enrolling it again …');
  agent.stop();
  await agent.ended;
  await enrolAgain(data, agentData);
  if (isStopping()) return false;
  return connects(startAgent(), agentData, isStopping);
}

/**
 * The server is of use without this computer among its devices, so a failure is told and not the end: the agent goes on
 * with the identity it had.
 */
async function enrolAgain(data, agentData) {
  try {
    await enrol(data, agentData);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(error.message);
  }
}

/** A connection from before this start is not one: an agent that was killed leaves its last word behind. */
async function connects(agent, agentData, isStopping) {
  const since = Date.now();
  const isNow = (at) => at !== undefined && at !== null && Date.parse(at) >= since;
  while (!isStopping() && agent.isRunning() && Date.now() < since + connectedWithinMs) {
    const { connected, connectedSince, lastRefusal } = await statusOf(agentData);
    if (connected && isNow(connectedSince)) return true;
    if (lastRefusal?.code === 'refused-by-server' && isNow(lastRefusal.at)) return false;
    await sleep(200);
  }
  return false;
}

/** What the agent says of itself; nothing when it cannot. */
async function statusOf(agentData) {
  const status = await askCommand(agentMain, ['status', '--json', '--data', agentData]);
  try {
    return JSON.parse(status.printed);
  } catch {
    return {};
  }
}

async function enrol(data, agentData) {
  const link = await makeLink(data);
  const enrolled = await askCommand(agentMain, ['enrol', link, '--data', agentData]);
  if (enrolled.code !== 0) throw new StepFailed(`This computer could not be enrolled.\n${enrolled.said}`);
}

/** A device of this computer's name may be left from a data folder of the agent that was lost: then a number is put behind it. */
async function makeLink(data) {
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
