import type { DeviceFilter } from '../../../../shared/api/batches.ts';
import { counted } from '../../../../shared/words.ts';

interface Named {
  id: string;
}

/** Which devices an order is for: those selected, or else those shown; all of them need not be named. */
export function filterOf(selected: readonly Named[], shown: readonly Named[], all: readonly Named[]): DeviceFilter {
  if (selected.length > 0) return { ids: selected.map(({ id }) => id) };
  return shown.length === all.length ? {} : { ids: shown.map(({ id }) => id) };
}

/** The same in words: "3 selected devices", "the 5 devices shown", "all 12 devices". */
export function whomWords(selected: number, shown: number, all: number): string {
  if (selected > 0) return counted(selected, 'selected device');
  if (shown < all) return `the ${counted(shown, 'device')} shown`;
  return all === 1 ? 'your device' : `all ${counted(all, 'device')}`;
}
