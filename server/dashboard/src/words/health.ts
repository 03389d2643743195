import type { Reading } from '../../../../shared/reading.ts';
import type { Health } from '../../../../shared/report/health.ts';
import { counted } from '../../../../shared/words.ts';
import type { Said } from './tone.ts';
import { unknownSaid } from './unknown.ts';

/** A clock further out than this makes times on the device and here disagree by more than a look at a watch. */
const noticeableSeconds = 120;

/** How the agent on the device itself is. */
export function healthWords(reading: Reading<Health>): Said {
  if (reading.state === 'unknown') return unknownSaid(reading);
  const { failures, starts, clockSkewSeconds } = reading.value;
  const clock = clockWords(clockSkewSeconds);
  if (clock.tone === 'warn') return { text: `Works, with a clock ${clock.text}`, tone: 'warn' };
  if (failures.length > 0) return { text: `Some questions get no answer (${failures.length})`, tone: 'unknown' };
  return starts > 5
    ? { text: `Works, started ${counted(starts, 'time')} in 24 hours`, tone: 'unknown' }
    : { text: 'Works', tone: 'good' };
}

/** "right", "3 minutes ahead". */
export function clockWords(skewSeconds: number | null): Said {
  if (skewSeconds === null) return { text: 'Not compared yet', tone: 'unknown' };
  const away = Math.abs(skewSeconds);
  if (away <= noticeableSeconds) return { text: 'Right', tone: 'plain' };
  const amount = away < 7200 ? counted(Math.round(away / 60), 'minute') : counted(Math.round(away / 3600), 'hour');
  return { text: `${amount} ${skewSeconds < 0 ? 'behind' : 'ahead'}`, tone: 'warn' };
}
