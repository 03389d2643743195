import type { Filtering } from '../../../shared/report/filtering.ts';
import { leadsNowhere, within } from './addresses.ts';
import type { NameAsker } from './resolver.ts';
import type { NameAnswer } from './verdict.ts';

interface Engine {
  name: string;
  /** The names its makers keep for filtered search, and their addresses where these are published and lasting. */
  forced: { names: readonly string[]; addresses: readonly string[] };
}

const google: Engine = {
  name: 'www.google.com',
  forced: { names: ['forcesafesearch.google.com'], addresses: ['216.239.38.120', '2001:4860:4802:32::78'] },
};

/** Search engines that can be held to filtered search by name (platforms.md section 8). */
export const engines: readonly Engine[] = [
  google,
  {
    name: 'www.youtube.com',
    forced: {
      names: ['restrict.youtube.com', 'restrictmoderate.youtube.com'],
      addresses: ['216.239.38.120', '216.239.38.119', '2001:4860:4802:32::78', '2001:4860:4802:32::77'],
    },
  },
  { name: 'www.bing.com', forced: { names: ['strict.bing.com'], addresses: [] } },
  { name: 'duckduckgo.com', forced: { names: ['safe.duckduckgo.com'], addresses: [] } },
];

export interface SearchTold {
  safeSearch: Filtering['safeSearch'];
  /** Some engine was found: names beside the controls are known here. */
  reachesAny: boolean;
}

/** `forced`: it leads to filtered search alone; `shut`: it cannot be reached by name; `free`; `unasked`: nobody can say. */
type Standing = 'forced' | 'shut' | 'free' | 'unasked';

/**
 * Whether searches are filtered whatever a child clicks. Decision: `on` only
 * where Google is forced and no other engine that answered is free, for one free
 * engine is enough to search with; one that is shut is no way round. `off` as
 * soon as any is free. `pages`: addresses of the filter's own block pages.
 */
export async function askSafeSearch(asker: NameAsker, pages: readonly string[]): Promise<SearchTold> {
  const standings = await Promise.all(engines.map((engine) => standingOf(engine, asker, pages)));
  const isFree = standings.includes('free');
  const isForced = standings[engines.indexOf(google)] === 'forced';
  return {
    safeSearch: isFree ? 'off' : isForced ? 'on' : 'unknown',
    reachesAny: isFree || standings.includes('forced'),
  };
}

/** The worst of what several resolvers make of it. */
export function worstSafeSearch(each: readonly Filtering['safeSearch'][]): Filtering['safeSearch'] {
  if (each.includes('off')) return 'off';
  return each.length > 0 && each.every((one) => one === 'on') ? 'on' : 'unknown';
}

async function standingOf({ name, forced }: Engine, asker: NameAsker, pages: readonly string[]): Promise<Standing> {
  const [answer, aliases] = await Promise.all([asker.addresses(name, 4), asker.aliases(name)]);
  if (aliases.some((alias) => forced.names.includes(alias.toLowerCase().replace(/\.$/, '')))) return 'forced';
  const byAddress = await judge(answer, 4);
  if (byAddress !== 'forced' || forced.addresses.length === 0) return byAddress;
  // Forced by address alone, the other family may still lead to the whole engine.
  return (await judge(await asker.addresses(name, 6), 6)) === 'free' ? 'free' : 'forced';

  async function judge(said: NameAnswer, family: 4 | 6): Promise<Standing> {
    if (said.kind === 'nothing') return 'unasked';
    if (said.kind === 'not-found') return asker.deniesSurely ? 'shut' : 'unasked';
    if (said.addresses.every((address) => leadsNowhere(address) || within(pages, address))) return 'shut';
    const filtered = forced.addresses.length > 0 ? forced.addresses : await addressesOf(asker, forced.names, family);
    if (filtered.length === 0) return 'unasked';
    return said.addresses.every((address) => within(filtered, address)) ? 'forced' : 'free';
  }
}

async function addressesOf(asker: NameAsker, names: readonly string[], family: 4 | 6): Promise<string[]> {
  const answers = await Promise.all(names.map((name) => asker.addresses(name, family)));
  return answers.flatMap((answer) => (answer.kind === 'addresses' ? answer.addresses : []));
}
