import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../shared/instant.ts';
import type { Home } from '../browsers/round.ts';
import type { PowerShell } from './powershell.ts';
import { readJsonList } from './powershell-json.ts';

interface PeopleFoldersParts {
  powershell: PowerShell;
  clock: Clock;
  /** The folder in which Windows makes the folders of people: "C:\Users". */
  usersFolder: string;
}

/** In that folder, and nobody's. */
const notPeoples = ['public', 'default', 'default user', 'all users', 'defaultuser0', 'wdagutilityaccount'];
/** Accounts come seldom, and a new one's folder shows in the folder of all at once. */
const askEveryMs = 60 * 60_000;

/** Windows' own list of people's folders, which may lie on any drive. People have identifiers of these two kinds. */
const listScript = [
  `ConvertTo-Json -Compress -InputObject @(Get-ChildItem 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList'`,
  `|Where-Object{$_.PSChildName -match '^S-1-(5-21|12-1)-'}|ForEach-Object{[string]$_.GetValue('ProfileImagePath')})`,
].join('');

/**
 * Everybody's folder: those that lie where Windows makes them, and those it knows
 * elsewhere. undefined: not even the first can be listed. Without an answer of
 * PowerShell the first must do, where almost all are.
 */
export function createPeopleFolders({ powershell, clock, usersFolder }: PeopleFoldersParts) {
  let elsewhere: readonly string[] = [];
  let askedAtMs = Number.NEGATIVE_INFINITY;

  async function ask(signal: AbortSignal): Promise<void> {
    const age = clock.now() - askedAtMs;
    if (age >= 0 && age < askEveryMs) return;
    const answer = await powershell.ask(listScript, signal);
    const paths = answer.kind === 'answer' ? parseProfilePaths(answer.text) : undefined;
    if (paths === undefined) return;
    elsewhere = paths;
    askedAtMs = clock.now();
  }

  return async (signal: AbortSignal): Promise<Home[] | undefined> => {
    const entries = await readdir(usersFolder, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return undefined;
    await ask(signal);
    const homes = new Map<string, Home>();
    const add = (path: string) => homes.set(path.toLowerCase(), { person: win32.basename(path), path });
    for (const entry of entries.filter(isPersons)) add(join(usersFolder, entry.name));
    for (const path of elsewhere) if (!homes.has(path.toLowerCase()) && (await isThere(path))) add(path);
    return [...homes.values()];
  };
}

function isPersons(entry: Dirent): boolean {
  return (entry.isDirectory() || entry.isSymbolicLink()) && !notPeoples.includes(entry.name.toLowerCase());
}

/** Windows remembers the folders of people who are gone. */
async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const pathsSchema = z.array(z.string());

/** Paths in the script's JSON; undefined: not understood. */
export function parseProfilePaths(text: string): string[] | undefined {
  const paths = pathsSchema.safeParse(readJsonList(text)).data;
  return paths?.filter((path) => /^[A-Za-z]:\\./.test(path) && !path.split('\\').includes('..'));
}
