import type { UnknownReason } from '../../../shared/reading.ts';
import type { Exec } from '../exec.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { type GroupEntry, groupsOf, type PasswdEntry, parseGroups, parsePasswd } from './account-text.ts';
import { permittedByDoas } from './doas-text.ts';
import { type Files, ifFound } from './files.ts';
import { type AdminIdentities, readPolkitAdmins } from './polkit-admins.ts';
import { grantedBy, type PolkitGrant, readPolkitGrants } from './polkit-grants.ts';
import { readSudoers } from './sudoers-files.ts';
import type { Sudoers } from './sudoers-text.ts';
import { mayAdminister, type SudoMachine, type SudoPerson } from './sudoers-verdict.ts';

/**
 * Groups whose members may do anything: by the rules that every distribution ships
 * (`sudo`, `wheel`, `admin`), or because what they may ask for runs as root.
 */
const adminGroups = [
  ...['sudo', 'wheel', 'admin', 'docker', 'lxd', 'incus-admin', 'disk'],
  ...['libvirt', 'libvirtd', 'microk8s', 'mock'],
];

export type Answer<Value> = { value: Value } | { reason: UnknownReason };

/** What the system says of who may administer it, read once for everybody. */
export interface AdminRules {
  passwd: PasswdEntry[];
  groups: GroupEntry[];
  sudoers: Sudoers;
  polkit: AdminIdentities;
  grants: PolkitGrant[];
  /** "": no doas. */
  doas: string;
  machine: SudoMachine;
  /** Whether people of the local list may be in groups of the network. */
  hasOtherGroups: boolean;
  /** Why "no" cannot be said of anybody; undefined: everything was read. */
  doubt: UnknownReason | undefined;
}

/** undefined: the lists of accounts and groups themselves cannot be read. */
export async function readAdminRules(files: Files): Promise<AdminRules | undefined> {
  const passwdText = ifFound(await files.text('/etc/passwd'));
  const groupText = ifFound(await files.text('/etc/group'));
  if (passwdText === undefined || groupText === undefined) return undefined;
  const [passwd, groups] = [parsePasswd(passwdText), parseGroups(groupText)];
  const hostname = (ifFound(await files.text('/proc/sys/kernel/hostname')) ?? '').trim();
  const sudo = await readSudoers(files, hostname);
  const polkit = await readPolkitAdmins(files);
  const { grants, isBlocked } = await readPolkitGrants(files);
  const doas = await readDoas(files);
  const sources = await nameSources(files);
  const isRefused = sudo.isBlocked || polkit.isBlocked || isBlocked || doas.isBlocked;
  return {
    ...{ passwd, groups, sudoers: sudo.sudoers, polkit, grants, doas: doas.text },
    machine: machineOf(hostname, passwd, groups),
    hasOtherGroups: sources('group') || sources('initgroups') || (await hasMemberships(files)),
    // Rules of sudo may also come from the network's own directory.
    doubt: isRefused ? 'permission-denied' : sources('sudoers') || polkit.isUnclear ? 'not-understood' : undefined,
  };
}

/** The rules of doas; Alpine also reads a folder of them. */
async function readDoas(files: Files): Promise<{ text: string; isBlocked: boolean }> {
  const names = await files.names('/etc/doas.d');
  const paths = (ifFound(names) ?? []).filter((name) => name.endsWith('.conf')).map((name) => `/etc/doas.d/${name}`);
  const all = { text: '', isBlocked: 'missing' in names && names.missing === 'blocked' };
  for (const path of [...paths.sort(), '/etc/doas.conf']) {
    const text = await files.text(path);
    if ('found' in text) all.text += `${text.found}\n`;
    else all.isBlocked ||= text.missing === 'blocked';
  }
  return all;
}

/** Where systemd keeps who is in which group besides the list, one empty file for each (systemd's USER_RECORD text): "sam:wheel.membership". */
const membershipFolders = ['/etc/userdb', '/run/userdb', '/run/host/userdb', '/usr/lib/userdb'];

async function hasMemberships(files: Files): Promise<boolean> {
  for (const folder of membershipFolders) {
    const names = await files.names(folder);
    if ('missing' in names ? names.missing === 'blocked' : names.found.some((name) => name.endsWith('.membership')))
      return true;
  }
  return false;
}

/** Whether what a list of the system holds may also come from elsewhere. sssd without settings does not run. */
async function nameSources(files: Files): Promise<(list: string) => boolean> {
  const text = ifFound(await files.text('/etc/nsswitch.conf')) ?? '';
  const hasSssd =
    (await files.mark('/etc/sssd/sssd.conf')) !== 'absent' ||
    (ifFound(await files.names('/etc/sssd/conf.d')) ?? []).some((name) => name.endsWith('.conf'));
  const own = new Set(['files', 'compat', 'systemd', 'altfiles', ...(hasSssd ? [] : ['sss'])]);
  return (list) => {
    const line = new RegExp(`^\\s*${list}\\s*:([^#\\n]*)`, 'm').exec(text)?.[1] ?? '';
    const sources = line.replace(/\[[^\]]*\]/g, ' ').split(/\s+/);
    return sources.some((source) => source !== '' && !own.has(source));
  };
}

function machineOf(hostname: string, passwd: readonly PasswdEntry[], groups: readonly GroupEntry[]): SudoMachine {
  const names = (accounts: readonly PasswdEntry[]) => new Set(accounts.map(({ name }) => name));
  const isTrusted = (account: PasswdEntry) => {
    const own = groupsOf(account, groups);
    return adminGroups.some((group) => own.has(group));
  };
  return { hostname, roots: names(passwd.filter(({ uid }) => uid === '0')), trusted: names(passwd.filter(isTrusted)) };
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
  if (account === undefined) {
    const found = await askNetwork(person, exec, signal);
    return 'reason' in found ? found : judge(found.value, rules);
  }
  const own = local(account, rules);
  if (!rules.hasOtherGroups) return judge(own, rules);
  const network = await askNetwork(person, exec, signal);
  const isInEither = (name: string) => own.isInGroup(name) || ('value' in network && network.value.isInGroup(name));
  const answer = judge({ ...own, isInGroup: isInEither }, rules);
  return 'reason' in network && 'value' in answer && !answer.value ? network : answer;
}

const notTold: Answer<boolean> = { reason: 'not-understood' };

function judge(who: SudoPerson, { polkit, grants, sudoers, doas, machine, doubt }: AdminRules): Answer<boolean> {
  if (who.uid === '0' || adminGroups.some((group) => who.isInGroup(group))) return { value: true };
  if (polkit.groups.some((group) => who.isInGroup(group))) return { value: true };
  if (polkit.users.some((user) => who.names.includes(user) || user === who.uid)) return { value: true };
  const granted = [mayAdminister(sudoers, who, machine), grantedBy(grants, who), permittedByDoas(doas, who)];
  if (granted.includes('yes')) return { value: true };
  if (doubt !== undefined) return { reason: doubt };
  return granted.includes('unknown') ? notTold : { value: false };
}

/** The local account of a reported name; undefined: it is an account of the network, or of none. */
export function accountOf(person: string, passwd: readonly PasswdEntry[]): PasswdEntry | undefined {
  const uid = /^uid (\d+)$/.exec(person)?.[1];
  return passwd.find((entry) => (uid === undefined ? entry.name === person : entry.uid === uid));
}

/** Accounts of one number are one person to the kernel, whichever name was used to sign in. */
function local(account: PasswdEntry, { passwd, groups }: AdminRules): SudoPerson {
  const twins = passwd.filter(({ uid }) => uid === account.uid);
  const own = new Set(twins.flatMap((twin) => [...groupsOf(twin, groups)]));
  const gids = groups.filter(({ name }) => own.has(name)).map(({ gid }) => gid);
  return {
    names: twins.map(({ name }) => name),
    uid: account.uid,
    isInGroup: groupTest(own),
    gids: [...twins.map(({ gid }) => gid), ...gids],
  };
}

/** A group of a domain is written `name@domain` or `DOMAIN\name`, and rules need not write it as the system does. */
function groupTest(groups: Iterable<string>): (name: string) => boolean {
  const base = (name: string) => name.replace(/^[^\\]*\\/, '').replace(/@.*$/, '');
  const own = new Set([...groups].map((name) => name.toLowerCase()));
  const bases = new Set([...own].map(base));
  return (name) => {
    const plain = name.toLowerCase();
    return own.has(plain) || (/[\\@]/.test(plain) && bases.has(base(plain)));
  };
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
      const groups = output.split('\0').filter((group) => group !== '');
      return { value: { names, uid: undefined, isInGroup: groupTest(groups), gids: undefined } };
    }
    reason = toolTrouble(result);
  }
  return { reason };
}
