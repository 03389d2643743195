/**
 * What the socket told, by id, in the order it came. A fetch takes a mark before
 * it asks and lays everything newer over its answer, so that an answer written
 * before an event never hides it.
 */
export interface Latest<Item extends { id: string }> {
  note: (item: Item) => void;
  mark: () => number;
  /** The items noted after the mark. */
  since: (mark: number) => Item[];
}

export function createLatest<Item extends { id: string }>(): Latest<Item> {
  const noted = new Map<string, { item: Item; turn: number }>();
  let turn = 0;
  return {
    note: (item) => {
      turn += 1;
      noted.set(item.id, { item, turn });
    },
    mark: () => turn,
    since: (mark) => [...noted.values()].filter((entry) => entry.turn > mark).map((entry) => entry.item),
  };
}

/** The list with these items in it: each in the place of the one with its id, new ones at the end. */
export function lay<Item extends { id: string }>(list: readonly Item[], items: readonly Item[]): Item[] {
  const newer = new Map(items.map((item) => [item.id, item]));
  const kept = list.map((item) => {
    const found = newer.get(item.id);
    newer.delete(item.id);
    return found ?? item;
  });
  return [...kept, ...newer.values()];
}

/** Without those that left the fleet: the socket still tells of them, and none of them is safe or in danger any more. */
export function inFleet<Item extends { retiredAt: string | null }>(devices: readonly Item[]): Item[] {
  return devices.filter(({ retiredAt }) => retiredAt === null);
}
