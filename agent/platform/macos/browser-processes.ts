import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Browser } from '../../../shared/report/apps.ts';
import type { BrowserProcess, BrowserProcesses } from '../browsers/sign-out/browser-processes.ts';
import { judgeHolders, type SeenProcess } from '../browsers/sign-out/holders.ts';
import type { Exec, ExecResult } from '../exec.ts';

interface BrowserProcessesParts {
  exec: Exec;
  isAdministrator: boolean;
  kill: (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;
}

/** Names under which browsers are asked to quit [K]. */
const bundles: Partial<Record<Browser, string>> = {
  chrome: 'com.google.Chrome',
  edge: 'com.microsoft.edgemac',
  brave: 'com.brave.Browser',
  chromium: 'org.chromium.Chromium',
  firefox: 'org.mozilla.firefox',
  safari: 'com.apple.Safari',
};

/** Programs in a browser's bundle, helpers too. */
const programs = {
  chromium: /^(Google Chrome|Microsoft Edge|Brave Browser|Chromium)( |$)/,
  firefox: /^(firefox|plugin-container)$/i,
  safari: /^Safari$/,
} as const;

const timeoutMs = 10_000;
const listed = ['-axww', '-o'] as const;

/** `ps -o pid=,ppid=,uid=,lstart=,comm=`: the start is five words, the program the rest. Lines of another form are passed over. */
export function parsePrograms(text: string): Map<number, Omit<SeenProcess, 'args' | 'writes'> & { uid: number }> {
  const found = new Map<number, Omit<SeenProcess, 'args' | 'writes'> & { uid: number }>();
  for (const line of text.split('\n')) {
    const [, pid, parent, uid, began, program] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})\s+(.+?)\s*$/.exec(line) ?? [];
    if (pid === undefined || began === undefined || program === undefined) continue;
    found.set(Number(pid), { pid: Number(pid), parent: Number(parent), uid: Number(uid), began, program });
  }
  return found;
}

/** `ps -o pid=,command=`: what stands behind the program, divided where options begin. */
export function parseArguments(text: string): Map<number, string[]> {
  const lines = text.matchAll(/^\s*(\d+)\s+(.*)$/gm);
  return new Map(Array.from(lines, ([, pid, line = '']) => [Number(pid), optionsIn(line)]));
}

/** Folders' names may hold blanks, and `ps` does not quote them: an option goes on up to the next one. */
function optionsIn(line: string): string[] {
  return line.split(/ (?=--?[a-z])/i).flatMap((each) => {
    const [, name, value] = /^(--?profile) (.*)$/i.exec(each) ?? [];
    return name === undefined || value === undefined ? [each] : [name, value];
  });
}

/** `lsof -F pan`: which processes have a file below the folder open for writing. */
export function parseWriters(text: string, folder: string): Set<number> {
  const writers = new Set<number>();
  let [pid, access] = [0, ''];
  for (const line of text.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    if (line.startsWith('f')) access = '';
    if (line.startsWith('a')) access = line.slice(1);
    if (line.startsWith(`n${folder}/`) && /^[uw]/.test(access)) writers.add(pid);
  }
  return writers;
}

/** Asks a browser to quit, in its owner's own session; undefined: it has no name that is known. */
export function quitCommand(browser: Browser, owner: number): { tool: string; args: string[] } | undefined {
  const bundle = bundles[browser];
  if (bundle === undefined) return undefined;
  const script = `tell application id "${bundle}" to quit`;
  return { tool: 'launchctl', args: ['asuser', String(owner), 'osascript', '-e', script] };
}

/** Finds browsers by what they hold open, asks them to quit, and ends them by signals. Never tried on a Mac by us. */
export function createBrowserProcesses({ exec, isAdministrator, kill }: BrowserProcessesParts): BrowserProcesses {
  const ask = async (tool: string, args: readonly string[], signal?: AbortSignal) =>
    textOf(await exec(tool, args, { timeoutMs, ...(signal && { signal }) }));
  const listPrograms = async (signal?: AbortSignal) => {
    const text = await ask('ps', [...listed, 'pid=,ppid=,uid=,lstart=,comm='], signal);
    return text === undefined ? undefined : parsePrograms(text);
  };

  async function send(processes: readonly BrowserProcess[], signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const now = await listPrograms();
    for (const { pid, began } of processes) {
      if (now?.get(pid)?.began !== began) continue;
      try {
        kill(pid, signal);
      } catch {
        // It ended by itself; if not, the next look finds it.
      }
    }
  }

  return {
    async holders({ owner, folder, family }, signal) {
      if (owner === undefined || !isAdministrator) return undefined;
      const path = await realpath(folder).catch(() => folder);
      const found = await listPrograms(signal);
      const commands = await ask('ps', [...listed, 'pid=,command='], signal);
      // It ends with 1 when somebody it was asked about has no open file at all.
      const open = await exec('lsof', ['-w', '-n', '-P', '-F', 'pan', '-u', String(owner)], { timeoutMs, signal });
      if (found === undefined || found.size === 0 || commands === undefined || open.kind !== 'exited') return undefined;
      const [args, writers] = [parseArguments(commands), parseWriters(open.stdout, path)];
      const seen = [...found.values()]
        .filter(({ uid }) => uid === owner)
        .map(({ uid, ...each }) => ({ ...each, args: args.get(each.pid) ?? [], writes: writers.has(each.pid) }));
      return judgeHolders(seen, path, ({ program }) => programs[family].test(basename(program)));
    },
    async askToClose(processes, { browser, owner }) {
      const quit = owner === undefined ? undefined : quitCommand(browser, owner);
      const asked = quit === undefined ? undefined : await ask(quit.tool, quit.args);
      // Nobody may speak to a browser whose owner never allowed it: Chromium and Firefox take this for the same wish.
      if (asked === undefined) await send(processes, 'SIGTERM');
    },
    end: (processes) => send(processes, 'SIGKILL'),
  };
}

function textOf(result: ExecResult): string | undefined {
  return result.kind === 'exited' && result.code === 0 ? result.stdout : undefined;
}
