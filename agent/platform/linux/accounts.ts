import { homedir } from 'node:os';
import type { Folders } from './folder-index.ts';
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

/**
 * People with an account, whoever runs the agent, and every other home in /home:
 * accounts of a school's domain are in no local list, and a home outlives its
 * account. undefined: the list cannot be read.
 */
export async function listAccounts(read: ReadText, folders: Folders): Promise<Account[] | undefined> {
  const passwd = await read('/etc/passwd');
  if (passwd === undefined) return undefined;
  const accounts = parseAccounts(passwd);
  const add = (home: string) => {
    const isKnown = accounts.some((account) => account.home === home || account.home.startsWith(`${home}/`));
    if (!isKnown) accounts.push({ home });
  };
  add(homedir());
  for (const entry of await folders.list('/home').catch(() => [])) {
    if (entry.kind === 'folder' && !entry.name.startsWith('.') && entry.name !== 'lost+found')
      add(`/home/${entry.name}`);
  }
  return accounts;
}
