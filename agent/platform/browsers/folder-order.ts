/**
 * Names in the order in which profiles are counted: by letters, and numbers by
 * their size ("Profile 2" before "Profile 10"). The same on every system and in every language.
 */
export function inTurn(names: readonly string[]): string[] {
  return [...names].sort((one, other) => compare(one, other));
}

function compare(one: string, other: string): number {
  const [ours, theirs] = [partsOf(one), partsOf(other)];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const [mine, yours] = [ours[index] ?? '', theirs[index] ?? ''];
    if (mine === yours) continue;
    const byNumber = Number(mine) - Number(yours);
    if (/^\d+$/.test(mine) && /^\d+$/.test(yours) && byNumber !== 0) return byNumber;
    return mine < yours ? -1 : 1;
  }
  return 0;
}

function partsOf(name: string): string[] {
  return name.split(/(\d+)/);
}
