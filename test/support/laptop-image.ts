import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, until } from './processes.ts';

/** Outside the project: an image is 270 MB, holds devices' files and outlives a clone. */
export const labFolder = process.env.HOMETIME_LAB ?? '/var/tmp/hometime-lab';
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
export async function laptopImage(): Promise<string> {
  guard(labFolder);
  const key = createHash('sha256')
    .update(JSON.stringify([suite, packages, people, 2]))
    .digest('hex')
    .slice(0, 12);
  const image = join(labFolder, `laptop-${key}`);
  if (existsSync(image)) return image;
  mkdirSync(labFolder, { recursive: true, mode: 0o755 });
  const lock = join(labFolder, `laptop-${key}.lock`);
  await until('another build of the laptop image', async () => (takeLock(lock) ? true : undefined), {
    withinMs: 300_000,
  });
  try {
    if (!existsSync(image)) await buildImage(image);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  return image;
}

/** An empty or short path once overlaid a root folder: every path that is mounted or removed passes here. */
export function guard(path: string): void {
  if (!/^\/[\w.-]+\/[\w.-]+\/[\w./-]+$/.test(path) || path.includes('..'))
    throw new Error(`not a path for a laptop: ${path}`);
}

function takeLock(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}

async function buildImage(image: string): Promise<void> {
  const unfinished = `${image}.part`;
  const tar = `${image}.tar`;
  guard(unfinished);
  rmSync(unfinished, { recursive: true, force: true });
  const options = ['--variant=minbase', '--components=main', `--include=${packages.join(',')}`];
  await must(['mmdebstrap', ...options, suite, tar], { timeoutMs: 280_000 });
  mkdirSync(unfinished);
  await must(['tar', '-C', unfinished, '--numeric-owner', '-xpf', tar]);
  rmSync(tar);
  await must(['chroot', unfinished, 'sh', '-e', '-c', preparation()]);
  renameSync(unfinished, image);
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
