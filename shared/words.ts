/** "a", "a and b", "a, b and c"; with "or" where it is said. */
export function listOf(names: readonly string[], joined = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${joined} ${names.at(-1)}`;
}

/** "1 photo", "2,000 photos": English plurals, in -s unless said otherwise. */
export function counted(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en-GB')} ${amount === 1 ? one : many}`;
}
