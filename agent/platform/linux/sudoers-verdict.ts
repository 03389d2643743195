import { itemsOf, plainWord, type Sudoers } from './sudoers-text.ts';

/** Whether something is granted; `unknown`: it may be, in a form that cannot be judged here. */
export type Granted = 'yes' | 'no' | 'unknown';

/** Somebody as sudo's rules name people. */
export interface SudoPerson {
  names: readonly string[];
  uid: string | undefined;
  isInGroup(name: string): boolean;
  gids: readonly string[];
}

/** Programs by which whoever may run them as root can do anything: shells, editors, interpreters, rights, accounts. */
const opensAll = new Set(
  [
    'su sudo sudoedit bash sh zsh dash fish ksh csh tcsh env vi vim vim.basic nvim nano emacs ed less more man find awk',
    'gawk sed tee cp mv ln dd install chmod chown chgrp mount python python2 python3 perl ruby lua node php busybox',
    'visudo passwd chpasswd usermod useradd adduser addgroup groupadd gpasswd vipw systemctl systemd-run crontab at',
    'docker podman lxc lxd incus nsenter unshare chroot tar rsync ssh gdb strace xargs nohup timeout time nice',
  ].flatMap((line) => line.split(' ')),
);

/** Programs that install programs. */
const installs = new Set(
  'apt apt-get aptitude dpkg gdebi synaptic dnf yum rpm zypper pacman apk snap flatpak pip pip3 npm gem make'.split(
    ' ',
  ),
);

/** What all rules together grant somebody: to do anything, or to install programs (DEV8). */
export function mayAdminister(sudoers: Sudoers, person: SudoPerson, hostname: string): Granted {
  const said = sudoers.rules.map(({ users, hosts, what }): Granted => {
    const isMeant = both(matchesUser(users, sudoers, person), matchesHost(hosts, sudoers, hostname));
    return isMeant === 'no' ? 'no' : both(isMeant, grantsAll(what, sudoers));
  });
  return any(sudoers.isUnderstood ? said : [...said, 'unknown']);
}

function both(one: Granted, other: Granted): Granted {
  if (one === 'no' || other === 'no') return 'no';
  return one === 'yes' && other === 'yes' ? 'yes' : 'unknown';
}

/** The last item that fits decides, as in sudo; aliases are followed, not round in circles. */
function matches(items: readonly string[], sudoers: Sudoers, fits: (item: string) => Granted, depth = 0): Granted {
  let said: Granted = 'no';
  for (const raw of items) {
    const isNot = /^!/.test(raw) && (raw.match(/^!+/)?.[0].length ?? 0) % 2 === 1;
    const item = raw.replace(/^!+\s*/, '');
    const inner = depth < 8 ? sudoers.aliases.get(item) : undefined;
    const one = inner === undefined ? fits(item) : matches(inner, sudoers, fits, depth + 1);
    if (one === 'unknown') said = 'unknown';
    else if (one === 'yes') said = isNot ? 'no' : 'yes';
  }
  return said;
}

function matchesUser(users: readonly string[], sudoers: Sudoers, person: SudoPerson): Granted {
  // Groups of the network, and of other programs than the system's own.
  return matches(users, sudoers, (item) => (/^(\+|%:)/.test(item) ? 'unknown' : isMeant(item, person) ? 'yes' : 'no'));
}

function isMeant(item: string, person: SudoPerson): boolean {
  if (item === 'ALL') return true;
  const word = plainWord(item);
  if (word.startsWith('%#')) return person.gids.includes(word.slice(2));
  if (word.startsWith('%')) return person.isInGroup(word.slice(1));
  return word.startsWith('#') ? person.uid === word.slice(1) : person.names.includes(word);
}

/** Rules for other machines may stand in a file that all machines share; a network or a pattern is not judged. */
function matchesHost(hosts: readonly string[], sudoers: Sudoers, hostname: string): Granted {
  const short = (name: string) => name.toLowerCase().split('.')[0];
  return matches(hosts, sudoers, (item) => {
    if (item === 'ALL' || short(item) === short(hostname)) return 'yes';
    return /^[a-z][a-z0-9.-]*$/i.test(item) ? 'no' : 'unknown';
  });
}

/** Whether a list of commands lets somebody do anything, or install programs, as root. */
function grantsAll(what: string, sudoers: Sudoers): Granted {
  let isRoot: Granted = 'yes';
  const said: Granted[] = [];
  // The commas of a runas list are no commas between commands.
  const folded = what.replace(/\(([^)]*)\)/g, (_all, list: string) => `(${list.replaceAll(',', '\u0001')})`);
  for (const item of itemsOf(folded)) {
    const match = /^(?:\(([^)]*)\))?\s*((?:[A-Z_]+:\s*)*)(.*)$/.exec(item);
    if (match?.[1] !== undefined) isRoot = runsAsRoot(match[1].replaceAll('\u0001', ','), sudoers);
    // What is forbidden after "ALL" can be got round.
    const command = match?.[3]?.trim() ?? '';
    if (command !== '' && !command.startsWith('!')) said.push(both(isRoot, opens(command, sudoers, 0)));
  }
  return any(said);
}

function runsAsRoot(list: string, sudoers: Sudoers): Granted {
  const users = list.split(':')[0]?.trim() ?? '';
  // Only a group: it stays the same person.
  if (users === '') return list.includes(':') ? 'no' : 'yes';
  return matches(itemsOf(users), sudoers, (item) => (['ALL', 'root', '#0'].includes(item) ? 'yes' : 'no'));
}

function opens(command: string, sudoers: Sudoers, depth: number): Granted {
  const alias = depth < 8 ? sudoers.aliases.get(command) : undefined;
  if (alias === undefined) return opensBy(command);
  return any(alias.filter((each) => !each.startsWith('!')).map((each) => opens(each, sudoers, depth + 1)));
}

function opensBy(command: string): Granted {
  if (command === 'ALL') return 'yes';
  // A digest may stand before the path.
  const [path = '', ...args] = command.replace(/^sha\d+:\S+\s+/, '').split(/\s+/);
  // A whole folder, or a pattern for names in it.
  if (path.endsWith('/') || /[*?[]/.test(path) || path.startsWith('^')) return 'yes';
  const name = path.slice(path.lastIndexOf('/') + 1);
  // The empty argument stands for "without any".
  if ((!opensAll.has(name) && !installs.has(name)) || args.join(' ') === '""') return 'no';
  if (args.length === 0 || args.some((arg) => /[*?]/.test(arg))) return 'yes';
  return installs.has(name) && args.includes('install') ? 'yes' : 'unknown';
}

function any(said: readonly Granted[]): Granted {
  if (said.includes('yes')) return 'yes';
  return said.includes('unknown') ? 'unknown' : 'no';
}
