import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from './step.mjs';

const tie = new URL('tie.mjs', import.meta.url).href;

/**
 * A long-running part of `npm start`. Its log (JSON, a line an event) goes to
 * `logFile`; the sentences it speaks go to `hear`.
 * `ended` settles with its exit code, 1 when a signal ended it.
 */
export function startChild({ name, main, args, logFile, hear }) {
  const child = spawn(process.execPath, ['--import', tie, join(projectFolder, 'dist', main), ...args], {
    cwd: projectFolder,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const log = keepLog(logFile);
  createInterface({ input: child.stdout }).on('line', hear);
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (eventOf(line) === undefined) hear(line);
    else log.write(`${line}\n`);
  });
  child.stdin.on('error', () => {});
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
  let stopped = false;
  return {
    name,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    /** Whether it was asked to end: then its end is nobody's news. */
    wasStopped: () => stopped,
    stop() {
      stopped = true;
      child.kill();
    },
  };
}

/** Appends to the log; a folder that cannot be written is the child's own story to tell, so it is only counted as lost here. */
function keepLog(path) {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  stream.on('error', () => {});
  return stream;
}

/** A line of the log as an event; undefined when it is a sentence. */
function eventOf(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Runs a command of ours to its end: what it printed, what it said on standard error, and its code. */
export function askCommand(main, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(projectFolder, 'dist', main), ...args], {
      cwd: projectFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let printed = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
    });
    child.on('error', (error) => resolve({ code: 1, printed, said: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, printed: printed.trim(), said: sentences(said) }));
  });
}

function sentences(text) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && eventOf(line) === undefined)
    .join('\n');
}
