/** One thing measured beside its floor, in the same run: as many values of each as there were pairs. */
export interface Measure {
  what: string;
  unit: 'MB' | 'ms' | 'processes';
  /** What the floor is; with no floor (a count), what ours is. */
  floorIs: string;
  /** Empty where nothing stands beside ours. */
  floor: readonly number[];
  ours: readonly number[];
  /** undefined: nothing was asked for; the figure stands for itself. */
  reach?: Reach;
  /** What a reader must know to judge the figure. */
  note?: string;
}

/** What the issue asks for: so many times the floor, or an absolute figure in the measure's own unit. */
export type Reach = { timesFloor: number } | { atMost: number };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** The value below which this part (0 to 1) of the values lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Ours over its floor, pair by pair: what made the machine slower made both slower. */
export function ratios({ floor, ours }: Measure): number[] {
  return ours.flatMap((value, index) => {
    const below = floor[index];
    return below === undefined || below === 0 ? [] : [value / below];
  });
}

export function isReached(measure: Measure): boolean {
  const { reach } = measure;
  if (reach === undefined) return true;
  return 'timesFloor' in reach ? median(ratios(measure)) <= reach.timesFloor : median(measure.ours) <= reach.atMost;
}
