import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { builtOnce, guard, labFolder } from './lab.ts';
import { must, type Outcome, until } from './processes.ts';
import { programs, projectFolder } from './programs.ts';
import { type VmImage, vmImage } from './vm-image.ts';
import { type DataDisk, dataDisks, hardware, layDisks, type Machine, startInVain, startMachine } from './vm-machine.ts';
import type { Monitor } from './vm-monitor.ts';

/**
 * A real Linux laptop in a virtual machine, with disks of its own: its root is
 * LUKS2, three further disks are blank, and a USB port is free. It starts in two
 * seconds from a state that was kept after its first start.
 */
export interface Vm {
  /** Runs a shell script inside, as root. */
  exec(script: string, options?: { input?: string; timeoutMs?: number }): Promise<Outcome>;
  /** Runs a shell script inside that must succeed; what it printed. */
  must(script: string, options?: { input?: string; timeoutMs?: number }): Promise<string>;
  /** What the kernel calls the disks beside the root one: "sdb". */
  readonly disks: Readonly<Record<DataDisk, string>>;
  /** Lets a disk pass no more bytes a second than this; 0: as many as it can. */
  slowDown(disk: string, bytesPerSecond: number): Promise<void>;
  /** As a hand would: a USB stick of this name, with what lies in the file (raw). */
  plugIn(name: string, file: string): Promise<void>;
  pullOut(name: string): Promise<void>;
  /** The folder of this machine on the host, gone with it. */
  readonly folder: string;
  /** Settles when it is off, however that came; of the machine as it runs now. */
  off(): Promise<unknown>;
  /** Ends it as an empty battery would: its disks stay. */
  cutPower(): Promise<void>;
  /** Starts it anew from its disks, a minute long. */
  boot(): Promise<void>;
  /** Starts it from its disks when it cannot get far: its console, once that shows the words. */
  bootInVain(words: RegExp): Promise<string>;
  /** Ends it and removes every trace. */
  remove(): Promise<void>;
}

const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A machine as it was after its first start, with the agent's programs in /opt/hometime and the right time. */
export async function makeVm(): Promise<Vm> {
  const image = await vmImage();
  const kept = await keptState(image);
  const folder = newFolder();
  await layDisks(folder, join(kept, 'root.qcow2'), 'qcow2');
  let machine = await startMachine({ image, folder, state: join(kept, 'state') });
  const vm: Vm = {
    folder,
    disks: await namesOf(machine),
    exec: (script, options) => machine.exec(script, options),
    must: (script, options) => succeed(machine, script, options),
    slowDown: (disk, bytesPerSecond) => slowDown(vm, machine.monitor, disk, bytesPerSecond),
    plugIn: (name, file) => plugIn(machine.monitor, name, file),
    pullOut: (name) => pullOut(machine.monitor, name),
    off: () => machine.off,
    cutPower: () => machine.kill(),
    async boot() {
      forgetStart(folder);
      machine = await startMachine({ image, folder });
      await vm.must(ready());
    },
    bootInVain(words) {
      forgetStart(folder);
      return startInVain({ image, folder }, words);
    },
    async remove() {
      await machine.kill();
      removeFolder(folder);
    },
  };
  await vm.must(ready());
  return vm;
}

/** Sockets and console of an earlier start: a new one would take them for its own. */
function forgetStart(folder: string): void {
  for (const name of ['console', 'qmp', 'ssh']) rmSync(join(folder, name), { force: true });
}

/** The right time, and the agent's programs. */
function ready(): string {
  const mounts = ['dist', 'node_modules'].map((tag) => `mount -t 9p -o ${share} ${tag} /opt/hometime/${tag}`);
  return [`date -s @${Math.floor(Date.now() / 1000)}`, ...mounts].join(' && ');
}

/** The agent as users run it, as the machine sees it. */
export const agentInside = programs.agent.replace(projectFolder, '/opt/hometime');

const share = 'trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro';

async function namesOf(machine: Machine): Promise<Record<DataDisk, string>> {
  const nameOf = async (disk: DataDisk) => {
    const link = await succeed(machine, `readlink -e /dev/disk/by-id/ata-QEMU_HARDDISK_${disk}`);
    return link.replace('/dev/', '');
  };
  return { one: await nameOf('one'), two: await nameOf('two'), small: await nameOf('small') };
}

function newFolder(): string {
  const boxes = join(labFolder, 'boxes');
  mkdirSync(boxes, { recursive: true });
  // Those of tests that were killed.
  for (const name of readdirSync(boxes)) {
    const owner = /^vm-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) rmSync(join(boxes, name), { recursive: true });
  }
  const folder = mkdtempSync(join(boxes, `vm-${process.pid}-`));
  guard(folder);
  folders.add(folder);
  return folder;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** What tests will need, read once into memory so that it is there in the kept state. */
const warmUp = [
  'until systemctl is-system-running 2>/dev/null | grep -qE "running|degraded"; do sleep 0.5; done',
  'for m in 9p 9pnet_virtio usb_storage uas vfat nls_cp437 nls_ascii nls_utf8 zram raid1; do modprobe $m; done',
  'for t in lsblk findmnt blkid cryptsetup dmsetup lvm mdadm mkfs.ext4 mkfs.vfat; do $t --version; done',
  'node -e 0; udevadm settle; sync; sleep 2',
].join('\n');

/** The memory of a machine that has started, and its disk: a first start takes a minute, this two seconds. */
async function keptState(image: VmImage): Promise<string> {
  const version = await must(['qemu-system-x86_64', '--version']);
  // An image that was built again has another key: what was kept of the one before cannot read it.
  const recipe = [image.disk, statSync(image.disk).mtimeMs, version, hardware, dataDisks, warmUp, 1];
  return builtOnce('vm-booted', recipe, async (unfinished) => {
    await layDisks(unfinished, image.disk, 'raw');
    const machine = await startMachine({ image, folder: unfinished });
    try {
      await succeed(machine, warmUp, { timeoutMs: 180_000 });
      await keepState(machine.monitor, join(unfinished, 'state'));
    } finally {
      await machine.kill();
    }
    forgetStart(unfinished);
  });
}

const migrationSchema = z.object({ status: z.string().optional(), 'error-desc': z.string().optional() });

async function keepState(monitor: Monitor, path: string): Promise<void> {
  guard(path);
  await monitor.ask('migrate-set-parameters', { 'max-bandwidth': 10 ** 10 });
  await monitor.ask('stop');
  await monitor.ask('migrate', { uri: `exec:cat > ${path}` });
  const isKept = async () => {
    const { status, 'error-desc': trouble } = migrationSchema.parse(await monitor.ask('query-migrate'));
    if (status === 'failed') throw new Error(`the state was not kept: ${trouble}`);
    return status === 'completed' ? true : undefined;
  };
  await until('the state to be kept', isKept, { withinMs: 60_000 });
}

async function succeed(
  machine: Machine,
  script: string,
  options: { input?: string; timeoutMs?: number } = {},
): Promise<string> {
  const { code, stdout, stderr } = await machine.exec(script, options);
  if (code !== 0) throw new Error(`inside, this ended with ${code}: ${script}\n${stderr.trim()} ${stdout.trim()}`);
  return stdout.trimEnd();
}

async function slowDown(vm: Vm, monitor: Monitor, disk: string, bps: number): Promise<void> {
  const device = Object.entries(vm.disks).find(([, name]) => name === disk)?.[0];
  const others = { bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };
  await monitor.ask('block_set_io_throttle', { device, bps, ...others });
}

async function plugIn(monitor: Monitor, name: string, file: string): Promise<void> {
  await monitor.ask('blockdev-add', { driver: 'raw', 'node-name': name, file: { driver: 'file', filename: file } });
  const stick = { driver: 'usb-storage', drive: name, removable: true, serial: `${name}0001` };
  await monitor.ask('device_add', { ...stick, id: `${name}-stick` });
}

/** The file can be plugged in again: what was written to it stays. */
async function pullOut(monitor: Monitor, name: string): Promise<void> {
  await monitor.ask('device_del', { id: `${name}-stick` });
  const isFree = async () => {
    await monitor.ask('blockdev-del', { 'node-name': name });
    return true as const;
  };
  await until('the stick to be out', isFree);
}
