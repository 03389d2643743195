import type { Session } from '../../../shared/report/sessions.ts';
import { accountName } from '../people/account-name.ts';
import { type ListNames, processIds, type ReadText } from './proc.ts';

/** What the kernel writes when no sign-in set the login uid. */
const unset = '4294967295';

/**
 * Sign-ins by the login uid that PAM writes on a process, for systems without
 * logind. It proves who is there, never that nobody is: systems without the PAM
 * module set nothing at all, and then the list is empty.
 *
 * Programs without a terminal may be a desktop, or what a person left behind who
 * is long gone. Where such programs belong to no session with a terminal, the
 * list cannot be told: undefined. So it is where the processes of others are
 * hidden or closed (hidepid): the agent would see its own sign-in alone.
 */
export async function sessionsByLoginUid(list: ListNames, read: ReadText): Promise<Session[] | undefined> {
  // The first process belongs to the system: who may not read it may not read the others'.
  if ((await read('/proc/1/loginuid')) === undefined) return undefined;
  const names = accountsByUid((await read('/etc/passwd')) ?? '');
  const found = new Map<string, Session>();
  const doubtful = new Set<string>();
  for (const process of (await processIds(list)) ?? []) {
    const signIn = await signInOf(process, read);
    if (signIn === undefined) continue;
    const { id, uid, hasTerminal } = signIn;
    const person = accountName(names.get(uid) ?? `uid ${uid}`);
    if (hasTerminal && person !== undefined) {
      found.set(id, { id, person, where: 'unknown', since: null, activity: 'unknown', locked: null });
    } else doubtful.add(id);
  }
  return [...doubtful].every((id) => found.has(id)) ? [...found.values()] : undefined;
}

/** The sign-in that a process belongs to; undefined: to none. */
async function signInOf(process: string, read: ReadText) {
  const uid = number(await read(`/proc/${process}/loginuid`));
  if (uid === undefined) return undefined;
  const id = number(await read(`/proc/${process}/sessionid`)) ?? `uid${uid}`;
  return { uid, id, hasTerminal: controllingTerminal((await read(`/proc/${process}/stat`)) ?? '') !== 0 };
}

/** A number the kernel wrote; undefined when it was never set. */
function number(text: string | undefined): string | undefined {
  const digits = text?.trim();
  return digits !== undefined && digits !== unset && /^\d+$/.test(digits) ? digits : undefined;
}

/** The terminal's device number: the seventh field, five after the name in brackets, which may itself hold brackets. */
function controllingTerminal(stat: string): number {
  const afterName = stat.slice(stat.lastIndexOf(')') + 1).trim();
  const terminal = Number(afterName.split(/\s+/)[4]);
  return Number.isInteger(terminal) ? terminal : 0;
}

function accountsByUid(passwd: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of passwd.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name && uid && !names.has(uid)) names.set(uid, name);
  }
  return names;
}
