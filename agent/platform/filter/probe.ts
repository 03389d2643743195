import { type Clock, instant } from '../../../shared/instant.ts';
import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Filtering } from '../../../shared/report/filtering.ts';
import { type Interfaces, systemInterfaces } from '../network/own-addresses.ts';
import type { Look, PlatformParts, Probe } from '../platform.ts';
import { asReported, noWays, together, unreadWay, type Ways } from './bypasses.ts';
import { leadsRound, testsInHosts } from './hosts-file.ts';
import type { Found } from './kept-file.ts';
import { askNextDns } from './nextdns-sign.ts';
import { type Proof, type ProofResult, prove } from './proof.ts';
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
  names?: (signal: AbortSignal, servers: readonly string[]) => NetworkNames;
  nextDns?: typeof askNextDns;
}

/**
 * How long a proof stands while the device's addresses and resolvers stay the same:
 * a round that glances again at once gets it again. DANGER: shorter than it takes to leave
 * one network and join another with the same addresses.
 */
const proofLastsMs = 10_000;

interface KeptProof {
  print: string;
  at: number;
  result: ProofResult;
}

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
  let kept: KeptProof | undefined;
  let sign: KeptSign | undefined;

  async function isNextDns(signal: AbortSignal): Promise<boolean | undefined> {
    const asked = JSON.stringify(await servers());
    if (sign?.servers === asked) return sign.isNextDns;
    const answer = await (parts.nextDns ?? askNextDns)(signal);
    sign = answer === undefined ? undefined : { servers: asked, isNextDns: answer };
    return answer;
  }

  async function proveNow(
    tests: readonly FilterTest[],
    hostsNames: ReadonlySet<string>,
    signal: AbortSignal,
    how: Look,
  ): Promise<ProofResult> {
    const asked = await servers();
    const print = JSON.stringify([asked, tests, [...hostsNames], (parts.interfaces ?? systemInterfaces)() ?? null]);
    const age = clock.now() - (kept?.at ?? 0);
    if (how === 'glance' && kept?.print === print && age >= 0 && age < proofLastsMs) return kept.result;
    const at = clock.now();
    const result = await prove(names(signal, asked), tests, hostsNames);
    // What could not be proved may be provable in a moment.
    kept = 'proof' in result && !signal.aborted ? { print, at, result } : undefined;
    return result;
  }

  return async (signal, how = 'new') => {
    const tests = settings().filterTests;
    const hosts = await parts.hosts();
    const named = hosts.kind === 'there' ? hosts.value : new Map<string, readonly string[]>();
    const [result, ways] = await Promise.all([
      proveNow(tests, testsInHosts(named, tests), signal, how),
      parts.ways(signal),
    ]);
    const at = instant(clock.now());
    if (!('proof' in result)) return unknown(result.reason, at, result.detail);
    const { proof } = result;
    const bypasses = asReported(together(ways, ofHosts(hosts, tests), ofPrograms(proof, named, tests)));
    const isRound = bypasses.bypasses.length > 0;
    return known(
      {
        state: proof.state === 'on' && isRound ? 'partial' : proof.state,
        provider: await nameProvider(proof, () => isNextDns(signal)),
        tests: proof.tests,
        safeSearch: proof.safeSearch,
        ...bypasses,
      },
      at,
    );
  };
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
  if (proof.programsPass) ways.found.add(testsInHosts(hosts, tests).size > 0 ? 'hosts-file' : 'system-doh');
  return ways;
}
