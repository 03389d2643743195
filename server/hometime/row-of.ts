import type { HometimeRow, HometimeTick } from '../../shared/api/hometime.ts';
import { appsTick } from './apps-tick.ts';
import type { AtHometime, Closing } from './given.ts';
import { accountedForTick, chargingTick, onSiteTick, peopleTick, photosTick } from './ticks.ts';

/** A device's row on the board. Done only when every tick is yes, or not asked of it. */
export function rowOf(given: AtHometime, closing: Closing): HometimeRow {
  const { id, name, kind, presence } = given.device;
  const ticks: HometimeTick[] = [
    appsTick(given, closing),
    peopleTick(given, closing),
    photosTick(given, closing),
    onSiteTick(given, closing),
    chargingTick(given, closing),
    accountedForTick(given, closing),
  ];
  const missing = ticks.filter(({ answer }) => answer === 'no' || answer === 'cannot-tell');
  return { id, name, kind, presence, ticks, isDone: missing.length === 0, missing: sentenceOf(missing) };
}

/** What is certain first: that is what somebody can do something about at once. */
function sentenceOf(missing: readonly HometimeTick[]): string {
  const ordered = [...missing].sort((one, other) => certainty(one) - certainty(other));
  const text = ordered.map((tick) => tick.text).join('; ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function certainty({ answer }: HometimeTick): number {
  return answer === 'no' ? 0 : 1;
}
