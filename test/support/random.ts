/**
 * Random moments that can be had again: the seed is printed with the test and
 * read back from HOMETIME_TEST_SEED. Mulberry32, public domain.
 */
export function createRandom(title: string): {
  seed: number;
  below: (limit: number) => number;
  pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
} {
  const seed = Number(process.env.HOMETIME_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`    ${title}: HOMETIME_TEST_SEED=${seed}\n`);
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { seed, below, pick: (items) => items[below(items.length)] ?? items[0] };
}
