import { noWays, type Ways } from '../../../../agent/platform/filter/bypasses.ts';
import { parseHosts } from '../../../../agent/platform/filter/hosts-file.ts';
import { createFilterProbe } from '../../../../agent/platform/filter/probe.ts';
import { createNetworkNames, type NameAsker, type NetworkNames } from '../../../../agent/platform/filter/resolver.ts';
import type { NameAnswer } from '../../../../agent/platform/filter/verdict.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { defaultFilterTests, type FilterTest } from '../../../../shared/policy/filter-tests.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type Filtering, filteringSchema } from '../../../../shared/report/filtering.ts';
import { type NameServer, type Said, startNameServer } from '../linux/name-server.ts';
import { atNoon } from '../recordings.ts';

/** An address that leads somewhere. */
export const open = ['203.0.113.7'];
export const controls: Record<string, Said> = {
  'example.com': open,
  'example.org': open,
  'www.google.com': ['203.0.113.9'],
};
/** Every test name leads somewhere. */
export const everything: Record<string, Said> = Object.fromEntries(defaultFilterTests.map(({ name }) => [name, open]));
export const umbrella = {
  'internetbadguys.com': ['146.112.61.108'],
  'examplebotnetdomain.com': ['146.112.61.105'],
  'exampleadultsite.com': ['146.112.61.106'],
};
export const cloudflare = { 'nudity.testcategory.com': ['0.0.0.0'], 'malware.testcategory.com': ['0.0.0.0'] };
/** An unfiltered network with Umbrella on it. */
export const filtered = { ...controls, ...everything, ...umbrella };

/** What one resolver of a network says, by name or by "TYPE name"; `rest` of everything else. */
export interface Resolver {
  says: Record<string, Said>;
  rest?: Said;
}

export interface Network {
  resolvers: readonly Resolver[];
  /** What programs get; what the first resolver says unless given. */
  programs?: (name: string) => NameAnswer;
  hosts?: string;
  /** Servers of the test's own in place of these. */
  servers?: readonly string[];
  ways?: Ways;
  tests?: FilterTest[];
  nextDns?: boolean;
  /** Told when the page of NextDNS is asked. */
  onNextDns?: () => void;
  /** For one answer; the real limit is longer, and tests would only wait. */
  limitMs?: number;
}

/** Real name servers on this machine's own loopback, and the probe that asks them. */
export function createNetworks() {
  let servers: NameServer[] = [];

  async function start(network: Network) {
    await stop();
    servers = await Promise.all(
      network.resolvers.map(({ says, rest = 'nxdomain' }) =>
        startNameServer((name, type) => says[`${type} ${name}`] ?? says[name] ?? rest),
      ),
    );
    return createFilterProbe({
      clock: atNoon,
      settings: () => ({ ...defaultDeviceSettings, filterTests: network.tests ?? [...defaultFilterTests] }),
      hosts: async () => ({ kind: 'there', value: parseHosts(network.hosts ?? '127.0.0.1 localhost\n') }),
      ways: async () => network.ways ?? noWays(),
      servers: async () => network.servers ?? servers.map(({ address }) => address),
      names: (signal, list) => namesOf(signal, list, network),
      nextDns: async () => {
        network.onNextDns?.();
        return network.nextDns;
      },
    });
  }

  async function stop() {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
  }

  return {
    async ask(network: Network): Promise<Reading<Filtering>> {
      const reading = await (await start(network))(new AbortController().signal);
      if (reading.state === 'known') filteringSchema.parse(reading.value);
      return reading;
    },
    start,
    stop,
    /** Everything that was asked of a resolver, as "TYPE name". */
    asked: (at = 0): string[] => servers[at]?.asked ?? [],
  };
}

/** Asks these servers; what programs get is the system's, so in a test it is what the first server says. */
export function namesOf(
  signal: AbortSignal,
  servers: readonly string[],
  { programs, limitMs = 400 }: Pick<Network, 'programs' | 'limitMs'> = {},
): NetworkNames {
  const names = createNetworkNames(signal, servers, { limitMs, pace: { together: 1, apartMs: 0 } });
  const [first] = names.servers;
  return {
    ...names,
    asPrograms: async (name) =>
      programs?.(name) ?? (first === undefined ? { kind: 'nothing' } : bothFamilies(first, name)),
  };
}

/** As a look-up of the system: an answer in one family and none in the other is no answer. */
async function bothFamilies(asker: NameAsker, name: string): Promise<NameAnswer> {
  const answers = await Promise.all([asker.addresses(name, 4), asker.addresses(name, 6)]);
  if (answers.some(({ kind }) => kind === 'nothing')) return { kind: 'nothing' };
  const addresses = answers.flatMap((answer) => (answer.kind === 'addresses' ? answer.addresses : []));
  return addresses.length > 0 ? { kind: 'addresses', addresses } : { kind: 'not-found' };
}

/** "on umbrella", "off", "unknown no-network resolver". */
export function verdictOf(reading: Reading<Filtering>): string {
  if (reading.state === 'unknown') return `unknown ${reading.reason} ${reading.detail}`;
  return [reading.value.state, reading.value.provider].filter((part) => part !== null).join(' ');
}
