import { randomBytes } from 'node:crypto';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Filtering } from '../../../shared/report/filtering.ts';
import type { Probe } from '../platform.ts';
import { controlNames, emptyDomain, filterTests, inUseSigns, safeSearch } from './filter-tests.ts';
import { judgeAnswer, judgeFiltering, type NameAnswer, type Tested } from './filter-verdict.ts';
import { parseHostNames } from './hosts-file.ts';
import type { ReadText } from './proc.ts';
import { createNameResolver, type NameResolver } from './resolver.ts';

interface FilteringParts {
  clock: Clock;
  read: ReadText;
  /** For tests: another resolver. */
  resolver?: (signal: AbortSignal) => NameResolver;
}

/**
 * Whether the network the device is on filters, proved by harmless names
 * (platforms.md section 8). Controls come first: while none of them answers,
 * nothing else is asked, for no answer would prove anything.
 */
export function createFilteringProbe({ clock, read, resolver = createNameResolver }: FilteringParts): Probe<Filtering> {
  return async (signal) => {
    const names = resolver(signal);
    const controls = await Promise.all(controlNames.map((name) => names.addresses(name)));
    if (!controls.some(isUsable)) return unknown('no-network', instant(clock.now()), 'control-names');

    const random = await names.addresses(`${randomBytes(12).toString('hex')}.${emptyDomain}`);
    if (random.kind === 'addresses') return unknown('captive-portal', instant(clock.now()), 'random-name');
    if (random.kind === 'nothing') return unknown('no-network', instant(clock.now()), 'random-name');

    const tested = await askTests(names);
    const verdict = judgeFiltering(tested);
    if (verdict === undefined) return unknown('no-network', instant(clock.now()), 'resolver');
    const byHosts = (await namesTests(read)) || (await isBypassedByHosts(tested, names));
    const bypasses: Filtering['bypasses'] = byHosts ? ['hosts-file'] : [];
    const state = verdict.state === 'on' && bypasses.length > 0 ? 'partial' : verdict.state;
    return known({ ...verdict, state, safeSearch: await askSafeSearch(names), bypasses }, instant(clock.now()));
  };
}

function isUsable(answer: NameAnswer): boolean {
  return answer.kind === 'addresses' && answer.addresses.length > 0;
}

function askTests(names: NameResolver): Promise<Tested[]> {
  return Promise.all(
    filterTests.map(async (test) => {
      const answer = await names.addresses(test.name);
      const sign = inUseSigns[test.filter];
      const inUse = sign === undefined || answer.kind !== 'not-found' ? undefined : await names.hasText(sign);
      return { test, shown: judgeAnswer(test, answer, inUse) };
    }),
  );
}

/**
 * Whether the hosts file answers for a test name. Such an answer may come back
 * through a resolver on the device itself, and would pass for the network's filter.
 */
async function namesTests(read: ReadText): Promise<boolean> {
  const named = parseHostNames((await read('/etc/hosts')) ?? '');
  return filterTests.some(({ name }) => named.has(name));
}

/**
 * A line in the hosts file lets programs past the filter: the resolver blocks a
 * test name and the device's own programs reach it all the same.
 */
async function isBypassedByHosts(tested: readonly Tested[], names: NameResolver): Promise<boolean> {
  const blocked = tested.filter(({ shown }) => shown === 'own' || shown === 'nowhere');
  const answers = await Promise.all(
    blocked.map(async ({ test }) => judgeAnswer(test, await names.asPrograms(test.name), undefined)),
  );
  return answers.includes('resolved');
}

async function askSafeSearch(names: NameResolver): Promise<Filtering['safeSearch']> {
  const [answer, aliases] = await Promise.all([names.addresses(safeSearch.name), names.aliases(safeSearch.name)]);
  if (aliases.some((name) => name.toLowerCase() === safeSearch.forced)) return 'on';
  if (!isUsable(answer) || answer.kind !== 'addresses') return 'unknown';
  return answer.addresses.every((address) => address === safeSearch.address) ? 'on' : 'off';
}
