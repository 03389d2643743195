import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import type { Filtering, FilterProvider } from '../../../shared/report/filtering.ts';
import { leadsNowhere, within } from './addresses.ts';

/** What a resolver said about a name. `nothing`: no answer in time, or a failure of the resolver. */
export type NameAnswer =
  | { kind: 'addresses'; addresses: readonly string[] }
  | { kind: 'not-found' }
  | { kind: 'nothing' };

/**
 * What an answer shows. `own`: the very answer this filter gives when it blocks;
 * `nowhere`: an address that no filter's maker claims and nobody can reach;
 * `denied`: the name is said not to exist, which some filters do and any resolver
 * may that does not know it; `silent`: no answer; `resolved`: a usable address.
 */
export type Shown = 'own' | 'nowhere' | 'denied' | 'silent' | 'resolved';

/** From the best that can be shown to the worst. */
const order: readonly Shown[] = ['own', 'nowhere', 'denied', 'silent', 'resolved'];

export function worst(shown: readonly Shown[]): Shown {
  return order[Math.max(...shown.map((each) => order.indexOf(each)))] ?? 'silent';
}

/** One test name with what the answers to it show. */
export interface Tested {
  test: FilterTest;
  shown: Shown;
}

/**
 * `inUse`: the filter's own sign that it is the resolver; undefined where it has
 * none. A setting's own filter has none either: that its names exist outside it is
 * the setting's word, so a denial is believed as it stands.
 */
export function judgeAnswer(test: FilterTest, answer: NameAnswer, inUse: boolean | undefined): Shown {
  if (answer.kind === 'nothing') return 'silent';
  if (answer.kind === 'not-found' || answer.addresses.length === 0) {
    const isOwn = test.blocked === 'not-found' && (inUse === true || test.filter === 'own');
    return isOwn ? 'own' : 'denied';
  }
  const pages = test.blocked === 'not-found' ? [] : test.blocked.addresses;
  if (answer.addresses.every((address) => within(pages, address))) return 'own';
  return answer.addresses.every((address) => within(pages, address) || leadsNowhere(address)) ? 'nowhere' : 'resolved';
}

export type Verdict = Pick<Filtering, 'state' | 'tests'> & {
  /** Filters all of whose names are blocked, or some where none is whole. */
  candidates: readonly FilterProvider[];
};

/**
 * The state of filtering, from all tests (DEV5). undefined: the answers prove
 * nothing.
 *
 * INVARIANTS
 * - `on` needs every test name of one filter to be blocked, a name of adult
 *   content and one of another class among them: who stops only malware keeps
 *   nothing from children, and any router can deny a single name;
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
  const whole = filters.filter((filter) => isWhole(tests.filter((test) => test.filter === filter)));
  const showsItself = (among: readonly FilterProvider[]) =>
    among.filter((filter) => tested.some(({ test, shown }) => test.filter === filter && shown === 'own'));

  if (whole.length > 0) return { state: 'on', tests, candidates: showsItself(whole) };
  if (tests.some((test) => test.outcome === 'blocked'))
    return { state: 'partial', tests, candidates: showsItself(filters) };
  const proved = tested.some(({ shown }) => shown === 'resolved') && !tested.some(({ shown }) => shown === 'silent');
  return proved ? { state: 'off', tests, candidates: [] } : undefined;
}

function isWhole(own: Filtering['tests']): boolean {
  const categories = new Set(own.map((test) => test.category));
  return own.every((test) => test.outcome === 'blocked') && categories.has('adult') && categories.size > 1;
}

function outcomeOf(shown: Shown, denialBlocks: boolean): Filtering['tests'][number]['outcome'] {
  if (shown === 'own' || shown === 'nowhere') return 'blocked';
  if (shown === 'resolved') return 'resolved';
  return shown === 'denied' && denialBlocks ? 'blocked' : 'no-answer';
}
