import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, with a closing slash removed. */
export const projectFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** A step of getting ready that failed. Its message is the whole story for the person at the terminal. */
export class StepFailed extends Error {
  name = 'StepFailed';
}

/** Tells a person what is going on. Standard output belongs to the command that was asked for. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

/**
 * Runs a program to its end and keeps what it said. Nothing is shown unless it
 * fails: then the tail of it, and `advice`, become the error.
 */
export async function runStep({ what, command, args, env, advice, shell }) {
  const { code, signal, output } = await collect({ command, args, env, shell });
  if (code === 0) return output;
  const ending = signal === null ? `with code ${code}` : `by ${signal}`;
  const said = tail(output, 25);
  throw new StepFailed([`${what} failed (it ended ${ending}).`, said, advice?.(output)].filter(Boolean).join('\n'));
}

function collect({ command, args, env, shell = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectFolder,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => reject(new StepFailed(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

/** The last lines of a text, each marked as quoted. */
export function tail(text, count) {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.map((line) => `  | ${line}`).join('\n');
}

/** Runs a script's main function; a failed step is told without a stack, and ends with code 1. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    say(error instanceof StepFailed ? error.message : (error?.stack ?? String(error)));
    process.exit(1);
  }
}

/** Whether a script was started itself, not imported by another. */
export function isStarted(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}
