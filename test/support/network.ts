import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, type Running, start } from './processes.ts';
import { makeTempFolder, removeTempFolder } from './temp-folder.ts';

/** A setting's network and, beyond its gateway, the server: lan 10.77.0.20 - gateway 10.77.0.1 | 10.99.1.2 - server 10.99.1.1. */
export interface Network {
  /** Names of network namespaces. */
  readonly lan: string;
  readonly gateway: string;
  readonly server: string;
  readonly serverAddress: string;
  readonly deviceAddress: string;
  readonly resolverAddress: string;
  /** From now on nothing passes between the setting and the server; connections are not told. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  /** Every name the setting's resolver was asked for. */
  asked(): string[];
  /** A command that runs in one of the namespaces. */
  inside(where: 'lan' | 'gateway' | 'server', command: readonly string[]): string[];
  close(): Promise<void>;
}

export type FilterState = 'on' | 'off';

const addresses = { device: '10.77.0.20', resolver: '10.77.0.1', outside: '10.99.1.2', server: '10.99.1.1' };
let count = 0;

/** Builds the network; its resolver filters, or does not. Needs root, ip, nft, dnsmasq. */
export async function makeNetwork({ filter = 'on' }: { filter?: FilterState } = {}): Promise<Network> {
  removeLeftOvers();
  count += 1;
  const prefix = `ht${process.pid}n${count}`;
  const names = { lan: `${prefix}-lan`, gateway: `${prefix}-gw`, server: `${prefix}-srv` };
  atExit.add(prefix);
  for (const name of Object.values(names)) await must(['ip', 'netns', 'add', name]);
  await wire(names);
  const folder = makeTempFolder();
  const resolver = await startResolver(names.gateway, folder, filter);
  writeResolvConf(names.lan);
  const inside: Network['inside'] = (where, command) => ['ip', 'netns', 'exec', names[where], ...command];
  return {
    ...names,
    serverAddress: addresses.server,
    deviceAddress: addresses.device,
    resolverAddress: addresses.resolver,
    inside,
    cut: async () => {
      await must(inside('gateway', ['nft', 'add rule ip hometime way drop']));
    },
    heal: async () => {
      await must(inside('gateway', ['nft', 'flush chain ip hometime way']));
    },
    asked: () => [...resolver.stderr().matchAll(/query\[\w+\] (\S+)/g)].map((match) => match[1] ?? ''),
    async close() {
      await resolver.stop();
      removeTempFolder(folder);
      removeNamespaces(prefix);
      atExit.delete(prefix);
    },
  };
}

async function wire({ lan, gateway, server }: { lan: string; gateway: string; server: string }): Promise<void> {
  await link(
    { at: lan, name: 'eth0', address: addresses.device },
    { at: gateway, name: 'lan0', address: addresses.resolver },
  );
  await link(
    { at: gateway, name: 'wan0', address: addresses.outside },
    { at: server, name: 'eth0', address: addresses.server },
  );
  for (const name of [lan, gateway, server]) await must(['ip', '-n', name, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', lan, 'route', 'add', 'default', 'via', addresses.resolver]);
  await must(['ip', 'netns', 'exec', gateway, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  const table = [
    'table ip hometime {',
    '  chain out { type nat hook postrouting priority 100; oifname "wan0" masquerade; }',
    '  chain way { type filter hook forward priority 0; }',
    '}',
  ];
  await must(['ip', 'netns', 'exec', gateway, 'nft', '-f', '-'], { input: table.join('\n') });
}

interface End {
  at: string;
  name: string;
  address: string;
}

async function link(one: End, other: End): Promise<void> {
  const pair = ['type', 'veth', 'peer', 'name', other.name, 'netns', other.at];
  await must(['ip', 'link', 'add', one.name, 'netns', one.at, ...pair]);
  for (const { at, name, address } of [one, other]) {
    await must(['ip', '-n', at, 'addr', 'add', `${address}/24`, 'dev', name]);
    await must(['ip', '-n', at, 'link', 'set', name, 'up']);
  }
}

/** Answers the harmless test names as each filter does; every name that is not listed does not exist. */
const filterAnswers: Record<FilterState, readonly string[]> = {
  on: [
    '/internetbadguys.com/146.112.61.108',
    '/examplebotnetdomain.com/146.112.61.105',
    '/exampleadultsite.com/146.112.61.106',
    '/nudity.testcategory.com/0.0.0.0',
    '/malware.testcategory.com/0.0.0.0',
  ],
  off: [
    '/internetbadguys.com/192.0.2.11',
    '/examplebotnetdomain.com/192.0.2.12',
    '/exampleadultsite.com/192.0.2.13',
    '/nudity.testcategory.com/192.0.2.14',
    '/malware.testcategory.com/192.0.2.15',
    '/isitblocked.org/192.0.2.16',
  ],
};
const controls = ['/example.com/192.0.2.1', '/example.org/192.0.2.2'];

async function startResolver(namespace: string, folder: string, filter: FilterState): Promise<Running> {
  const exact = [...controls, ...filterAnswers[filter]].map((entry) => entry.split('/'));
  const lines = [
    'no-resolv',
    'no-hosts',
    'bind-interfaces',
    `listen-address=${addresses.resolver}`,
    'user=root',
    'log-queries',
    'log-facility=-',
    'pid-file=',
    // host-record answers that very name only: a random name below it must not exist.
    ...exact.map(([, name, address]) => `host-record=${name},${address}`),
    'address=/#/',
  ];
  const path = join(folder, 'dnsmasq.conf');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const resolver = start(['ip', 'netns', 'exec', namespace, 'dnsmasq', '--keep-in-foreground', `--conf-file=${path}`]);
  await resolver.said(/started, version/);
  return resolver;
}

/** `ip netns exec` shows this file as /etc/resolv.conf to what it starts. */
function writeResolvConf(namespace: string): void {
  mkdirSync(`/etc/netns/${namespace}`, { recursive: true });
  writeFileSync(`/etc/netns/${namespace}/resolv.conf`, `nameserver ${addresses.resolver}\n`);
}

/** Of a network with more places to it (places.ts). */
const furtherRooms = ['home', 'hot', 'cafe', 'desk'];

const atExit = new Set<string>();
process.on('exit', () => {
  for (const prefix of atExit) removeNamespaces(prefix);
});

function removeNamespaces(prefix: string): void {
  for (const room of ['lan', 'gw', 'srv', ...furtherRooms]) {
    spawnSync('ip', ['netns', 'del', `${prefix}-${room}`]);
    rmSync(`/etc/netns/${prefix}-${room}`, { recursive: true, force: true });
  }
}

/** Of tests that were killed: their process is gone, their namespaces are not. */
function removeLeftOvers(): void {
  const listed = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '';
  for (const match of listed.matchAll(/^(ht(\d+)n\d+)-lan/gm)) {
    if (match[1] !== undefined && !readdirSync('/proc').includes(match[2] ?? '')) removeNamespaces(match[1]);
  }
}
