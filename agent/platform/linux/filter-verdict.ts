import type { Filtering, FilterProvider } from '../../../shared/report/filtering.ts';
import type { FilterTest } from './filter-tests.ts';

/** What a resolver said about a name. `nothing`: no answer in time, or a failure of the resolver. */
export type NameAnswer =
  | { kind: 'addresses'; addresses: readonly string[] }
  | { kind: 'not-found' }
  | { kind: 'nothing' };

/**
 * What an answer shows. `own`: the very answer this filter gives when it blocks;
 * `nowhere`: an address that no filter's maker claims and nobody can reach;
 * `denied`: the name is said not to exist, which some filters do and any resolver
 * may that does not know it; `resolved`: a usable address; `silent`: no answer.
 */
export type Shown = 'own' | 'nowhere' | 'denied' | 'resolved' | 'silent';

/** One test name with what the answer shows. */
export interface Tested {
  test: FilterTest;
  shown: Shown;
}

/** `inUse`: the filter's own sign that it is the resolver, where it has one; undefined where it has none. */
export function judgeAnswer(test: FilterTest, answer: NameAnswer, inUse: boolean | undefined): Shown {
  if (answer.kind === 'nothing') return 'silent';
  if (answer.kind === 'not-found') return test.blocked === 'not-found' && inUse === true ? 'own' : 'denied';
  if (answer.addresses.length === 0) return 'denied';
  const pages = test.blocked === 'not-found' ? [] : test.blocked.addresses;
  if (answer.addresses.every((address) => pages.includes(address))) return 'own';
  return answer.addresses.every(leadsNowhere) ? 'nowhere' : 'resolved';
}

function leadsNowhere(address: string): boolean {
  return address === '0.0.0.0' || address.startsWith('127.');
}

export type Verdict = Pick<Filtering, 'state' | 'provider' | 'tests'>;

/**
 * The state of filtering, from all tests (DEV5). undefined: the answers prove
 * nothing.
 *
 * INVARIANTS
 * - `on` needs every test name of one filter to be blocked, a name of adult
 *   content among them: who stops only malware keeps nothing from children;
 * - a name that was denied counts as blocked only when no test name at all was
 *   resolved or met silence: a resolver that merely does not know a name is no
 *   filter;
 * - `off` needs names to have been resolved, and none to have met silence, for
 *   some filters answer by not answering.
 */
export function judgeFiltering(tested: readonly Tested[]): Verdict | undefined {
  const denialBlocks = !tested.some(({ shown }) => shown === 'resolved' || shown === 'silent');
  const tests = tested.map(({ test, shown }) => ({
    filter: test.filter,
    category: test.category,
    outcome: outcomeOf(shown, denialBlocks),
  }));
  const filters = [...new Set(tests.map((test) => test.filter))];
  const isWhole = (filter: FilterProvider) => {
    const own = tests.filter((test) => test.filter === filter);
    return own.every((test) => test.outcome === 'blocked') && own.some((test) => test.category === 'adult');
  };
  const whole = filters.filter(isWhole);
  const known = (among: readonly FilterProvider[]) =>
    among.find((filter) => tested.some(({ test, shown }) => test.filter === filter && shown === 'own')) ?? 'own';

  if (whole.length > 0) return { state: 'on', provider: known(whole), tests };
  if (tests.some((test) => test.outcome === 'blocked')) return { state: 'partial', provider: known(filters), tests };
  const proved = tested.some(({ shown }) => shown === 'resolved') && !tested.some(({ shown }) => shown === 'silent');
  return proved ? { state: 'off', provider: null, tests } : undefined;
}

function outcomeOf(shown: Shown, denialBlocks: boolean): Filtering['tests'][number]['outcome'] {
  if (shown === 'own' || shown === 'nowhere') return 'blocked';
  if (shown === 'resolved') return 'resolved';
  return shown === 'denied' && denialBlocks ? 'blocked' : 'no-answer';
}
