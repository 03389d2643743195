import { inMinutes } from '../../shared/guard/words.ts';

interface Coming {
  minutes: number;
  /** The device slept through the closing. */
  isLate: boolean;
  signsOutApps: boolean;
  logsOut: boolean;
  /** How often it may still be put off, and by how many minutes; null: not at all. */
  postpone: { left: number; minutes: number } | null;
}

/** What people read before the setting closes. */
export function closingText({ minutes, isLate, signsOutApps, logsOut, postpone }: Coming): string {
  const both = [
    ...(signsOutApps ? ['the nursery’s apps are signed out'] : []),
    ...(logsOut ? ['you are logged out'] : []),
  ];
  const why = isLate ? 'the setting has closed since you signed in' : 'the setting closes';
  const coming = both.length === 0 ? why : `${both.join(' and ')}, for ${why}`;
  const what = `In ${inMinutes(minutes)} ${coming}. Please save your work.`;
  if (postpone === null || postpone.left === 0) return what;
  const times = postpone.left === 1 ? 'once' : `${postpone.left} times`;
  return `${what} To put it off by ${inMinutes(postpone.minutes)} (${times} more): run hometime-agent postpone`;
}
