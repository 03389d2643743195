import type { UnknownReason } from '../../../shared/reading.ts';
import type { Exec } from '../exec.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { type GroupEntry, groupsOf, type PasswdEntry, parseGroups, parsePasswd } from './account-text.ts';
import { type Files, ifFound } from './files.ts';
import { type AdminIdentities, readPolkitAdmins } from './polkit-admins.ts';
import { readSudoers } from './sudoers-files.ts';
import type { Sudoers } from './sudoers-text.ts';
import { mayAdminister, type SudoPerson } from './sudoers-verdict.ts';

/**
 * Groups whose members may do anything: by the rules that every distribution ships
 * (`sudo`, `wheel`, `admin`), or because what they may ask for runs as root.
 */
const adminGroups = ['sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus-admin', 'disk'];

export type Answer<Value> = { value: Value } | { reason: UnknownReason };

/** What the system says of who may administer it, read once for everybody. */
export interface AdminRules {
  passwd: PasswdEntry[];
  groups: GroupEntry[];
  sudoers: Sudoers;
  polkit: AdminIdentities;
  hostname: string;
  /** Why "no" cannot be said of anybody; undefined: everything was read. */
  doubt: UnknownReason | undefined;
}

/** undefined: the lists of accounts and groups themselves cannot be read. */
export async function readAdminRules(files: Files): Promise<AdminRules | undefined> {
  const passwd = ifFound(await files.text('/etc/passwd'));
  const groups = ifFound(await files.text('/etc/group'));
  if (passwd === undefined || groups === undefined) return undefined;
  const sudo = await readSudoers(files);
  const polkit = await readPolkitAdmins(files);
  // Rules of sudo may also come from the network's own directory.
  const isElsewhere = /^\s*sudoers\s*:.*\b(sss|ldap|nis)\b/m.test(
    ifFound(await files.text('/etc/nsswitch.conf')) ?? '',
  );
  const isBlocked = sudo.isBlocked || polkit.isBlocked;
  return {
    passwd: parsePasswd(passwd),
    groups: parseGroups(groups),
    sudoers: sudo.sudoers,
    polkit,
    hostname: (ifFound(await files.text('/proc/sys/kernel/hostname')) ?? '').trim(),
    doubt: isBlocked ? 'permission-denied' : isElsewhere ? 'not-understood' : undefined,
  };
}

/**
 * Whether somebody may install programs and change the system (DEV8). "No" is said
 * only when every list that could grant it was read and understood.
 *
 * @param person the name as it is reported: `name@DOMAIN` for an account of a domain
 */
export async function isAdministrator(
  person: string,
  rules: AdminRules,
  exec: Exec,
  signal: AbortSignal,
): Promise<Answer<boolean>> {
  const account = accountOf(person, rules.passwd);
  const known = account === undefined ? await askNetwork(person, exec, signal) : { value: local(account, rules) };
  if ('reason' in known) return known;
  const who = known.value;
  if (who.uid === '0' || adminGroups.some((group) => who.isInGroup(group))) return { value: true };
  if (rules.polkit.groups.some((group) => who.isInGroup(group))) return { value: true };
  if (rules.polkit.users.some((user) => who.names.includes(user) || user === who.uid)) return { value: true };
  const bySudo = mayAdminister(rules.sudoers, who, rules.hostname);
  if (bySudo === 'yes') return { value: true };
  if (rules.doubt !== undefined) return { reason: rules.doubt };
  return bySudo === 'unknown' ? { reason: 'not-understood' } : { value: false };
}

/** The local account of a reported name; undefined: it is an account of the network, or of none. */
export function accountOf(person: string, passwd: readonly PasswdEntry[]): PasswdEntry | undefined {
  const uid = /^uid (\d+)$/.exec(person)?.[1];
  return passwd.find((entry) => (uid === undefined ? entry.name === person : entry.uid === uid));
}

function local(account: PasswdEntry, { groups }: AdminRules): SudoPerson {
  const own = groupsOf(account, groups);
  const gids = groups.filter(({ name }) => own.has(name)).map(({ gid }) => gid);
  return { names: [account.name], uid: account.uid, isInGroup: (name) => own.has(name), gids: [account.gid, ...gids] };
}

/** Accounts of a school's domain are in no local list: only the system's own tool tells their groups. */
async function askNetwork(person: string, exec: Exec, signal: AbortSignal): Promise<Answer<SudoPerson>> {
  const domain = /^([^@]+)@([^@]+)$/.exec(person);
  const names = domain === null ? [person] : [person, `${domain[2]}\\${domain[1]}`];
  let reason: UnknownReason = 'tool-failed';
  for (const name of names) {
    // Names of groups may hold spaces: a zero stands between them.
    const result = await exec('id', ['-Gnz', '--', name], { timeoutMs: 10_000, signal });
    const output = outputOf(result);
    if (output !== undefined && output !== '') {
      const groups = new Set(output.split('\0').filter((group) => group !== ''));
      return { value: { names, uid: undefined, isInGroup: (group) => groups.has(group), gids: [] } };
    }
    reason = toolTrouble(result);
  }
  return { reason };
}
