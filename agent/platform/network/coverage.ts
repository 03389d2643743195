/**
 * The share of the whole network that routes lead to, by the lengths of their
 * prefixes. A VPN takes everything over with one default route, with two halves,
 * or with a long list that leaves private networks out: in each case it has half
 * or more.
 */
export function takesHalf(prefixes: readonly number[]): boolean {
  return prefixes.reduce((sum, prefix) => sum + 2 ** -prefix, 0) >= 0.5;
}
