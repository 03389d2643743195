import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeNetwork, type Network } from './network.ts';
import { must, type Running, start } from './processes.ts';
import { projectFolder } from './programs.ts';
import { makeTempFolder, removeTempFolder } from './temp-folder.ts';

export type PlaceName = 'setting' | 'home' | 'hotspot' | 'portal' | 'nowhere';

/**
 * A setting's network and others to which a laptop can be carried, each a network namespace with a gateway of its own. The
 * server stands beyond all of them. The laptop's namespace is `network.lan`; carried, its cable is pulled out and put in elsewhere.
 *
 *     setting  10.77.0.0/24     gateway 10.77.0.1, a computer that may be a beacon at 10.77.0.5
 *     home     192.168.50.0/24  a gateway of its own
 *     hotspot  10.77.0.0/24     the setting's gateway, address and hardware address copied
 *     portal   172.20.0.0/24    every name is the gateway's own, and nothing gets out
 */
export interface Places {
  readonly network: Network;
  carry(to: PlaceName): Promise<void>;
  /** Whether the server can be reached from outside the setting. */
  uplink(state: 'open' | 'cut'): Promise<void>;
  /** A tunnel over the network that the laptop is in, back into the setting's own; everything goes through it. */
  vpn(state: 'up' | 'down'): Promise<void>;
  /** A command that runs on the computer in the setting. */
  onDesk(command: readonly string[]): string[];
  /** The network of a place as its own gateway sees it, with the laptop in it. */
  seenFrom(place: Exclude<PlaceName, 'nowhere'>): Network;
  /** A command that runs on the computer that is the hotspot. */
  inHotspot(command: readonly string[]): string[];
  close(): Promise<void>;
}

const copiedHardware = '02:00:00:00:77:01';
/** Of each place: the gateway's network and hardware address, and the laptop's own address there. */
const nets = {
  setting: { gateway: '10.77.0.1', hardware: copiedHardware, device: '10.77.0.20' },
  home: { gateway: '192.168.50.1', hardware: '02:00:00:00:50:01', device: '192.168.50.20' },
  hotspot: { gateway: '10.77.0.1', hardware: copiedHardware, device: '10.77.0.20' },
  portal: { gateway: '172.20.0.1', hardware: '02:00:00:00:20:01', device: '172.20.0.20' },
} as const;
type Net = keyof typeof nets;
export const settingGateway = nets.setting.hardware;

/** The setting's laptop is in it when this resolves. Needs root, ip, nft, dnsmasq. */
export async function makePlaces(): Promise<Places> {
  const network = await makeNetwork();
  const prefix = network.lan.replace(/-lan$/, '');
  const rooms: Record<Net, string> = {
    setting: network.gateway,
    home: `${prefix}-home`,
    hotspot: `${prefix}-hot`,
    portal: `${prefix}-cafe`,
  };
  const desk = `${prefix}-desk`;
  await rebuildSetting(network, desk);
  await outside(rooms.home, network.server, { net: 'home', uplink: '10.99.2', masquerade: false });
  await outside(rooms.hotspot, network.server, { net: 'hotspot', uplink: '10.99.3', masquerade: true });
  const portal = await makePortal(rooms.portal);
  // The way back into a home whose gateway hides nobody: what the tunnel goes over.
  await must(['ip', '-n', network.server, 'route', 'add', '192.168.50.0/24', 'via', '10.99.2.2']);
  await must(['ip', '-n', network.gateway, 'route', 'add', '192.168.50.0/24', 'via', network.serverAddress]);
  await must([...within(network.server), 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  await tunnelEnd(network.gateway);
  const places: Places = {
    network,
    carry: (to) => plugIn(network.lan, rooms, to),
    async uplink(state) {
      for (const room of [rooms.home, rooms.hotspot])
        await must([
          ...within(room),
          'nft',
          state === 'cut' ? 'add rule ip places way drop' : 'flush chain ip places way',
        ]);
    },
    vpn: (state) =>
      state === 'up' ? tunnelUp(network.lan) : must(['ip', '-n', network.lan, 'link', 'del', 'tap0']).then(() => {}),
    onDesk: (command) => [...within(desk), ...command],
    seenFrom: (place) => ({
      ...network,
      deviceAddress: nets[place].device,
      inside: (_where, command) => [...within(rooms[place]), ...command],
    }),
    inHotspot: (command) => [...within(rooms.hotspot), ...command],
    async close() {
      await portal.stop();
      await network.close();
    },
  };
  await places.carry('setting');
  return places;
}

const within = (room: string) => ['ip', 'netns', 'exec', room];

/** In place of one cable to the laptop, a switch: with the laptop, and a computer that is always there. */
async function rebuildSetting({ lan, gateway }: Network, desk: string): Promise<void> {
  await must(['ip', '-n', lan, 'link', 'del', 'eth0']);
  await must(['ip', 'netns', 'add', desk]);
  await makeSwitch(gateway, 'setting');
  await plug(desk, gateway, { name: 'eth0', address: '10.77.0.5' });
  await must(['ip', '-n', desk, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', desk, 'route', 'add', 'default', 'via', nets.setting.gateway]);
}

async function makeSwitch(room: string, net: Net): Promise<void> {
  const { gateway, hardware } = nets[net];
  await must(['ip', '-n', room, 'link', 'add', 'br0', 'address', hardware, 'type', 'bridge']);
  await must(['ip', '-n', room, 'addr', 'add', `${gateway}/24`, 'dev', 'br0']);
  await must(['ip', '-n', room, 'link', 'set', 'br0', 'up']);
}

let cables = 0;

/** A cable from a computer to a place's switch. */
async function plug(
  computer: string,
  room: string,
  { name, address }: { name: string; address: string },
): Promise<void> {
  cables += 1;
  const port = `port${cables}`;
  await must(['ip', 'link', 'add', name, 'netns', computer, 'type', 'veth', 'peer', 'name', port, 'netns', room]);
  await must(['ip', '-n', room, 'link', 'set', port, 'master', 'br0', 'up']);
  await must(['ip', '-n', computer, 'addr', 'add', `${address}/24`, 'dev', name]);
  await must(['ip', '-n', computer, 'link', 'set', name, 'up']);
}

/** A place beyond the setting, with a way to the server. */
async function outside(
  room: string,
  server: string,
  { net, uplink, masquerade }: { net: Net; uplink: string; masquerade: boolean },
): Promise<void> {
  await must(['ip', 'netns', 'add', room]);
  await makeSwitch(room, net);
  const far = `to-${net}`;
  await must(['ip', 'link', 'add', 'wan0', 'netns', room, 'type', 'veth', 'peer', 'name', far, 'netns', server]);
  for (const [at, name, end] of [
    [room, 'wan0', 2],
    [server, far, 1],
  ] as const) {
    await must(['ip', '-n', at, 'addr', 'add', `${uplink}.${end}/24`, 'dev', name]);
    await must(['ip', '-n', at, 'link', 'set', name, 'up']);
  }
  await must(['ip', '-n', room, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', room, 'route', 'add', 'default', 'via', `${uplink}.1`]);
  await must([...within(room), 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  const out = masquerade ? '  chain out { type nat hook postrouting priority 100; oifname "wan0" masquerade; }' : '';
  const table = ['table ip places {', out, '  chain way { type filter hook forward priority 0; }', '}'];
  await must([...within(room), 'nft', '-f', '-'], { input: table.join('\n') });
}

/** A sign-in page that is never passed: it answers every name with itself. */
async function makePortal(room: string): Promise<{ stop(): Promise<void> }> {
  await must(['ip', 'netns', 'add', room]);
  await makeSwitch(room, 'portal');
  await must(['ip', '-n', room, 'link', 'set', 'lo', 'up']);
  const folder = makeTempFolder();
  const path = join(folder, 'dnsmasq.conf');
  const { gateway } = nets.portal;
  const lines = ['no-resolv', 'no-hosts', 'bind-interfaces', `listen-address=${gateway}`, 'user=root', 'pid-file='];
  writeFileSync(path, [...lines, 'log-facility=-', `address=/#/${gateway}`, ''].join('\n'));
  const resolver: Running = start([...within(room), 'dnsmasq', '--keep-in-foreground', `--conf-file=${path}`]);
  await resolver.said(/started, version/);
  return {
    async stop() {
      await resolver.stop();
      removeTempFolder(folder);
    },
  };
}

/** The setting's end of a tunnel that joins the two networks below IP: the strongest there is. */
async function tunnelEnd(gateway: string): Promise<void> {
  await must([
    'ip',
    '-n',
    gateway,
    'link',
    'add',
    'vpn0',
    'type',
    'vxlan',
    'id',
    '7',
    'dstport',
    '4789',
    ...['local', '10.99.1.2', 'remote', nets.home.device],
  ]);
  await must(['ip', '-n', gateway, 'link', 'set', 'vpn0', 'mtu', '1400', 'master', 'br0', 'up']);
}

/**
 * The laptop's end: an address of the setting's, its gateway with its real hardware address, and all that it sends. Its name
 * tells what it is: in a box the kernel's own files about links are the host's.
 */
async function tunnelUp(lan: string): Promise<void> {
  const over = ['local', nets.home.device, 'remote', '10.99.1.2'];
  await must(['ip', '-n', lan, 'route', 'add', '10.99.1.2', 'via', nets.home.gateway]);
  await must(['ip', '-n', lan, 'link', 'add', 'tap0', 'type', 'vxlan', 'id', '7', 'dstport', '4789', ...over]);
  await must(['ip', '-n', lan, 'addr', 'add', '10.77.0.66/24', 'dev', 'tap0']);
  await must(['ip', '-n', lan, 'link', 'set', 'tap0', 'mtu', '1400', 'up']);
  for (const half of ['0.0.0.0/1', '128.0.0.0/1'])
    await must(['ip', '-n', lan, 'route', 'add', half, 'via', nets.setting.gateway, 'dev', 'tap0']);
}

/** Pulls the laptop's cable out, wherever it is, and puts it in there. */
async function plugIn(lan: string, rooms: Record<Net, string>, to: PlaceName): Promise<void> {
  const links = await must(['ip', '-n', lan, '-br', 'link']);
  for (const name of ['tap0', 'eth0'])
    if (new RegExp(`^${name}\\b`, 'm').test(links)) await must(['ip', '-n', lan, 'link', 'del', name]);
  if (to === 'nowhere') return;
  await plug(lan, rooms[to], { name: 'eth0', address: nets[to].device });
  await must(['ip', '-n', lan, 'route', 'add', 'default', 'via', nets[to].gateway]);
}

/** The beacon's own program, as the command line starts it. */
export const beaconProgram = [process.execPath, join(projectFolder, 'dist', 'hometime-agent.cjs'), 'beacon'];
