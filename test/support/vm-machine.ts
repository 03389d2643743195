import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './ports.ts';
import { must, type Outcome, type Running, run, start, until } from './processes.ts';
import { projectFolder } from './programs.ts';
import type { VmImage } from './vm-image.ts';
import { type Monitor, openMonitor } from './vm-monitor.ts';

/** A running QEMU machine, reached by ssh. */
export interface Machine {
  readonly monitor: Monitor;
  /** Runs a shell script inside, as root. */
  exec(script: string, options?: { input?: string; timeoutMs?: number }): Promise<Outcome>;
  /** Ends it as an empty battery would. */
  kill(): Promise<void>;
  /** Settles when it is off, however that came. */
  readonly off: Promise<unknown>;
}

/** The three disks beside the root one, in MB; blank until something is made of them. The kernel names them as it likes. */
export const dataDisks = { one: 48, two: 48, small: 24 } as const;
export type DataDisk = keyof typeof dataDisks;

/**
 * The machine's hardware. A state that was kept can only be taken up by the very
 * same, so whatever is changed here belongs into the recipe of the state too.
 * No acceleration by the host's processor, and no way out but to this host. An older
 * processor is a third faster to imitate than the newest: fewer levels of page tables,
 * and no wide registers.
 */
export const hardware = [
  ...['-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'Westmere', '-smp', '2', '-m', '1024'],
  ...['-nodefaults', '-no-user-config', '-display', 'none'],
  ...['-device', 'ide-hd,drive=root,serial=LAPTOP0001,bus=ide.0'],
  ...Object.keys(dataDisks).flatMap((name, index) => [
    '-device',
    `ide-hd,drive=${name},serial=${name},bus=ide.${index + 1}`,
  ]),
  ...['-device', 'qemu-xhci,id=xhci', '-device', 'virtio-rng-pci'],
  ...['-device', 'virtio-net-pci,netdev=net,romfile='],
  ...['-device', 'virtio-9p-pci,fsdev=dist,mount_tag=dist'],
  ...['-device', 'virtio-9p-pci,fsdev=node_modules,mount_tag=node_modules'],
];

const statusSchema = z.object({ status: z.string() });
const kernelLine = 'root=/dev/mapper/root rw console=ttyS0 quiet net.ifnames=0 mitigations=off';

/**
 * Starts a machine from disks in `folder` (root.qcow2, …), which also gets its
 * console and sockets: from the beginning, or from a state that was kept.
 * Resolves when its door opens.
 */
export async function startMachine(parts: MachineParts): Promise<Machine> {
  const { image, folder, state } = parts;
  const { qemu, port, monitorPath } = await startQemu(parts);
  try {
    const monitor = await openMonitor(monitorPath);
    if (state !== undefined) await wake(monitor);
    const door = await openDoor({ image, folder, port, qemu });
    return { monitor, exec: door.exec, kill: () => kill(qemu, door.master, monitor), off: qemu.ended };
  } catch (error) {
    await qemu.killHard();
    throw new Error(`the machine did not start. It said:\n${qemu.stderr()}\n${consoleOf(folder)}`, { cause: error });
  }
}

/** Starts a machine that will not get far: resolves with its console once that shows the words, and ends it. */
export async function startInVain(parts: MachineParts, words: RegExp): Promise<string> {
  const { qemu } = await startQemu(parts);
  try {
    const isShown = async () => (words.test(consoleOf(parts.folder)) ? consoleOf(parts.folder) : undefined);
    return (await until('the words on the console', isShown, { withinMs: 180_000, everyMs: 500 })).value;
  } catch (error) {
    throw new Error(`the console shows:\n${consoleOf(parts.folder)}`, { cause: error });
  } finally {
    await qemu.killHard();
  }
}

function consoleOf(folder: string): string {
  return readFileSync(join(folder, 'console'), { encoding: 'utf8', flag: 'a+' }).slice(-4_000);
}

interface MachineParts {
  image: VmImage;
  folder: string;
  state?: string;
}

async function startQemu({ image, folder, state }: MachineParts) {
  const port = await freePort();
  const monitorPath = join(folder, 'qmp');
  const disks = ['root', ...Object.keys(dataDisks)].flatMap((name) => [
    '-drive',
    `file=${join(folder, `${name}.qcow2`)},if=none,id=${name},format=qcow2,cache=unsafe`,
  ]);
  const qemu = start([
    // Whatever ends the tests ends the machine too.
    ...['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64'],
    ...hardware,
    ...disks,
    ...['-kernel', image.kernel, '-initrd', image.initrd, '-append', kernelLine],
    ...['-netdev', `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ...['dist', 'node_modules'].flatMap((name) => ['-fsdev', sharedFolder(name)]),
    ...['-serial', `file:${join(folder, 'console')}`, '-qmp', `unix:${monitorPath},server=on,wait=off`],
    ...(state === undefined ? [] : ['-incoming', `exec:cat ${state}`]),
  ]);
  return { qemu, port, monitorPath };
}

/** What of the project the machine sees, read-only; mounted only once it runs, or its state could not be kept. */
function sharedFolder(name: string): string {
  return `local,id=${name},path=${join(projectFolder, name)},security_model=none,readonly=on`;
}

/** A kept state was standing still when it was kept. */
async function wake(monitor: Monitor): Promise<void> {
  const isRead = async () => {
    const { status } = statusSchema.parse(await monitor.ask('query-status'));
    return status === 'inmigrate' ? undefined : true;
  };
  await until('the kept state to be read', isRead, { withinMs: 60_000 });
  await monitor.ask('cont');
}

async function kill(qemu: Running, master: Running, monitor: Monitor): Promise<void> {
  monitor.close();
  await master.killHard();
  await qemu.killHard();
}

/** One connection for everything: to agree on keys takes the slow machine a second each time. */
async function openDoor(parts: { image: VmImage; folder: string; port: number; qemu: Running }) {
  const { image, folder, port, qemu } = parts;
  const shared = ['ssh', '-F', 'none', '-S', join(folder, 'ssh'), '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR'];
  const keys = ['-i', image.sshKey, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
  const place = ['-p', String(port), 'root@127.0.0.1'];
  let master: Running | undefined;
  const isOpen = async () => {
    if (!qemu.isRunning()) throw new Error(`qemu ended: ${qemu.stderr()}`);
    if (master?.isRunning() !== true) {
      master = start([...shared, ...keys, '-M', '-N', '-o', 'ConnectTimeout=20', ...place]);
    }
    return (await run([...shared, '-O', 'check', ...place])).code === 0 ? master : undefined;
  };
  const { value } = await until('the machine’s door', isOpen, { withinMs: 240_000, everyMs: 100 });
  return {
    master: value,
    exec: (script: string, options = {}) => run([...shared, ...place, '--', script], options),
  };
}

/** New empty disks on top of kept ones: what is written stays in `folder`. */
export async function layDisks(folder: string, base: string, format: 'raw' | 'qcow2'): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await must(['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', format, join(folder, 'root.qcow2')]);
  for (const [name, megabytes] of Object.entries(dataDisks)) {
    await must(['qemu-img', 'create', '-q', '-f', 'qcow2', join(folder, `${name}.qcow2`), `${megabytes}M`]);
  }
}
