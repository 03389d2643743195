import { type Clock, instant } from '../../../shared/instant.ts';
import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import { known, type Reading, unknown } from '../../../shared/reading.ts';
import type { Filtering } from '../../../shared/report/filtering.ts';
import { type Interfaces, systemInterfaces } from '../network/own-addresses.ts';
import type { PlatformParts, Probe } from '../platform.ts';
import { keepWhileUnchanged } from '../unchanged.ts';
import { asReported, noWays, together, unreadWay, type Ways } from './bypasses.ts';
import { leadsRound, testsInHosts } from './hosts-file.ts';
import type { Found } from './kept-file.ts';
import { askNextDns } from './nextdns-sign.ts';
import { type Proof, prove } from './proof.ts';
import { nameProvider } from './provider.ts';
import { createNetworkNames, type NetworkNames, systemServers } from './resolver.ts';

export interface FilteringParts {
  clock: Clock;
  settings: PlatformParts['settings'];
  /** The hosts file, as names with their addresses. */
  hosts: () => Promise<Found<ReadonlyMap<string, readonly string[]>>>;
  /** Every other way round that can be looked for on this system. */
  ways: (signal: AbortSignal) => Promise<Ways>;
  /** The resolvers of the network; the system's own list unless given. */
  servers?: () => Promise<readonly string[]>;
  /** For tests: other links, other resolvers, and no question to the world. */
  interfaces?: Interfaces;
  /** The links, where what another section asked in this very round will do. */
  inRound?: { interfaces: Interfaces };
  names?: (signal: AbortSignal, servers: readonly string[]) => NetworkNames;
  nextDns?: typeof askNextDns;
}

/**
 * How long an answer may be given again to a glance while addresses and resolvers
 * stay the same. DANGER: it must be shorter than it takes to leave one network and
 * join another with the same addresses. Every round of the agent's own is longer.
 */
const keptMs = 10_000;

/** Asked once for a set of resolvers: the page belongs to others, who need not hear from each device all day. */
interface KeptSign {
  servers: string;
  isNextDns: boolean;
}

/**
 * Whether the network the device is on filters, and the ways round it on the
 * device (DEV5, DUT7; platforms.md section 8). The same on every system; where
 * the ways lie is each system's own.
 */
export function createFilterProbe(parts: FilteringParts): Probe<Filtering> {
  const { clock, settings, servers = async () => systemServers(), names = createNetworkNames } = parts;
  const { interfaces = systemInterfaces, inRound = { interfaces } } = parts;
  let sign: KeptSign | undefined;

  async function isNextDns(signal: AbortSignal): Promise<boolean | undefined> {
    const asked = JSON.stringify(await servers());
    if (sign?.servers === asked) return sign.isNextDns;
    const answer = await (parts.nextDns ?? askNextDns)(signal);
    sign = answer === undefined ? undefined : { servers: asked, isNextDns: answer };
    return answer;
  }

  async function look(signal: AbortSignal): Promise<Reading<Filtering>> {
    const tests = settings().filterTests;
    const hosts = await parts.hosts();
    const named = hosts.kind === 'there' ? hosts.value : new Map<string, readonly string[]>();
    const [result, ways] = await Promise.all([
      prove(names(signal, await servers()), tests, testsInHosts(named, tests)),
      parts.ways(signal),
    ]);
    if (!('proof' in result)) return unknown(result.reason, instant(clock.now()), result.detail);
    const { proof } = result;
    const bypasses = asReported(together(ways, ofHosts(hosts, tests), ofPrograms(proof, named, tests)));
    const isRound = bypasses.bypasses.length > 0;
    const state = proof.state === 'on' && isRound ? 'partial' : proof.state;
    // The page belongs to others: a setting that does not use their filter never asks it.
    const isTold = tests.some(({ filter }) => filter === 'nextdns');
    const provider = await nameProvider(proof, async () => (isTold ? isNextDns(signal) : false));
    const { safeSearch } = proof;
    return known({ state, provider, tests: proof.tests, safeSearch, ...bypasses }, instant(clock.now()));
  }

  return keepWhileUnchanged({
    clock,
    keptMs,
    mark: async (how) => {
      const links = (how === 'glance' ? inRound.interfaces : interfaces)() ?? null;
      return JSON.stringify([await servers(), settings().filterTests, links]);
    },
    look: async (signal) => ({ reading: await look(signal), lasting: !signal.aborted }),
  });
}

function ofHosts(hosts: Found<ReadonlyMap<string, readonly string[]>>, tests: readonly FilterTest[]): Ways {
  const ways = noWays();
  if (hosts.kind === 'unreadable') unreadWay(ways, 'hosts-file', hosts.reason);
  if (hosts.kind === 'there' && leadsRound(hosts.value, tests)) ways.found.add('hosts-file');
  return ways;
}

/** Programs that reach what the network's resolvers block are led by something of the system's own. */
function ofPrograms(proof: Proof, hosts: ReadonlyMap<string, unknown>, tests: readonly FilterTest[]): Ways {
  const ways = noWays();
  if (proof.programs === 'pass') ways.found.add(testsInHosts(hosts, tests).size > 0 ? 'hosts-file' : 'system-doh');
  if (proof.programs === 'unread') unreadWay(ways, 'system-doh', 'timed-out');
  return ways;
}
