import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceViewSchema } from '../../shared/api/devices.ts';
import { type Laptop, makeLaptop } from '../../test/support/laptop.ts';
import { makeNetwork, type Network } from '../../test/support/network.ts';
import { type Running, until } from '../../test/support/processes.ts';
import { projectFolder } from '../../test/support/programs.ts';
import type { Rest } from '../../test/support/rest.ts';
import { restInside, type ServerProcess, startServerProcess } from '../../test/support/server-process.ts';
import { childOf } from './usage.ts';

export const agentProgram = '/opt/hometime/dist/hometime-agent.cjs';

/** A real laptop (Debian, systemd, logind) in a setting's network, and the server beyond its gateway. */
export interface Scene {
  network: Network;
  server: ServerProcess;
  laptop: Laptop;
  rest: Rest;
  /** A device of the server with its own data folder on the laptop. */
  enrol(name: string): Promise<{ dataFolder: string; deviceId: string }>;
  /** Waits until the server shows it online. */
  untilOnline(deviceId: string): Promise<void>;
  /** Puts a script of this folder on the laptop, beside the packages; its path there. */
  bring(script: string): Promise<string>;
  close(): Promise<void>;
}

/** Builds it all. Its root is plain, on this computer's own disk: every section can be told. */
export async function makeScene(name: string): Promise<Scene> {
  const network = await makeNetwork();
  const prefix = network.inside('server', []);
  const server = await startServerProcess({ prefix, peoplePort: 8080, agentPort: 8443 });
  const laptop = await makeLaptop({
    name,
    namespace: network.lan,
    resolver: network.resolverAddress,
    onDisk: true,
  });
  await laptop.boot();
  await describeDisk(laptop);
  const rest = restInside(server, prefix, await server.token());
  return {
    network,
    server,
    laptop,
    rest,
    async enrol(deviceName) {
      const link = await server.enrolLink(deviceName, ['--kind', 'laptop', '--address', network.serverAddress]);
      const dataFolder = `/var/lib/hometime/${deviceName}`;
      await laptop.must(['node', agentProgram, 'enrol', link, '--data', dataFolder]);
      return { dataFolder, deviceId: new URLSearchParams(new URL(link).hash.slice(1)).get('device') ?? '' };
    },
    async untilOnline(deviceId) {
      const isOnline = async () => {
        const { presence } = deviceViewSchema.parse((await rest.get(`/devices/${deviceId}`)).body);
        return presence.state === 'online' ? true : undefined;
      };
      await until('the device to be online', isOnline, { withinMs: 60_000, everyMs: 500 });
    },
    async bring(script) {
      const path = `/opt/hometime/${script}`;
      const input = readFileSync(join(projectFolder, 'scripts/bench', script), 'utf8');
      await laptop.exec(['sh', '-c', `cat > ${path}`], { input });
      return path;
    },
    async close() {
      await laptop.remove();
      await server.stop();
      await network.close();
    },
  };
}

/**
 * No udev runs in a box, so its record of the disk is written down here as a real
 * laptop would have it; without it the kind of file system could not be told.
 */
async function describeDisk(laptop: Laptop): Promise<void> {
  const number = await laptop.must(['findmnt', '-no', 'MAJ:MIN', '/']);
  const record = 'I:1\nE:ID_FS_TYPE=ext4\nE:ID_FS_USAGE=filesystem\nV:1\n';
  const script = `mkdir -p /run/udev/data && cat > /run/udev/data/b${number.trim()}`;
  await laptop.exec(['sh', '-c', script], { input: record });
}

/** Ends a program that was started in the laptop: by its own number, for what entered the laptop only waits for it. */
export async function endIn(running: Running): Promise<void> {
  if (running.isRunning()) process.kill(pidIn(running), 'SIGTERM');
  await running.ended;
}

/** The number, on this host, of a program that was started in the laptop. */
export function pidIn(running: Running): number {
  return childOf(running.pid);
}
