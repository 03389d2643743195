import type { SystemFacts } from '../../../shared/report/system.ts';

/** A battery as it is reported, in steps of five; null where the system tells no percentage that can be one. */
export function batteryOf(percent: number | null | undefined, charging: boolean): SystemFacts['battery'] {
  if (percent === null || percent === undefined || !(percent >= 0 && percent <= 110)) return null;
  return { percent: Math.min(100, Math.round(percent / 5) * 5), charging };
}
