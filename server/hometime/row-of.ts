import type { HometimeRow } from '../../shared/api/hometime.ts';
import { appsTick } from './apps-tick.ts';
import type { AtHometime, Closing, Ticked } from './given.ts';
import { ownClosingWords } from './looked-at.ts';
import { accountedForTick, chargingTick, doubtWords, onSiteTick, peopleTick, photosTick } from './ticks.ts';

/** A device's row on the board. Done only when every tick is yes, or not asked of it. */
export function rowOf(given: AtHometime, closing: Closing): HometimeRow {
  const { id, name, kind, presence } = given.device;
  const ticked: Ticked[] = [
    appsTick(given, closing),
    peopleTick(given, closing),
    photosTick(given, closing),
    onSiteTick(given, closing),
    chargingTick(given, closing),
    accountedForTick(given, closing),
  ];
  const ticks = ticked.map(({ asked, answer, text }) => ({ asked, answer, text }));
  const isDone = ticks.every(({ answer }) => answer === 'yes' || answer === 'not-asked');
  const own = isDone ? undefined : ownClosingWords(given, closing);
  return { id, name, kind, presence, ticks, isDone, missing: sentenceOf(ticked, own) };
}

/** Of a device that was not heard from nothing can be told: that is said once, and not for everything. */
export function isAccountedFor({ ticks }: Pick<HometimeRow, 'ticks'>): boolean {
  return ticks.some(({ asked, answer }) => asked === 'accounted-for' && answer === 'yes');
}

/** What is certain first, for somebody can do something about it at once; then what cannot be told, by its reason. */
function sentenceOf(ticks: readonly Ticked[], own: string | undefined): string {
  const wrong = ticks.flatMap(({ answer, text }) => (answer === 'no' ? [text] : []));
  const certain = own === undefined ? wrong : [...wrong, own];
  const text = [...certain, ...(isAccountedFor({ ticks: [...ticks] }) ? doubtsOf(ticks) : [])].join('; ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function doubtsOf(ticks: readonly Ticked[]): string[] {
  const byReason = new Map<string, string[]>();
  const others: string[] = [];
  for (const { answer, text, doubt } of ticks) {
    if (answer !== 'cannot-tell') continue;
    if (doubt === undefined) others.push(text);
    else byReason.set(doubt.because, [...(byReason.get(doubt.because) ?? []), doubt.what]);
  }
  return [...[...byReason].map(([because, what]) => doubtWords(what, because)), ...others];
}
