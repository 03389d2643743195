import { open } from 'node:fs/promises';
import { win32 } from 'node:path';
import { z } from 'zod';
import type {
  BrowserProcess,
  BrowserProcesses,
  Holders,
  Installation,
} from '../browsers/sign-out/browser-processes.ts';
import { isMain, namedFolders } from '../browsers/sign-out/holders.ts';
import type { Exec } from '../exec.ts';
import type { PowerShell } from './powershell.ts';
import { readJsonList } from './powershell-json.ts';

interface BrowserProcessesParts {
  exec: Exec;
  powershell: PowerShell;
  /** For tests: whether a lock of a browser is held. */
  isHeld?: (path: string) => Promise<boolean>;
}

/** Programs of browsers by their own names; of the Chromium family the folder tells which one it is. */
const programs = {
  chromium: ['chrome.exe', 'msedge.exe', 'brave.exe'],
  firefox: ['firefox.exe'],
  safari: [],
} as const;

/** What a running browser keeps open for itself alone. */
const locks = { chromium: 'lockfile', firefox: 'parent.lock', safari: '' } as const;
const timeoutMs = 10_000;

/**
 * Every process of a browser with what it runs, and the folder of the person who
 * runs it: whose it is cannot be told from its name. Made up of fixed words only.
 */
export const browserProcessesScript = [
  `$f=(${Object.values(programs)
    .flat()
    .map((name) => `"Name='${name}'"`)
    .join(',')}) -join ' or ';`,
  'ConvertTo-Json -Compress -InputObject @(Get-CimInstance Win32_Process -Filter $f|ForEach-Object{',
  "$s=(Invoke-CimMethod -InputObject $_ -MethodName GetOwnerSid).Sid;$h='';",
  "if($s){$h=[string](Get-ItemProperty ('HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\'+$s)).ProfileImagePath};",
  '[pscustomobject]@{pid=[int]$_.ProcessId;began=[string]$_.CreationDate.Ticks;name=[string]$_.Name;',
  'path=[string]$_.ExecutablePath;line=[string]$_.CommandLine;home=$h}})',
].join('');

const processSchema = z.object({
  pid: z.int().positive(),
  began: z.string(),
  name: z.string(),
  path: z.string(),
  line: z.string(),
  home: z.string(),
});
export type WindowsProcess = z.infer<typeof processSchema>;

/** Processes in the script's JSON; undefined: not understood. */
export function parseProcesses(text: string): WindowsProcess[] | undefined {
  return z.array(processSchema).safeParse(readJsonList(text)).data;
}

/** Which of these are the browser of an installation. Of a process whose owner or program is not told it is not known. */
export function browserOf(
  processes: readonly WindowsProcess[],
  { family, folder }: Pick<Installation, 'family' | 'folder'>,
): BrowserProcess[] {
  const names: readonly string[] = programs[family];
  const own = processes.filter(({ home, name, path, line }) => {
    if (home === '' || !isBelow(folder, home) || !names.includes(name.toLowerCase())) return false;
    const named = namedFolders(argumentsOf(line));
    if (named.length > 0) return named.some((each) => samePath(each, folder));
    // Which profile a Firefox holds is told nowhere: every one of its owner's counts.
    return family === 'firefox' || isOfProduct(path, folder);
  });
  return own.map(({ pid, began, line }) => ({ pid, began, isMain: isMain(argumentsOf(line)) }));
}

/** The folder of a Chromium's programs has the same maker and product as that of its profiles: "Google\Chrome Beta". */
function isOfProduct(program: string, folder: string): boolean {
  const [maker = '', product = ''] = folder.split('\\').slice(-3, -1);
  const isThere = (name: string) => program.toLowerCase().includes(name.toLowerCase());
  return isThere(`\\${maker === 'Local' ? '' : `${maker}\\`}${product}\\Application\\`);
}

function isBelow(path: string, folder: string): boolean {
  return path.toLowerCase().startsWith(`${folder.toLowerCase().replace(/\\+$/, '')}\\`);
}

function samePath(one: string, other: string): boolean {
  return win32.normalize(one).replace(/\\+$/, '').toLowerCase() === win32.normalize(other).toLowerCase();
}

/** The arguments in a command line: divided by blanks outside of quotation marks. */
export function argumentsOf(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([text]) => text.replaceAll('"', ''));
}

/** Asks a process to close, or ends it with all it started. Never anything but a browser, should the number be another's now. */
export function taskkillCommand(pid: number, name: string, how: 'ask' | 'end'): { tool: string; args: string[] } {
  const args = ['/PID', String(pid), '/FI', `IMAGENAME eq ${name}`];
  return { tool: 'taskkill.exe', args: how === 'end' ? ['/F', '/T', ...args] : args };
}

/**
 * Finds browsers by whose they are and what they were started for, and by the lock
 * that each holds while it is open. From a service, Windows lets nobody ask another
 * session's windows to close: what does not close is ended. Never tried on Windows by us.
 */
export function createBrowserProcesses({
  exec,
  powershell,
  isHeld = isLocked,
}: BrowserProcessesParts): BrowserProcesses {
  async function look(signal?: AbortSignal): Promise<WindowsProcess[] | undefined> {
    const answer = await powershell.ask(browserProcessesScript, signal);
    return answer.kind === 'answer' ? parseProcesses(answer.text) : undefined;
  }

  async function send(processes: readonly BrowserProcess[], how: 'ask' | 'end'): Promise<void> {
    const now = (await look()) ?? [];
    for (const { pid, began } of processes) {
      const same = now.find((each) => each.pid === pid && each.began === began);
      if (same === undefined) continue;
      const { tool, args } = taskkillCommand(pid, same.name, how);
      await exec(tool, args, { timeoutMs });
    }
  }

  return {
    async holders(installation, signal): Promise<Holders | undefined> {
      const processes = await look(signal);
      if (processes === undefined) return undefined;
      const browser = browserOf(processes, installation);
      const isOpen = await isHeld(win32.join(installation.folder, locks[installation.family]));
      return { browser, others: isOpen && browser.length === 0 ? 1 : 0 };
    },
    askToClose: (processes) => send(processes, 'ask'),
    end: (processes) => send(processes, 'end'),
  };
}

/** Whether somebody has the file open for himself alone. */
async function isLocked(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r+')).close();
    return false;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
