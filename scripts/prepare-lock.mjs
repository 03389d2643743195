import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder, StepFailed, say } from './step.mjs';

const folder = join(projectFolder, '.cache');
const path = join(folder, 'prepare.lock');
/** The holder touches the lock this often; one that was not touched for six times as long has no holder. */
const touchEveryMs = 5_000;
const staleAfterMs = 30_000;

/**
 * Runs `work` while no other process of this project folder does the same.
 * INVARIANT: the lock appears with its content in one step (a link to a
 * finished file), so a lock without a process number is never seen.
 */
export async function alone(work) {
  const mine = makeTicket();
  try {
    await take(mine);
    const touching = setInterval(() => utimesSync(path, new Date(), new Date()), touchEveryMs);
    try {
      return await work();
    } finally {
      clearInterval(touching);
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function makeTicket() {
  const ticket = join(folder, `prepare.${process.pid}.${Date.now()}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(ticket, `${process.pid}\n`);
  } catch (error) {
    throw new StepFailed(
      `Hometime's folder ${projectFolder} has to be prepared, and it cannot be written (${error.code}). ` +
        'Run this once as a user who may write there.',
    );
  }
  return ticket;
}

async function take(mine) {
  let told = false;
  for (;;) {
    try {
      linkSync(mine, path);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (removeIfStale(mine)) continue;
    if (!told) say('Another Hometime command is preparing this folder; waiting for it.');
    told = true;
    await sleep(250);
  }
}

/** Moves a lock aside whose holder is gone. Moved by name, then checked: should another have taken it meanwhile, it is put back. */
function removeIfStale(mine) {
  try {
    const holder = readFileSync(path, 'utf8');
    const quietMs = Date.now() - statSync(path).mtimeMs;
    if (isRunning(Number(holder)) && quietMs < staleAfterMs) return false;
    const aside = `${mine}.stale`;
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, path);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  return true;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
