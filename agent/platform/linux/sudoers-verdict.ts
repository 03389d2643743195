import { itemsOf, plainWord, type Sudoers } from './sudoers-text.ts';

/** Whether something is granted; `unknown`: it may be, in a form that cannot be judged here. */
export type Granted = 'yes' | 'no' | 'unknown';

/** Somebody as sudo's rules name people. */
export interface SudoPerson {
  names: readonly string[];
  /** undefined: not known. */
  uid: string | undefined;
  /** However the name is written: sudo does not tell capitals from small letters. */
  isInGroup(name: string): boolean;
  /** undefined: not known. */
  gids: readonly string[] | undefined;
}

/** What rules refer to besides the person. */
export interface SudoMachine {
  /** "": not known. */
  hostname: string;
  /** Other names of the account of number 0. */
  roots: ReadonlySet<string>;
  /** Accounts that may administer by their groups: whoever may act as one of them is not far from it. */
  trusted: ReadonlySet<string>;
}

/** Programs by which whoever may run them as root can do anything: shells, editors, interpreters, rights, accounts. */
const opensAll = new Set(
  [
    'su sudo sudoedit bash sh zsh dash fish ksh csh tcsh env vi vim vim.basic nvim nano emacs ed less more man find awk',
    'gawk sed tee cp mv ln dd install chmod chown chgrp mount python python2 python3 perl ruby lua node php busybox',
    'visudo passwd chpasswd usermod useradd adduser addgroup groupadd gpasswd vipw systemctl systemd-run crontab at',
    'docker podman lxc lxd incus nsenter unshare chroot tar rsync ssh gdb strace xargs nohup timeout time nice',
    'pkexec run0 doas runuser setpriv capsh setcap setfacl machinectl service update-alternatives dpkg-reconfigure',
    'vigr groupmod newusers chpasswd screen tmux script expect tclsh socat nc ncat curl wget git mc mcedit pico joe',
    'gedit gnome-text-editor kate kwrite mousepad xed pluma xterm gnome-terminal konsole journalctl insmod modprobe',
    'kexec debugfs mkfs losetup cpio zip unzip patch make gcc tcpdump mysql psql sqlite3 scp sftp virsh flock setsid',
  ].flatMap((line) => line.split(' ')),
);

/** Programs that install programs. */
const installs = new Set(
  [
    'apt apt-get aptitude dpkg gdebi synaptic dnf yum rpm zypper pacman apk snap flatpak pip npm gem rpm-ostree pkcon',
    'microdnf yay paru pamac xbps-install emerge eopkg nix nix-env add-apt-repository transactional-update',
  ].flatMap((line) => line.split(' ')),
);

/** Where the system's own programs lie; what lies elsewhere may be anything, and whoever may run it able to change it. */
const ofTheSystem = /^\/(usr\/)?(s?bin|lib(exec)?|share|games)\//;

/** What all rules together grant somebody: to do anything, or to install programs (DEV8). */
export function mayAdminister(sudoers: Sudoers, person: SudoPerson, machine: SudoMachine): Granted {
  const said = sudoers.rules.map(({ users, hosts, what }): Granted => {
    const isMeant = both(matchesUser(users, sudoers, person), matchesHost(hosts, sudoers, machine.hostname));
    return isMeant === 'no' ? 'no' : both(isMeant, grantsAll(what, sudoers, machine));
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
  return matches(users, sudoers, (item) => (/^"?(\+|%:)/.test(item) ? 'unknown' : isMeant(item, person)));
}

function isMeant(item: string, person: SudoPerson): Granted {
  if (item === 'ALL') return 'yes';
  const word = plainWord(item);
  const given = (is: boolean | undefined): Granted => (is === undefined ? 'unknown' : is ? 'yes' : 'no');
  if (word.startsWith('%#')) return given(person.gids?.includes(word.slice(2)));
  if (word.startsWith('%')) return given(person.isInGroup(word.slice(1)));
  if (word.startsWith('#')) return given(person.uid === undefined ? undefined : person.uid === word.slice(1));
  return given(person.names.some((name) => name.toLowerCase() === word.toLowerCase()));
}

/** Rules for other machines may stand in a file that all machines share; a network or a pattern is not judged. */
function matchesHost(hosts: readonly string[], sudoers: Sudoers, hostname: string): Granted {
  const short = (name: string) => name.toLowerCase().split('.')[0];
  return matches(hosts, sudoers, (item) => {
    if (item === 'ALL' || short(item) === short(hostname)) return 'yes';
    if (hostname === '') return 'unknown';
    return /^[a-z][a-z0-9.-]*$/i.test(item) ? 'no' : 'unknown';
  });
}

/** What may stand between the runas list and the tags: "ROLE=unconfined_r TIMEOUT=10m". */
const commandForm =
  /^(?:\(([^)]*)\))?\s*(?:(?:ROLE|TYPE|APPARMOR_PROFILE|PRIVS|LIMITPRIVS|TIMEOUT|NOTBEFORE|NOTAFTER|CWD|CHROOT)\s*=\s*(?:"[^"]*"|\S+)\s*)*((?:[A-Z_]+:\s*)*)(.*)$/;

/** Whether a list of commands lets somebody do anything, or install programs, as root. */
function grantsAll(what: string, sudoers: Sudoers, machine: SudoMachine): Granted {
  let isRoot: Granted = 'yes';
  let needsPassword = true;
  const said: Granted[] = [];
  // The commas of a runas list are no commas between commands.
  const folded = what.replace(/\(([^)]*)\)/g, (_all, list: string) => `(${list.replaceAll(',', '\u0001')})`);
  for (const item of itemsOf(folded)) {
    const [, runas, tags = '', rest = ''] = commandForm.exec(item) ?? [];
    if (runas !== undefined) isRoot = runsAsRoot(runas.replaceAll('\u0001', ','), sudoers, machine);
    if (/\b(NO)?PASSWD:/.test(tags)) needsPassword = !/\bNOPASSWD:/.test(tags);
    // What is forbidden after "ALL" can be got round.
    const command = rest.trim();
    if (command === '' || command.startsWith('!')) continue;
    // Who knows the password that is asked for cannot be told.
    const asked: Granted = sudoers.asksForAnother && needsPassword ? 'unknown' : 'yes';
    said.push(both(asked, both(isRoot, opens(command, sudoers, 0))));
  }
  return any(said);
}

function runsAsRoot(list: string, sudoers: Sudoers, { roots, trusted }: SudoMachine): Granted {
  const users = list.split(':')[0]?.trim() ?? '';
  // Only a group: it stays the same person.
  if (users === '') return list.includes(':') ? 'no' : 'yes';
  return matches(itemsOf(users), sudoers, (item) => {
    const name = plainWord(item);
    if (['ALL', 'root', '#0'].includes(name) || roots.has(name)) return 'yes';
    return /^[%+#]/.test(name) || trusted.has(name) ? 'unknown' : 'no';
  });
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
  const name = plainName(path);
  if (!opensAll.has(name) && !installs.has(name) && !ofTheSystem.test(path) && path.startsWith('/')) return 'unknown';
  // The empty argument stands for "without any".
  if ((!opensAll.has(name) && !installs.has(name)) || args.join(' ') === '""') return 'no';
  if (args.length === 0 || args.some((arg) => /[*?]/.test(arg))) return 'yes';
  return installs.has(name) && args.includes('install') ? 'yes' : 'unknown';
}

/** The program's name without what distributions add to it: "python3.12", "vim.tiny". */
function plainName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (opensAll.has(name) || installs.has(name)) return name;
  return name
    .replace(/\.(tiny|basic|nox|gtk3?|traditional|openbsd|ext[234]|vfat)$/, '')
    .replace(/(?<=[a-z])-?\d[\d.]*$/, '');
}

function any(said: readonly Granted[]): Granted {
  if (said.includes('yes')) return 'yes';
  return said.includes('unknown') ? 'unknown' : 'no';
}
