import { type ChildProcess, spawn } from 'node:child_process';

/** What a program that ran to its end left. */
export interface Outcome {
  /** null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Options {
  env?: Record<string, string>;
  cwd?: string;
  /** Given on standard input, which then ends. */
  input?: string;
  /** Ended by SIGKILL after this long; 60 s unless said otherwise. Only for programs that end. */
  timeoutMs?: number;
}

/** A program that keeps running until it is ended. */
export interface Running {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** The first match in its output, standard error included, now or within the time; else an error with what it said. */
  said(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Settles when it has ended, with its code; null after a signal. */
  readonly ended: Promise<number | null>;
  isRunning(): boolean;
  /** Asks it to end and waits; SIGKILL after 10 s. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** As a power cut would: nothing is finished. */
  killHard(): Promise<void>;
}

/** Runs a program to its end. */
export async function run(command: readonly string[], options: Options = {}): Promise<Outcome> {
  const child = start(command, options);
  const limit = setTimeout(() => process.kill(child.pid, 'SIGKILL'), options.timeoutMs ?? 60_000);
  const code = await child.ended;
  clearTimeout(limit);
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

/** Runs a program that must succeed; what it printed, without the line's end. */
export async function must(command: readonly string[], options: Options = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr.trim()} ${stdout.trim()}`);
  return stdout.trimEnd();
}

/** Processes still running when the tests end are ended with them. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program and keeps all it says. */
export function start(command: readonly string[], options: Options = {}): Running {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    env: { ...process.env, ...options.env },
    cwd: options.cwd ?? process.cwd(),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  const said = collect(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { ...controls(child, ended), ...said, ended };
}

function collect(child: ChildProcess): Pick<Running, 'stdout' | 'stderr' | 'said'> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const said: Running['said'] = async (pattern, withinMs = 30_000) => {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const match = pattern.exec(stdout) ?? pattern.exec(stderr);
      if (match !== null) return match;
      if (Date.now() > deadline || child.exitCode !== null) {
        throw new Error(`it never said ${pattern} (code ${child.exitCode}). It said:\n${stdout}\n${stderr}`);
      }
      await pause(20);
    }
  };
  return { stdout: () => stdout, stderr: () => stderr, said };
}

function controls(
  child: ChildProcess,
  ended: Promise<number | null>,
): Pick<Running, 'pid' | 'isRunning' | 'stop' | 'killHard'> {
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    isRunning,
    async stop(signal = 'SIGTERM') {
      if (isRunning()) child.kill(signal);
      const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const code = await ended;
      clearTimeout(limit);
      return code;
    },
    async killHard() {
      if (isRunning()) child.kill('SIGKILL');
      await ended;
    },
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again until the answer is there, and says how long it took. The last thing seen is in the error. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined>,
  { withinMs = 20_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<{ value: Value; ms: number }> {
  const began = Date.now();
  let trouble: unknown;
  do {
    try {
      const value = await ask();
      if (value !== undefined) return { value, ms: Date.now() - began };
    } catch (error) {
      trouble = error;
    }
    await pause(everyMs);
  } while (Date.now() - began < withinMs);
  throw new Error(`waited ${withinMs} ms for ${what}`, { cause: trouble });
}
