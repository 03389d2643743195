import { ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { Socket } from 'node:net';

/**
 * What came of one run of a system tool.
 * - exited: it ran to its own end; the code is for the caller to judge;
 * - missing: no such tool in the fixed directories;
 * - timed-out: it was ended, with all it started, at the limit or by the signal;
 * - failed: it could not be started, was killed by someone else, or printed without end.
 */
export type ExecResult =
  | { kind: 'exited'; code: number; stdout: string; stderr: string }
  | { kind: 'missing' }
  | { kind: 'timed-out' }
  | { kind: 'failed'; why: 'not-started' | 'killed' | 'too-much-output' };

export interface ExecOptions {
  /** Milliseconds until the tool is ended; 10 seconds unless said otherwise. */
  timeoutMs?: number;
  /** Ends the tool at once when it fires; the answer is then `timed-out`. */
  signal?: AbortSignal;
  /** What the tool reads on its standard input; nothing unless given. */
  input?: string;
}

/** Runs a system tool by its plain name. Never throws, never uses a shell. */
export type Exec = (tool: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** The only places where tools are looked for: an attacker's PATH or working directory must not choose them. */
const toolDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const;

const defaultTimeoutMs = 10_000;
const maxOutputBytes = 8 * 1024 * 1024;

/** One fixed environment: English, UTC, no colours, and nothing of the agent's own settings. */
const toolEnvironment = {
  PATH: toolDirectories.join(':'),
  LC_ALL: 'C',
  LANG: 'C',
  TZ: 'UTC',
  SYSTEMD_COLORS: '0',
  SYSTEMD_PAGER: '',
} as const;

/** How processes are started and ended on one kind of system. */
export interface ProcessHost {
  readonly separator: '/' | '\\';
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends a process with all it started, on systems whose processes form no group: the tool's full path and arguments. */
  readonly endTree?: (pid: number) => { file: string; args: string[] };
  /** The text a tool printed. */
  decode(bytes: Buffer): string;
}

const unixHost: ProcessHost = {
  separator: '/',
  cwd: '/',
  environment: toolEnvironment,
  decode: (bytes) => bytes.toString(),
};

/** The starter of processes: the only one in the agent. Without a host for Linux, macOS and Android. */
export function createExec(directories: readonly string[] = toolDirectories, host = unixHost): Exec {
  return async (tool, args, options = {}) => {
    if (!isPlainName(tool)) return { kind: 'failed', why: 'not-started' };
    const file = await findTool(tool, directories, host);
    if (file === undefined) return { kind: 'missing' };
    if (options.signal?.aborted) return { kind: 'timed-out' };
    return run(file, args, options, host);
  };
}

/** A tool that stays and is spoken to on its standard input. */
export interface LongProcess {
  write(text: string): void;
  /** Whether the agent waits for it. One that nobody waits for never keeps the agent from ending. */
  hold(held: boolean): void;
  /** Lets it end by itself: nothing more will be said to it. */
  finish(): void;
  /** Ends it now, with all it started. */
  kill(): void;
}

export interface LongProcessEvents {
  /** What it prints on its standard output; the rest is read and thrown away. */
  onOutput(part: Buffer): void;
  /** It ended, or never started. Said once; nothing is printed after. */
  onEnd(): void;
}

/** Starts a tool that stays; undefined: there is no such tool. */
export type StartLong = (
  tool: string,
  args: readonly string[],
  events: LongProcessEvents,
) => Promise<LongProcess | undefined>;

/** The starter of processes that stay. When the agent ends, however it does, their input ends. */
export function createStartLong(directories: readonly string[] = toolDirectories, host = unixHost): StartLong {
  return async (tool, args, events) => {
    const file = isPlainName(tool) ? await findTool(tool, directories, host) : undefined;
    return file === undefined ? undefined : startLong(file, args, events, host);
  };
}

function startLong(file: string, args: readonly string[], events: LongProcessEvents, host: ProcessHost): LongProcess {
  const child = spawn(file, args, spawnOptions('pipe', host));
  let ended = false;
  const end = () => {
    if (!ended) events.onEnd();
    ended = true;
  };
  child.once('error', end);
  child.once('close', end);
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (part: Buffer) => {
    if (!ended) events.onOutput(part);
  });
  child.stderr?.resume();
  return {
    write: (text) => child.stdin?.write(text),
    hold(held) {
      for (const part of [child, child.stdin, child.stdout, child.stderr]) holdOpen(part, held);
    },
    finish: () => child.stdin?.end(),
    kill() {
      killGroup(child, host);
      end();
    },
  };
}

function holdOpen(part: unknown, held: boolean): void {
  if (part instanceof Socket || part instanceof ChildProcess) held ? part.ref() : part.unref();
}

function isPlainName(tool: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(tool);
}

function spawnOptions(stdin: 'ignore' | 'pipe', host: ProcessHost): SpawnOptions {
  return {
    // A group of its own, so that whatever the tool starts can be ended with it.
    // On Windows it would be a console window of its own.
    detached: host.endTree === undefined,
    windowsHide: true,
    env: host.environment,
    cwd: host.cwd,
    stdio: [stdin, 'pipe', 'pipe'],
  };
}

async function findTool(tool: string, directories: readonly string[], host: ProcessHost): Promise<string | undefined> {
  for (const directory of directories) {
    const file = `${directory}${host.separator}${tool}`;
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

function run(file: string, args: readonly string[], options: ExecOptions, host: ProcessHost): Promise<ExecResult> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(file, args, spawnOptions(options.input === undefined ? 'ignore' : 'pipe', host));
    } catch {
      resolve({ kind: 'failed', why: 'not-started' });
      return;
    }
    const settle = (result: ExecResult) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const end = (result: ExecResult) => {
      killGroup(child, host);
      settle(result);
    };
    const onAbort = () => end({ kind: 'timed-out' });
    const timer = setTimeout(onAbort, options.timeoutMs ?? defaultTimeoutMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const output = collectOutput(child, host, () => end({ kind: 'failed', why: 'too-much-output' }));
    // A tool that ends before it has read everything breaks the pipe: its own answer tells more.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    child.once('error', () => settle({ kind: 'failed', why: 'not-started' }));
    child.once('close', (code) =>
      settle(code === null ? { kind: 'failed', why: 'killed' } : { kind: 'exited', code, ...output() }),
    );
  });
}

function collectOutput(
  child: ChildProcess,
  host: ProcessHost,
  onTooMuch: () => void,
): () => { stdout: string; stderr: string } {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxOutputBytes) onTooMuch();
      else parts[name].push(part);
    });
  }
  const text = (name: 'stdout' | 'stderr') => host.decode(Buffer.concat(parts[name]));
  return () => ({ stdout: text('stdout'), stderr: text('stderr') });
}

/**
 * Ends the tool and everything it started, and lets go of its pipes: a
 * grandchild that left the group could otherwise hold them open for ever.
 */
function killGroup(child: ChildProcess, host: ProcessHost): void {
  if (child.pid !== undefined) {
    if (host.endTree === undefined) killUnixGroup(child.pid);
    else killTree(child, host.endTree(child.pid));
  }
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function killUnixGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

/** The tool itself is ended last: without it the system no longer knows what belonged to it. */
function killTree(child: ChildProcess, { file, args }: { file: string; args: string[] }): void {
  const ending = spawn(file, args, { windowsHide: true, stdio: 'ignore' });
  ending.once('error', () => child.kill());
  ending.once('close', () => child.kill());
}
