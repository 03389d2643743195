import { randomBytes } from 'node:crypto';
import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import type { UnknownDetail, UnknownReason } from '../../../shared/reading.ts';
import type { Filtering, FilterProvider } from '../../../shared/report/filtering.ts';
import { isPrivate } from './addresses.ts';
import { askAsPrograms } from './as-programs.ts';
import { controlNames, inUseSigns, makerOf } from './names.ts';
import { askerOfPrograms, type NameAsker, type NetworkNames } from './resolver.ts';
import { askSafeSearch, worstSafeSearch } from './safe-search.ts';
import { judgeAnswer, judgeFiltering, restsOnDenial, type Shown, type Tested, type Verdict, worst } from './verdict.ts';

/** What the network's names prove of filtering, before anybody looked for ways round it. */
export interface Proof extends Pick<Filtering, 'state' | 'tests' | 'safeSearch'> {
  /** Filters whose own answer was met. */
  candidates: readonly FilterProvider[];
  /** Filters that showed themselves to be the resolver. */
  inUse: readonly FilterProvider[];
  /** `pass`: programs reach a name that the network's resolvers block; `unread`: not all could be asked as they ask. */
  programs: 'held' | 'pass' | 'unread';
}

export type ProofResult = { proof: Proof } | { reason: UnknownReason; detail: UnknownDetail };

/** What the controls say of one resolver. */
type Trust = 'fair' | 'mute' | 'unsure' | 'portal' | 'liar';

/**
 * Proves filtering by harmless names (platforms.md section 8). Controls come
 * first: of a resolver that does not answer them, or answers wrongly, nothing
 * else is asked.
 *
 * INVARIANTS
 * - each resolver is asked by itself and the worst answer counts, for which of
 *   them a program meets is chance; one that answers nothing is no way round, and
 *   one that proved nothing of itself may still show that it lets names through;
 * - where any resolver lies, nothing is proved by the others;
 * - no name is asked for but controls, the random one, the tests, search engines
 *   and a filter's own sign.
 */
export async function prove(
  names: NetworkNames,
  tests: readonly FilterTest[],
  hostsNames: ReadonlySet<string>,
): Promise<ProofResult> {
  const trusts = await Promise.all(names.servers.map(trustOf));
  const isAnyFair = trusts.includes('fair');
  let askers = names.servers.filter((_server, at) => trusts[at] === 'fair' || (isAnyFair && trusts[at] === 'unsure'));
  if (trusts.length === 0 || trusts.every((trust) => trust === 'mute')) {
    // Where port 53 is shut (encrypted names, Android), the system's own look-ups are all there is.
    const programs = askerOfPrograms(names);
    trusts.push(await trustOf(programs));
    if (trusts.at(-1) === 'fair') askers = [programs];
  }
  if (trusts.includes('liar')) return { reason: 'captive-portal', detail: 'random-name' };
  if (trusts.includes('portal')) return { reason: 'captive-portal', detail: 'control-names' };
  if (askers.length === 0)
    return { reason: 'no-network', detail: trusts.includes('unsure') ? 'random-name' : 'control-names' };
  return proveBy(askers, names, tests, hostsNames);
}

async function proveBy(
  askers: readonly NameAsker[],
  names: NetworkNames,
  tests: readonly FilterTest[],
  hostsNames: ReadonlySet<string>,
): Promise<ProofResult> {
  const signs = createSigns();
  const pages = tests.flatMap(({ blocked }) => (blocked === 'not-found' ? [] : blocked.addresses));
  const bySet = await Promise.all(askers.map((asker) => askTests(asker, tests, signs)));
  const merged = tests.map((test, at) => ({ test, shown: worst(bySet.map((set) => set[at]?.shown ?? 'silent')) }));
  const areServers = askers.some(({ server }) => server !== undefined);
  const [programs, searches] = await Promise.all([
    areServers ? askAsPrograms(names, tests, hostsNames) : { tested: [], isCut: false },
    Promise.all(askers.map((asker) => askSafeSearch(asker, pages))),
  ]);

  const verdict = judgeFiltering(merged);
  const someFilter = [...bySet, programs.tested]
    .map(judgeFiltering)
    .filter((each) => each !== undefined && each.state !== 'off');
  // Silence of one beside a filter of another is no gap; what one blocks and another lets through is.
  const letsThrough = merged.some(
    ({ test, shown }) => shown === 'resolved' && isBlockedIn([...bySet, programs.tested], test),
  );
  const whole = verdict ?? (someFilter.length > 0 && letsThrough ? gaps(merged) : undefined);
  // Who denies the tests, and knows no other name either, is no filter: a router without a way out.
  const isLost = whole?.state === 'on' && restsOnDenial(merged) && !searches.some(({ reachesAny }) => reachesAny);
  if (whole === undefined || isLost) return { reason: 'no-network', detail: 'resolver' };
  const isPassed = programs.tested.some(
    ({ test, shown }) => shown === 'resolved' && whole.tests[tests.indexOf(test)]?.outcome === 'blocked',
  );
  return {
    proof: {
      tests: whole.tests,
      // One resolver filters and another does not: neither on nor off.
      state: whole.state === 'off' && someFilter.length > 0 ? 'partial' : whole.state,
      candidates: [...new Set([...whole.candidates, ...someFilter.flatMap((each) => each?.candidates ?? [])])],
      inUse: [...signs.seen(), ...askers.flatMap(({ server }) => makerOf(server ?? '') ?? [])],
      safeSearch: worstSafeSearch(searches.map(({ safeSearch }) => safeSearch)),
      programs: isPassed ? 'pass' : programs.isCut ? 'unread' : 'held',
    },
  };
}

/** Answers that prove nothing together while one resolver filters: what is known of each test stays. */
function gaps(merged: readonly Tested[]): Verdict {
  const tests = merged.map(({ test: { filter, category }, shown }) => ({ filter, category, outcome: knownOf(shown) }));
  return { state: 'partial', tests, candidates: [] };
}

function isBlockedIn(sets: readonly (readonly Tested[])[], test: FilterTest): boolean {
  return sets.some((set) => set.some((each) => each.test === test && knownOf(each.shown) === 'blocked'));
}

function knownOf(shown: Shown): 'blocked' | 'resolved' | 'no-answer' {
  if (shown === 'own' || shown === 'nowhere') return 'blocked';
  return shown === 'resolved' ? 'resolved' : 'no-answer';
}

async function trustOf(asker: NameAsker): Promise<Trust> {
  const controls = await Promise.all(controlNames.map((name) => asker.addresses(name, 4)));
  const told = controls.map((answer) => (answer.kind === 'addresses' ? answer.addresses : []));
  if (told.every((addresses) => addresses.length === 0)) return 'mute';
  // Who blocks one of the controls blocks whatever is below it.
  const open = controlNames.find((_name, at) => told[at]?.some((address) => !isPrivate(address)));
  if (open === undefined) return (await isLiar(asker, controlNames[0])) === 'liar' ? 'liar' : 'portal';
  return isLiar(asker, open);
}

async function isLiar(asker: NameAsker, emptyDomain: string): Promise<Trust> {
  const random = await asker.addresses(`${randomBytes(12).toString('hex')}.${emptyDomain}`, 4);
  if (random.kind === 'addresses') return 'liar';
  return random.kind === 'not-found' || !asker.deniesSurely ? 'fair' : 'unsure';
}

async function askTests(asker: NameAsker, tests: readonly FilterTest[], signs: Signs): Promise<Tested[]> {
  const answersIpv6 = lazily(async () => {
    const answers = await Promise.all(controlNames.map((name) => asker.addresses(name, 6)));
    return answers.some(({ kind }) => kind !== 'nothing');
  });
  return Promise.all(
    tests.map(async (test) => {
      const shown = await shownBy(asker, test, 4, signs);
      if (shown === 'resolved') return { test, shown };
      const other = await shownBy(asker, test, 6, signs);
      return { test, shown: await both(shown, other, answersIpv6) };
    }),
  );
}

/**
 * What the answers in both families show together: a name that is blocked in one
 * and leads somewhere in the other is not blocked. Silence in IPv6 counts only
 * where the resolver answers in it at all.
 */
async function both(ipv4: Shown, ipv6: Shown, answersIpv6: () => Promise<boolean>): Promise<Shown> {
  if (ipv6 === 'resolved') return 'resolved';
  if (ipv4 === 'silent') return 'silent';
  if (ipv6 === 'silent') return (await answersIpv6()) ? 'silent' : ipv4;
  return ipv4 === 'denied' ? ipv6 : ipv4;
}

async function shownBy(asker: NameAsker, test: FilterTest, family: 4 | 6, signs: Signs): Promise<Shown> {
  const answer = await asker.addresses(test.name, family);
  const isDenied = answer.kind === 'not-found';
  if (isDenied && family === 4 && !asker.deniesSurely) return 'silent';
  return judgeAnswer(test, answer, isDenied ? await signs.ask(asker, test.filter) : undefined);
}

interface Signs {
  /** Whether a filter shows itself to be this resolver; undefined: it has no sign. */
  ask(asker: NameAsker, filter: FilterProvider): Promise<boolean | undefined>;
  seen(): FilterProvider[];
}

/** Each sign is asked for once of each resolver. */
function createSigns(): Signs {
  const asked = new Map<string, Promise<boolean>>();
  const found = new Set<FilterProvider>();
  return {
    async ask(asker, filter) {
      if (asker.server !== undefined && makerOf(asker.server) === filter) return true;
      const name = inUseSigns[filter];
      if (name === undefined) return undefined;
      const key = `${asker.server} ${filter}`;
      const answer = asked.get(key) ?? asker.hasText(name);
      asked.set(key, answer);
      if (await answer) found.add(filter);
      return answer;
    },
    seen: () => [...found],
  };
}

function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
