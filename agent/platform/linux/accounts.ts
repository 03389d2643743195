import { homedir, userInfo } from 'node:os';
import type { ReadText } from './proc.ts';

/** A person's account on the device. The home's path stays on the device. */
export interface Account {
  uid: number;
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
    if (!accounts.has(home)) accounts.set(home, { uid, home });
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

/** People with an account, and whoever runs the agent. undefined: the list cannot be read. */
export async function listAccounts(read: ReadText): Promise<Account[] | undefined> {
  const passwd = await read('/etc/passwd');
  if (passwd === undefined) return undefined;
  const accounts = parseAccounts(passwd);
  const own = { uid: userInfo().uid, home: homedir() };
  return accounts.some((account) => account.home === own.home) ? accounts : [...accounts, own];
}
