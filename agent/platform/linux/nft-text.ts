/**
 * What a set of rules does with a connection from outside; `unknown`: it depends on
 * rules that are not judged here. `leaky`: what looks closed lets everything in by a
 * rule of its own, perhaps on one network card only.
 */
export type RulesetVerdict = 'on' | 'off' | 'leaky' | 'unknown';

interface Chain {
  name: string;
  /** "ip", "ip6", "inet", "netdev" … */
  family: string;
  /** The line of a base chain that says where it is hooked in; undefined: others jump to it. */
  base: string | undefined;
  rules: string[];
}

/**
 * Judges `nft list ruleset`. Base chains at `input` that refuse whatever no rule
 * allowed, for both families of addresses, are a firewall; without a chain there, or
 * with ones that refuse nothing, there is none. A few refusals (fail2ban's) are neither.
 */
export function judgeRuleset(text: string): RulesetVerdict {
  const chains = parseChains(text);
  // A table that sleeps looks like one that works.
  if (chains === undefined || /\bdormant\b/.test(text)) return 'unknown';
  const inputs = chains.filter(({ base }) => /\btype filter hook input\b/.test(base ?? ''));
  const refusing = inputs.filter(refusesTheRest);
  if (refusing.some((chain) => letsAllIn(chain, chains))) return 'leaky';
  const closed = new Set(refusing.map(({ family }) => family));
  if (closed.has('inet') || (closed.has('ip') && closed.has('ip6'))) return 'on';
  const isOpen = inputs.every(({ rules }) =>
    rules.every((rule) => !/\b(drop|reject|jump|goto|queue|xt target)\b/.test(rule)),
  );
  // Chains for whole network cards come before all others.
  const isBefore = chains.some(({ base }) => /\btype filter hook (ingress|prerouting)\b/.test(base ?? ''));
  return isOpen && closed.size === 0 && !isBefore ? 'off' : 'unknown';
}

/** Network cards that lead outside; bridges to guests in the machine itself are the business of those guests. */
const outerCard = /^"?(\*|e(n|th|m)|wl|ww|usb)/;
/** What may stand before a verdict and limits nothing. */
const nothing =
  /^(?:counter(?: packets \d+ bytes \d+)?|log\b(?: prefix "[^"]*")?(?: (?:level|flags) \S+)*|comment "[^"]*")\s*/;

/**
 * Whether a chain, or one that it leads to, accepts whatever comes, before anything
 * refuses it: as a firewall does that was set to trust a whole network.
 */
function letsAllIn(chain: Chain, chains: readonly Chain[], seen: ReadonlySet<Chain> = new Set()): boolean {
  const tables = chains.filter(({ family }) => family === chain.family);
  for (const rule of chain.rules) {
    const plain = withoutConditions(rule);
    // A program that a queue leads to lets all in by not running.
    if (/^(accept\b|queue\b.*\bbypass\b)/.test(plain) || /^ct state vmap \{.*\bnew : accept\b/.test(plain)) return true;
    // What refuses only some lets the others come to the next rule.
    if (/^(drop|reject|return)\b/.test(withoutNothing(rule))) return false;
    const target = /^(?:jump|goto) (\S+)/.exec(plain)?.[1];
    const inner = tables.find(({ name }) => name === target);
    if (inner !== undefined && !seen.has(inner) && letsAllIn(inner, chains, new Set([...seen, chain]))) return true;
  }
  return false;
}

/** A rule without what limits nothing: counters, all addresses, new connections, one of the machine's outer network cards. */
function withoutConditions(rule: string): string {
  let rest = rule;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest
      .replace(nothing, '')
      .replace(/^iif(?:name)? (\S+) /, (all, card: string) => (outerCard.test(card) ? '' : all))
      .replace(/^iif(?:name)? \{ ([^}]*) \} /, (all, cards: string) => (isOneOuter(cards) ? '' : all))
      // Whatever is not this or that: nearly everything.
      .replace(/^(?:[a-z][a-z0-9]* ){1,3}!= (?:\{[^}]*\}|\S+) /, '')
      .replace(/^(?:meta pkttype (?:host|unicast)|fib daddr type local|ether type ip6?|meta protocol ip6?) /, '')
      .replace(/^ip6? [sd]addr (?:\S+\/[01]|\{[^}]*\/[01]\b[^}]*\}) /, '')
      .replace(/^(?:(?:meta l4proto|ip protocol|ip6 nexthdr) (?:tcp|udp|6|17)|ip version [46]|iiftype ether) /, '')
      .replace(
        /^(?:meta nfproto ipv[46]|meta l4proto \{[^}]*\btcp\b[^}]*\}|(?:tcp|udp|th) dport (?:\{ )?[01]-65535(?: \})?) /,
        '',
      )
      .replace(/^(?:tcp flags (?:& \([^)]*\) == )?syn|ct direction original) /, '')
      .replace(/^ct state (?:\{[^}]*\bnew\b[^}]*\}|\S*\bnew\b\S*) /, '');
  }
  return rest;
}

function withoutNothing(rule: string): string {
  const rest = rule.replace(nothing, '');
  return rest === rule ? rest : withoutNothing(rest);
}

function isOneOuter(cards: string): boolean {
  return cards.split(/,\s*/).some((card) => outerCard.test(card));
}

/** By its policy, or by a last rule without a condition. */
function refusesTheRest({ base, rules }: Chain): boolean {
  if (/\bpolicy drop\b/.test(base ?? '')) return true;
  return /^(counter( packets \d+ bytes \d+)? )?(drop|reject( with .*)?)$/.test(rules.at(-1) ?? '');
}

/** Chains with their rules, one a line; undefined: not understood, or the text was cut. */
function parseChains(text: string): Chain[] | undefined {
  const chains: Chain[] = [];
  let depth = 0;
  let family: string | undefined;
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (depth === 0) family = /^table (\S+) \S+ \{$/.exec(line)?.[1];
    if (family === undefined) return undefined;
    // Sets and the like become chains that nothing is hooked to: they refuse nothing.
    if (depth === 1) chains.push({ name: chainName(line), family, base: undefined, rules: [] });
    else if (depth === 2) addToChain(line, chains.at(-1));
    depth += count(line, '{') - count(line, '}');
    if (depth < 0) return undefined;
  }
  return depth === 0 ? chains : undefined;
}

function chainName(line: string): string {
  return /^chain (\S+)/.exec(line)?.[1] ?? '';
}

function addToChain(line: string, chain: Chain | undefined): void {
  if (line === '}' || chain === undefined) return;
  if (/^type \S+ hook /.test(line)) chain.base = line;
  else chain.rules.push(line);
}

function count(line: string, bracket: string): number {
  return line.split(bracket).length - 1;
}
