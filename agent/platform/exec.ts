import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';

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

/** The starter of processes for Linux, macOS and Android: the only one in the agent. */
export function createExec(directories: readonly string[] = toolDirectories): Exec {
  return async (tool, args, options = {}) => {
    if (!/^[A-Za-z0-9._-]+$/.test(tool)) return { kind: 'failed', why: 'not-started' };
    const file = await findTool(tool, directories);
    if (file === undefined) return { kind: 'missing' };
    if (options.signal?.aborted) return { kind: 'timed-out' };
    return run(file, args, options);
  };
}

async function findTool(tool: string, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const file = `${directory}/${tool}`;
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

function run(file: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      // A group of its own, so that whatever the tool starts can be ended with it.
      child = spawn(file, args, {
        detached: true,
        env: toolEnvironment,
        cwd: '/',
        stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
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
      killGroup(child);
      settle(result);
    };
    const onAbort = () => end({ kind: 'timed-out' });
    const timer = setTimeout(onAbort, options.timeoutMs ?? defaultTimeoutMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const output = collectOutput(child, () => end({ kind: 'failed', why: 'too-much-output' }));
    // A tool that ends before it has read everything breaks the pipe: its own answer tells more.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    child.once('error', () => settle({ kind: 'failed', why: 'not-started' }));
    child.once('close', (code) =>
      settle(code === null ? { kind: 'failed', why: 'killed' } : { kind: 'exited', code, ...output() }),
    );
  });
}

function collectOutput(child: ChildProcess, onTooMuch: () => void): () => { stdout: string; stderr: string } {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxOutputBytes) onTooMuch();
      else parts[name].push(part);
    });
  }
  return () => ({ stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() });
}

/**
 * Ends the tool and everything in its process group, and lets go of its pipes:
 * a grandchild that left the group could otherwise hold them open for ever.
 */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
}
