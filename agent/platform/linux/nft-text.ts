/** What a set of rules does with a connection from outside; `unknown`: it depends on rules that are not judged here. */
export type RulesetVerdict = 'on' | 'off' | 'unknown';

interface Chain {
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
  const closed = new Set(inputs.filter(refusesTheRest).map(({ family }) => family));
  if (closed.has('inet') || (closed.has('ip') && closed.has('ip6'))) return 'on';
  const isOpen = inputs.every(({ rules }) => rules.every((rule) => !/\b(drop|reject|jump|goto|queue)\b/.test(rule)));
  // Chains for whole network cards come before all others.
  const isBefore = chains.some(({ base }) => /\btype filter hook (ingress|prerouting)\b/.test(base ?? ''));
  return isOpen && closed.size === 0 && !isBefore ? 'off' : 'unknown';
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
    if (depth === 1) chains.push({ family, base: undefined, rules: [] });
    else if (depth === 2) addToChain(line, chains.at(-1));
    depth += count(line, '{') - count(line, '}');
    if (depth < 0) return undefined;
  }
  return depth === 0 ? chains : undefined;
}

function addToChain(line: string, chain: Chain | undefined): void {
  if (line === '}' || chain === undefined) return;
  if (/^type \S+ hook /.test(line)) chain.base = line;
  else chain.rules.push(line);
}

function count(line: string, bracket: string): number {
  return line.split(bracket).length - 1;
}
