/** Tables that were found whole: a table is never changed once written, so one look at each is enough. */
export interface SoundTables {
  isKnown(stamp: string): boolean;
  add(stamp: string): void;
}

export function createSoundTables(most = 5_000): SoundTables {
  const known = new Set<string>();
  return {
    isKnown: (stamp) => known.has(stamp),
    add(stamp) {
      if (known.size >= most) known.clear();
      known.add(stamp);
    },
  };
}
