import type { Laptop } from './laptop.ts';
import { type PersonName, people } from './laptop-image.ts';
import type { Network } from './network.ts';
import { type Running, start, until } from './processes.ts';

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
