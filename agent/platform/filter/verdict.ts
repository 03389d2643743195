import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import type { Filtering, FilterProvider } from '../../../shared/report/filtering.ts';
import { isPrivate, leadsNowhere, within } from './addresses.ts';

/** What a resolver said about a name. `nothing`: no answer in time, or a failure of the resolver. */
export type NameAnswer =
  | { kind: 'addresses'; addresses: readonly string[] }
  | { kind: 'not-found' }
  | { kind: 'nothing' };

/**
 * What an answer shows. `own`: the very answer this filter gives when it blocks;
 * `nowhere`: an address that no filter's maker claims and nobody can reach;
 * `denied`: the name is said not to exist, which some filters do and any resolver
 * may that does not know it; `silent`: no answer, or a page of the network's own
 * that nobody named, which proves nothing; `resolved`: a usable address.
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
  if (answer.addresses.every((address) => within(pages, address) || leadsNowhere(address))) return 'nowhere';
  return answer.addresses.every((address) => within(pages, address) || isPrivate(address)) ? 'silent' : 'resolved';
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
 *   content and another name of another class among them: who stops only malware
 *   keeps nothing from children, and any router can deny a single name, which
 *   stays a single one however often the settings list it;
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
  const isBlocked = (at: number) => tests[at]?.outcome === 'blocked';
  const whole = filters.filter(
    (filter) => tests.every((test, at) => test.filter !== filter || isBlocked(at)) && isEnough(tested, filter),
  );
  const showsItself = (among: readonly FilterProvider[]) =>
    among.filter((filter) => tested.some(({ test, shown }) => test.filter === filter && shown === 'own'));

  if (whole.length > 0) return { state: 'on', tests, candidates: showsItself(whole) };
  if (tests.some((test) => test.outcome === 'blocked'))
    return { state: 'partial', tests, candidates: showsItself(filters) };
  const proved = tested.some(({ shown }) => shown === 'resolved') && !tested.some(({ shown }) => shown === 'silent');
  return proved ? { state: 'off', tests, candidates: [] } : undefined;
}

/** Whether the tests of a filter are enough to prove it by: a name of adult content, and another one of another class. */
function isEnough(tested: readonly Tested[], filter: FilterProvider): boolean {
  const own = tested.flatMap(({ test }) => (test.filter === filter ? [test] : []));
  const others = own.filter(({ category }) => category !== 'adult');
  return own.some(({ category, name }) => category === 'adult' && others.some((other) => other.name !== name));
}

/** Whether what is blocked is blocked by denials alone: anybody who knows no names denies them. */
export function restsOnDenial(tested: readonly Tested[]): boolean {
  return (
    judgeFiltering(tested.map((each) => (each.shown === 'denied' ? { ...each, shown: 'silent' } : each)))?.state !==
    'on'
  );
}

function outcomeOf(shown: Shown, denialBlocks: boolean): Filtering['tests'][number]['outcome'] {
  if (shown === 'own' || shown === 'nowhere') return 'blocked';
  if (shown === 'resolved') return 'resolved';
  return shown === 'denied' && denialBlocks ? 'blocked' : 'no-answer';
}
