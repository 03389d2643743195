import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guard, labFolder } from './lab.ts';
import { type BoxGroups, createBoxGroups } from './laptop-groups.ts';
import { laptopImage } from './laptop-image.ts';
import { must, type Outcome, type Running, run, start, until } from './processes.ts';
import { projectFolder } from './programs.ts';

/**
 * A real Linux laptop in a box: a Debian booted by systemd (systemd-nspawn) with
 * its own logind, accounts and agent service, in a network namespace. Its disks
 * are the host's, so nothing about encryption can be proved with it.
 */
export interface Laptop {
  readonly name: string;
  /** Boots it; what it wrote before is still there. Resolves when the system says it runs. */
  boot(): Promise<void>;
  /** Runs a command inside, as root. */
  exec(command: readonly string[], options?: { input?: string; timeoutMs?: number }): Promise<Outcome>;
  /** Runs a command inside that must succeed; what it printed. */
  must(command: readonly string[]): Promise<string>;
  /** Starts a command inside that goes on. */
  start(command: readonly string[]): Running;
  /** Ends it as a person would. */
  powerOff(): Promise<void>;
  /** Ends it as an empty battery would. */
  cutPower(): Promise<void>;
  /** Ends it if it runs, and removes every trace. */
  remove(): Promise<void>;
}

interface Box {
  name: string;
  folder: string;
  root: string;
  namespace: string;
  groups: BoxGroups;
  nspawn: Running | undefined;
  leader: number;
}

/** The agent as a service, not started until it is enrolled. */
const unit = `[Unit]
Description=Hometime agent
[Service]
ExecStart=/usr/bin/node /opt/hometime/dist/hometime-agent.cjs run --data /var/lib/hometime
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`;
/** What of the project the laptop sees, read-only. */
const shared = ['dist', 'node_modules', 'package.json'];

interface LaptopOptions {
  name: string;
  namespace: string;
  /** The address its names are asked from. */
  resolver: string;
  /** Its root lies on the host's own disk and not in memory above the image: then it is known which disk that is. */
  onDisk?: boolean;
}

/** Makes a laptop that has not booted yet. */
export async function makeLaptop(options: LaptopOptions): Promise<Laptop> {
  const { namespace, resolver } = options;
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(options.name)) throw new Error(`not a name for a laptop: ${options.name}`);
  const image = await laptopImage();
  const name = `ht${process.pid}-${options.name}`;
  const folder = join(labFolder, 'boxes', name);
  guard(folder);
  const groups = createBoxGroups(name);
  const box: Box = { name, folder, root: join(folder, 'root'), namespace, groups, nspawn: undefined, leader: 0 };
  boxes.add(box);
  if (options.onDisk) await copyRoot(box, image);
  else await mountRoot(box, image);
  furnish(box, resolver);
  return {
    name,
    boot: () => boot(box),
    exec: (command, given = {}) => run([...entering(box), ...command], given),
    must: (command) => must([...entering(box), ...command]),
    start: (command) => start([...entering(box), ...command]),
    async powerOff() {
      await run([...entering(box), 'systemctl', 'poweroff']);
      await gone(box);
    },
    async cutPower() {
      process.kill(box.leader, 'SIGKILL');
      await gone(box);
    },
    async remove() {
      if (box.nspawn?.isRunning()) {
        process.kill(box.leader, 'SIGKILL');
        await gone(box);
      }
      dismantle(box);
      boxes.delete(box);
    },
  };
}

/** What is written lies in memory, above the image: an overlay's upper layer cannot lie on another overlay, and CI's disk may be one. */
async function mountRoot({ folder, root }: Box, image: string): Promise<void> {
  const memory = join(folder, 'memory');
  mkdirSync(memory, { recursive: true });
  await must(['mount', '-t', 'tmpfs', '-o', 'size=1g,mode=755', 'tmpfs', memory]);
  for (const part of ['upper', 'work']) mkdirSync(join(memory, part));
  mkdirSync(root, { recursive: true });
  const layers = `lowerdir=${image},upperdir=${memory}/upper,workdir=${memory}/work`;
  await must(['mount', '-t', 'overlay', 'overlay', '-o', layers, root]);
}

async function copyRoot({ folder, root }: Box, image: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await must(['cp', '-a', image, root]);
}

function furnish({ name, root }: Box, resolver: string): void {
  guard(root);
  writeFileSync(join(root, 'etc/hostname'), `${name}\n`);
  rmSync(join(root, 'etc/resolv.conf'), { force: true });
  writeFileSync(join(root, 'etc/resolv.conf'), `nameserver ${resolver}\n`);
  const machineId = readFileSync('/proc/sys/kernel/random/uuid', 'utf8').replaceAll(/[-\n]/g, '');
  writeFileSync(join(root, 'etc/machine-id'), `${machineId}\n`);
  writeFileSync(join(root, 'etc/systemd/system/hometime-agent.service'), unit);
  mkdirSync(join(root, 'opt/hometime'), { recursive: true });
  for (const part of shared) {
    const target = join(root, 'opt/hometime', part);
    if (statSync(join(projectFolder, part)).isDirectory()) mkdirSync(target, { recursive: true });
    else writeFileSync(target, '');
  }
  if (!existsSync(join(root, 'etc/localtime'))) symlinkSync('/usr/share/zoneinfo/Etc/UTC', join(root, 'etc/localtime'));
}

async function boot(box: Box): Promise<void> {
  const binds = shared.map((part) => `--bind-ro=${join(projectFolder, part)}:/opt/hometime/${part}`);
  const options = [
    '--boot',
    `--directory=${box.root}`,
    `--machine=${box.name}`,
    '--register=no',
    ...box.groups.options,
    `--network-namespace-path=/run/netns/${box.namespace}`,
    '--resolv-conf=off',
    '--console=read-only',
    `--bind-ro=${process.execPath}:/usr/bin/node`,
    ...binds,
  ];
  box.nspawn = start(box.groups.wrap(['systemd-nspawn', ...options]));
  const { nspawn } = box;
  await until(
    'the laptop to boot',
    async () => {
      if (!nspawn.isRunning()) throw new Error(`systemd-nspawn ended: ${nspawn.stderr()}`);
      box.leader = leaderOf(nspawn.pid);
      const state = await run([...entering(box), 'systemctl', 'is-system-running'], { timeoutMs: 5_000 });
      return /^(running|degraded)/.test(state.stdout) ? true : undefined;
    },
    { withinMs: 40_000 },
  ).catch((error: unknown) => {
    throw new Error(`the laptop did not boot. Its console:\n${nspawn.stdout()}\n${nspawn.stderr()}`, { cause: error });
  });
}

/** The first process of the box, as the host numbers it. */
function leaderOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
}

function entering({ leader }: Box): string[] {
  if (!Number.isInteger(leader) || leader <= 1) throw new Error('the laptop is not running');
  return ['nsenter', '-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-C', '--'];
}

async function gone(box: Box): Promise<void> {
  await box.nspawn?.ended;
  box.leader = 0;
  box.groups.remove();
}

const boxes = new Set<Box>();
process.on('exit', () => {
  for (const box of boxes) {
    if (box.leader > 1) spawnSync('kill', ['-9', String(box.leader)]);
    dismantle(box);
  }
});

function dismantle({ folder, root, groups }: Box): void {
  guard(folder);
  for (const mounted of [root, join(folder, 'memory')]) spawnSync('umount', ['-l', mounted]);
  groups.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
