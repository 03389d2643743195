import { createHash } from 'node:crypto';

/** Random numbers that can be had again. */
export interface Random {
  /** A whole number from 0 up to, and without, the limit. */
  below: (limit: number) => number;
  pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
}

/** The seed is printed with the test and read back from HOMETIME_TEST_SEED; each number is the digest of seed and position. */
export function createRandom(title: string): Random {
  const seed = process.env.HOMETIME_TEST_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`    ${title}: HOMETIME_TEST_SEED=${seed}\n`);
  let position = 0;
  const below = (limit: number) => {
    position += 1;
    const digest = createHash('sha256').update(`${seed} ${position}`).digest();
    return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * limit);
  };
  return { below, pick: (items) => items[below(items.length)] ?? items[0] };
}
