import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Folders } from '../photos/folders.ts';
import type { ReadText } from './proc.ts';

/** A person's account on the device. The home's path stays on the device. */
export interface Account {
  home: string;
}

/** Accounts of people by Debian's and Fedora's convention; below are services, above are containers' and nobody. */
const firstPerson = 1000;
const lastPerson = 60_000;

/** Lines of /etc/passwd that are people with a home of their own, each home once. */
export function parseAccounts(passwd: string): Account[] {
  const accounts = new Map<string, Account>();
  for (const line of passwd.split(/\r?\n/)) {
    const [, , uidText, , , home] = line.split(':');
    const uid = Number(uidText);
    if (!/^\d+$/.test(uidText ?? '') || uid < firstPerson || uid > lastPerson) continue;
    if (home === undefined || !isRealHome(home)) continue;
    if (!accounts.has(home)) accounts.set(home, { home });
  }
  return [...accounts.values()];
}

/** Accounts without a person name the root folder, or a place that is never made. */
function isRealHome(home: string): boolean {
  return (
    home.startsWith('/') &&
    home !== '/' &&
    !home.includes('/../') &&
    !/^\/(nonexistent|dev|proc|sys|usr|bin|sbin)(\/|$)/.test(home)
  );
}

/** The same, made out anew only where the list is another one: every round asks. */
export function createParseAccounts(): typeof parseAccounts {
  let last: { passwd: string; accounts: readonly Account[] } | undefined;
  return (passwd) => {
    if (last?.passwd !== passwd) last = { passwd, accounts: parseAccounts(passwd) };
    return [...last.accounts];
  };
}

/**
 * People with an account, whoever runs the agent, and every other home in /home:
 * accounts of a school's domain are in no local list, and a home outlives its
 * account. A folder that holds homes may hold some of nobody's account too, so
 * it is looked into. undefined: the list cannot be read.
 *
 * DANGER: a folder that cannot be listed must not pass for an empty one. It takes
 * the place of the homes in it: counting there meets the same refusal, and says so.
 */
export async function listAccounts(
  read: ReadText,
  folders: Pick<Folders, 'list'>,
  { ownHome = homedir(), parse = parseAccounts } = {},
): Promise<Account[] | undefined> {
  const passwd = await read('/etc/passwd');
  if (passwd === undefined) return undefined;
  const accounts = parse(passwd);
  const holdsHomes = foldersAround(accounts);
  const add = async (home: string): Promise<void> => {
    if (accounts.some((account) => account.home === home)) return;
    if (holdsHomes.has(home)) for (const inner of (await foldersIn(home, folders)) ?? []) await add(inner);
    // After the homes in it: what was counted there is not counted again.
    accounts.push({ home });
  };
  await add(ownHome);
  const homes = await foldersIn('/home', folders);
  for (const home of homes ?? []) await add(home);
  if (homes === undefined) accounts.push({ home: '/home' });
  return accounts;
}

/** Every folder that somebody's home lies in, at any depth. */
function foldersAround(accounts: readonly Account[]): Set<string> {
  const around = new Set<string>();
  for (const { home } of accounts) for (let path = dirname(home); path !== '/'; path = dirname(path)) around.add(path);
  return around;
}

/** The folders of people in a folder, none where it does not exist; undefined: it cannot be listed. */
async function foldersIn(path: string, folders: Pick<Folders, 'list'>): Promise<string[] | undefined> {
  try {
    const listing = await folders.list(path);
    return listing.folders
      .filter((name) => !name.startsWith('.') && name !== 'lost+found')
      .map((name) => join(path, name));
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? [] : undefined;
  }
}
