import type { Laptop } from './laptop.ts';
import { type PersonName, people } from './laptop-image.ts';
import type { Network } from './network.ts';
import { type Running, run, start, until } from './processes.ts';

/** A session as the laptop's own logind lists it: the truth that the agent's word is compared with. */
export interface TrueSession {
  id: string;
  person: string;
  remote: string;
  service: string;
  state: string;
}

/** Sessions of people, straight from logind: no services, nothing that is closing. */
export async function sessionsOf(laptop: Laptop): Promise<TrueSession[]> {
  const listed = await laptop.must(['loginctl', 'list-sessions', '--no-legend', '--no-pager']);
  const ids = listed.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? '');
  const sessions = await Promise.all(ids.filter((id) => id !== '').map((id) => describeSession(laptop, id)));
  return sessions.filter((session) => session !== undefined);
}

async function describeSession(laptop: Laptop, id: string): Promise<TrueSession | undefined> {
  const shown = await laptop.exec([
    'loginctl',
    'show-session',
    id,
    '-p',
    'Name',
    '-p',
    'Remote',
    '-p',
    'Service',
    '-p',
    'State',
    '-p',
    'Class',
  ]);
  const fields = Object.fromEntries(shown.stdout.split('\n').map((line) => line.split('=')));
  if (shown.code !== 0 || fields.Class !== 'user' || fields.State === 'closing') return undefined;
  return { id, person: fields.Name, remote: fields.Remote, service: fields.Service, state: fields.State };
}

/** Processes that a person has running on the laptop, whatever logind says; their service manager, which ends a little later, apart. */
export async function processesOf(laptop: Laptop, person: string): Promise<string[]> {
  const listed = await laptop.exec(['ps', '-u', person, '-o', 'comm=']);
  const names = listed.stdout.split('\n').map((line) => line.trim());
  return names.filter((name) => !['', 'systemd', '(sd-pam)'].includes(name));
}

/** Ends every person's sessions, so that one test's people do not stand in the next one's way. */
export async function signEverybodyOut(laptop: Laptop): Promise<void> {
  await laptop.exec(['loginctl', 'terminate-user', ...Object.keys(people)]);
  await until('everybody to be gone', async () => ((await sessionsOf(laptop)).length === 0 ? true : undefined));
}

/**
 * Signs a person in at the laptop's console: `login` on a terminal of its own,
 * with the password typed. It runs as a service of the laptop, so that nothing
 * of this process stands behind the session.
 */
export async function loginAs(laptop: Laptop, person: PersonName): Promise<Running> {
  const script = `
    set timeout 20
    spawn login ${person}
    expect "assword:"
    send "${people[person]}\\r"
    expect {
      "\\$ " { puts "SIGNED-IN" }
      timeout { puts "NO-PROMPT"; exit 1 }
      eof { puts "REFUSED"; exit 1 }
    }
    set timeout -1
    expect eof
    puts "SIGNED-OUT"`;
  const login = laptop.start(['systemd-run', '--quiet', '--collect', '--pipe', '--wait', 'expect', '-c', script]);
  await login.said(/SIGNED-IN/, 20_000);
  return login;
}

/** Signs a person in over ssh, from the setting's gateway. */
export async function sshAs(network: Network, person: PersonName, password: string = people[person]): Promise<Running> {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'PubkeyAuthentication=no',
  ];
  const ssh = ['ssh', '-tt', ...options.flatMap((option) => ['-o', option]), `${person}@${network.deviceAddress}`];
  return start(network.inside('gateway', ['sshpass', '-p', password, ...ssh]));
}

/** Tries to sign in over ssh from the setting's gateway, with the password or with a key, and leaves again. `shown` is what the person reads. */
export async function trySsh(
  network: Network,
  person: string,
  by: { password: string } | { keyFile: string },
): Promise<{ isIn: boolean; shown: string }> {
  const isKey = 'keyFile' in by;
  const options = [
    ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=10', 'NumberOfPasswordPrompts=1'],
    ...(isKey ? ['PasswordAuthentication=no', 'KbdInteractiveAuthentication=no'] : ['PubkeyAuthentication=no']),
  ].flatMap((option) => ['-o', option]);
  const target = [`${person}@${network.deviceAddress}`, 'echo IN'];
  const ssh = isKey ? ['ssh', '-i', by.keyFile] : ['sshpass', '-p', by.password, 'ssh'];
  const tried = await run(network.inside('gateway', [...ssh, ...options, ...target]), { timeoutMs: 20_000 });
  return { isIn: tried.stdout.includes('IN'), shown: tried.stdout + tried.stderr };
}

/** Tries to sign in at the console, with the password typed, and leaves again. `shown` is what stands on the screen. */
export async function tryLogin(
  laptop: Laptop,
  person: string,
  password: string,
): Promise<{ isIn: boolean; shown: string }> {
  const script = `
    set timeout 20
    spawn login ${person}
    expect "assword:"
    send "${password}\\r"
    expect {
      -re {[$#] $} { puts "SIGNED-IN" }
      -re {incorrect|denied|error|eof} { puts "REFUSED" }
      eof { puts "REFUSED" }
    }`;
  const tried = await laptop.exec(['systemd-run', '--quiet', '--collect', '--pipe', '--wait', 'expect', '-c', script]);
  return { isIn: tried.stdout.includes('SIGNED-IN'), shown: tried.stdout };
}

/** A console that signs somebody in by itself. */
export interface AutomaticConsole {
  /** All that stands on its screen is what this prints. */
  readonly screen: Running;
  /** Takes it away, with the terminal it is on. */
  remove(): Promise<void>;
}

/**
 * As `getty --autologin` does it: systemd's own unit for a console, on a terminal that somebody reads. Nothing hangs
 * the terminal up, or whoever reads it would be gone.
 */
export async function automaticConsole(laptop: Laptop, person: PersonName): Promise<AutomaticConsole> {
  const holding = 'spawn -noecho -pty; puts "$spawn_out(slave,name) held by [pid]"; set timeout -1; expect eof';
  const screen = laptop.start(['expect', '-c', holding]);
  const [, number, holder = ''] = await screen.said(/\/dev\/pts\/(\d+) held by (\d+)/, 5_000);
  const unit = `container-getty@${number}.service`;
  const command = `-/sbin/agetty --noclear --autologin ${person} - $TERM`;
  const added = ['[Service]', 'ExecStart=', `ExecStart=${command}`, 'TTYVHangup=no', ''].join('\n');
  const folder = `/run/systemd/system/${unit}.d`;
  await laptop.must(['sh', '-ec', `mkdir -p '${folder}'; printf %s '${added}' > '${folder}/autologin.conf'`]);
  await laptop.must(['systemctl', 'daemon-reload']);
  await laptop.must(['systemctl', 'start', unit]);
  return {
    screen,
    async remove() {
      await laptop.must(['systemctl', 'stop', unit]);
      await laptop.must(['rm', '-r', folder]);
      await laptop.must(['kill', '-9', holder]);
      await screen.ended;
    },
  };
}

/** Begins a session of the kind that a desktop makes, with no desktop in it. undefined: it was refused. */
export async function desktopAs(laptop: Laptop, person: PersonName): Promise<Running | undefined> {
  const service = [
    'account include common-account',
    'session required pam_systemd.so type=x11 class=user desktop=GNOME',
  ].join('\n');
  await laptop.must(['sh', '-c', `printf '%s\n' '${service}' > /etc/pam.d/test-desktop`]);
  const properties = ['PAMName=test-desktop', `User=${person}`, 'Environment=DISPLAY=:0'];
  const options = properties.map((property) => `--property=${property}`);
  const desktop = laptop.start(['systemd-run', '--quiet', '--collect', '--wait', ...options, 'sleep', '600']);
  const isThere = async () => {
    if (!desktop.isRunning()) return 'refused';
    const services = (await sessionsOf(laptop)).map(({ service }) => service);
    return services.includes('test-desktop') ? 'there' : undefined;
  };
  return (await until('the desktop', isThere, { withinMs: 10_000 })).value === 'there' ? desktop : undefined;
}
