import { mkdirSync, rmSync } from 'node:fs';
import { builtOnce } from './lab.ts';
import { must } from './processes.ts';

const suite = 'bookworm';
const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'udev',
  'libpam-systemd',
  'login',
  'passwd',
  'openssh-server',
  'iproute2',
  'procps',
  'util-linux',
  'sudo',
  'expect',
  'ca-certificates',
  'libstdc++6',
];
/** People with an account on every laptop, and their passwords. */
export const people = { alice: 'alicepw', bob: 'bobpw' } as const;
export type PersonName = keyof typeof people;

/**
 * The root file system of a laptop: a real Debian with systemd, built once (half
 * a minute) and kept, named by what is in it. It is the lower layer of every
 * laptop and is never written to again.
 */
export function laptopImage(): Promise<string> {
  return builtOnce('laptop', [suite, packages, people, 2], buildImage);
}

async function buildImage(unfinished: string): Promise<void> {
  const tar = `${unfinished}.tar`;
  const options = ['--variant=minbase', '--components=main', `--include=${packages.join(',')}`];
  await must(['mmdebstrap', ...options, suite, tar], { timeoutMs: 280_000 });
  mkdirSync(unfinished);
  await must(['tar', '-C', unfinished, '--numeric-owner', '-xpf', tar]);
  rmSync(tar);
  await must(['chroot', unfinished, 'sh', '-e', '-c', preparation()]);
}

/** Accounts, host keys, no identity of its own yet, and no units that only slow a box down. */
function preparation(): string {
  const accounts = Object.entries(people).flatMap(([name, password]) => [
    `useradd -m -s /bin/bash ${name}`,
    `echo ${name}:${password} | chpasswd`,
  ]);
  return [
    ...accounts,
    'ssh-keygen -A',
    ': > /etc/machine-id',
    'systemctl mask systemd-resolved.service apt-daily.timer apt-daily-upgrade.timer e2scrub_reap.service fstrim.timer',
    'systemctl enable ssh.service',
    'mkdir -p /opt/hometime /var/lib/hometime && chmod 700 /var/lib/hometime && touch /usr/bin/node',
  ].join('\n');
}
