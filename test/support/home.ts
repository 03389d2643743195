import { type CommandView, commandViewSchema } from '../../shared/api/commands.ts';
import { type DeviceView, deviceViewSchema } from '../../shared/api/devices.ts';
import { type Laptop, makeLaptop } from './laptop.ts';
import { makeNetwork, type Network } from './network.ts';
import { until } from './processes.ts';
import type { Rest } from './rest.ts';
import { restInside, type ServerProcess, startServerProcess } from './server-process.ts';

/** A whole setting: a server beyond the gateway, and a laptop of the setting whose agent is enrolled and runs. */
export interface Home {
  network: Network;
  server: ServerProcess;
  laptop: Laptop;
  rest: Rest;
  deviceId: string;
  device(): Promise<DeviceView>;
  order(body: unknown): Promise<CommandView>;
  command(id: string): Promise<CommandView>;
  close(): Promise<void>;
}

const agentMain = '/opt/hometime/dist/hometime-agent.cjs';

/** Builds it all, on a network of its own unless one is given, and waits until the laptop is online. Enrolment is what an administrator does: a link, and `enrol` at the laptop. */
export async function makeHome(name: string, given?: Network): Promise<Home> {
  const network = given ?? (await makeNetwork());
  const prefix = network.inside('server', []);
  const server = await startServerProcess({ prefix, peoplePort: 8080, agentPort: 8443 });
  const laptop = await makeLaptop({ name, namespace: network.lan, resolver: network.resolverAddress });
  await laptop.boot();
  const rest = restInside(server, prefix, await server.token());
  const link = await server.enrolLink(`Laptop ${name}`, ['--kind', 'laptop', '--address', network.serverAddress]);
  await laptop.must(['node', agentMain, 'enrol', link, '--data', '/var/lib/hometime']);
  await laptop.must(['systemctl', 'enable', '--now', 'hometime-agent.service']);
  const deviceId = new URLSearchParams(new URL(link).hash.slice(1)).get('device') ?? '';
  const device = async (): Promise<DeviceView> => deviceViewSchema.parse((await rest.get(`/devices/${deviceId}`)).body);
  const home: Home = {
    network,
    server,
    laptop,
    rest,
    deviceId,
    device,
    async order(body) {
      const answer = await rest.send('POST', `/devices/${deviceId}/commands`, body);
      if (answer.status !== 202)
        throw new Error(`the order was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return commandViewSchema.parse(answer.body);
    },
    command: async (id) => commandViewSchema.parse((await rest.get(`/commands/${id}`)).body),
    async close() {
      await laptop.remove();
      await server.stop();
      if (given === undefined) await network.close();
    },
  };
  await untilReported(home);
  return home;
}

/** Online, and every section asked at least once. */
async function untilReported(home: Home): Promise<void> {
  const isComplete = async () => {
    const { presence, sections } = await home.device();
    const waiting = Object.values(sections).some(
      (reading) => reading.state === 'unknown' && reading.reason === 'not-asked-yet',
    );
    return presence.state === 'online' && !waiting ? true : undefined;
  };
  await until('the laptop’s first whole report', isComplete, { withinMs: 60_000, everyMs: 200 }).catch(
    async (error: unknown) => {
      const journal = await home.laptop.exec([
        'journalctl',
        '-u',
        'hometime-agent',
        '-o',
        'cat',
        '--no-pager',
        '-n',
        '40',
      ]);
      throw new Error(`${journal.stdout}\n${home.server.process.stderr().slice(-4_000)}`, { cause: error });
    },
  );
}
