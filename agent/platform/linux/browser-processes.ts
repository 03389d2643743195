import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BrowserProcess, BrowserProcesses } from '../browsers/sign-out/browser-processes.ts';
import { judgeHolders, type SeenProcess } from '../browsers/sign-out/holders.ts';
import type { Files } from './files.ts';
import { ifFound } from './files.ts';

interface BrowserProcessesParts {
  files: Pick<Files, 'text' | 'names' | 'link'>;
  /** The agent's own number of user. Only the administrator sees and ends what others run. */
  ownUid: number | undefined;
  kill: (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;
}

/** Programs of browsers, by their own names (`/opt/google/chrome/chrome`, `/snap/firefox/…/firefox`). */
export const programs = {
  chromium: /^(chrome|chromium|chromium-browser|msedge|brave)(-(beta|dev|unstable|nightly))?$/,
  firefox: /^(firefox(-esr|-bin|-beta|-devedition|-nightly|-trunk)?|plugin-container)$/,
  safari: /^$/,
} as const;

/** The last two bits of how a file was opened (open(2)): 0 is reading alone. */
const accessBits = 3;

/**
 * Finds browsers by what they hold open, in `/proc`, and ends them by signals. A
 * name alone makes no process a browser of this installation, nor does an open file
 * alone: what somebody else runs, or what is no browser, is never ended.
 */
export function createBrowserProcesses({ files, ownUid, kill }: BrowserProcessesParts): BrowserProcesses {
  async function stillIs({ pid, began }: BrowserProcess): Promise<boolean> {
    const stat = ifFound(await files.text(`/proc/${pid}/stat`));
    return stat !== undefined && parseStat(stat)?.began === began;
  }

  async function send(processes: readonly BrowserProcess[], signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    for (const process of processes) {
      if (!(await stillIs(process))) continue;
      try {
        kill(process.pid, signal);
      } catch {
        // It ended by itself; if not, the next look finds it.
      }
    }
  }

  return {
    async holders(installation) {
      const { owner, folder } = installation;
      if (owner === undefined || (ownUid !== 0 && ownUid !== owner)) return undefined;
      const path = await realpath(folder).catch(() => folder);
      const seen = await seeProcesses(owner, path, files);
      return seen && judgeHolders(seen, path, ({ program }) => programs[installation.family].test(basename(program)));
    },
    askToClose: (processes) => send(processes, 'SIGTERM'),
    end: (processes) => send(processes, 'SIGKILL'),
  };
}

async function seeProcesses(
  owner: number,
  folder: string,
  files: BrowserProcessesParts['files'],
): Promise<SeenProcess[] | undefined> {
  const names = ifFound(await files.names('/proc'))?.filter((name) => /^\d+$/.test(name));
  if (names === undefined || names.length === 0) return undefined;
  const seen: SeenProcess[] = [];
  for (const name of names) {
    const uid = uidOf(ifFound(await files.text(`/proc/${name}/status`)) ?? '');
    if (uid !== owner) continue;
    const stat = parseStat(ifFound(await files.text(`/proc/${name}/stat`)) ?? '');
    if (stat === undefined) continue;
    const program = ifFound(await files.link(`/proc/${name}/exe`)) ?? '';
    const args = (ifFound(await files.text(`/proc/${name}/cmdline`)) ?? '').split('\0');
    const writes = await writesIn(folder, name, files);
    seen.push({ pid: Number(name), ...stat, program: program.replace(/ \(deleted\)$/, ''), args, writes });
  }
  return seen;
}

/** Whether the process has a file below the folder open for writing; one that may not be looked into has none that is known. */
async function writesIn(folder: string, pid: string, files: BrowserProcessesParts['files']): Promise<boolean> {
  for (const number of ifFound(await files.names(`/proc/${pid}/fd`)) ?? []) {
    const target = ifFound(await files.link(`/proc/${pid}/fd/${number}`));
    if (!target?.startsWith(`${folder}/`)) continue;
    const flags = /^flags:\s*([0-7]+)/m.exec(ifFound(await files.text(`/proc/${pid}/fdinfo/${number}`)) ?? '')?.[1];
    if (flags === undefined || (Number.parseInt(flags, 8) & accessBits) !== 0) return true;
  }
  return false;
}

/** The first of the four numbers is who runs it. */
function uidOf(status: string): number | undefined {
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

/** A name in brackets may hold anything; the parent is the second field after it, the start the twentieth (proc_pid_stat(5)). */
function parseStat(stat: string): { parent: number; began: string } | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const [state, parent, began] = [fields[0], fields[1], fields[19]];
  // Ended, and only not forgotten yet.
  if (state === 'Z' || state === 'X' || parent === undefined || began === undefined) return undefined;
  return { parent: Number(parent), began };
}
