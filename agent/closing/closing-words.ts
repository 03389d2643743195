import { inMinutes } from '../../shared/guard/words.ts';

interface Coming {
  minutes: number;
  signsOutApps: boolean;
  logsOut: boolean;
  /** How often it may still be put off, and by how many minutes; null: not at all. */
  postpone: { left: number; minutes: number } | null;
}

/** What people read before the setting closes. */
export function closingText({ minutes, signsOutApps, logsOut, postpone }: Coming): string {
  const both = [
    ...(signsOutApps ? ['the nursery’s apps are signed out'] : []),
    ...(logsOut ? ['you are logged out'] : []),
  ];
  const coming = both.length === 0 ? 'the setting closes' : `${both.join(' and ')}, for the setting closes`;
  const what = `In ${inMinutes(minutes)} ${coming}. Please save your work.`;
  if (postpone === null || postpone.left === 0) return what;
  const times = postpone.left === 1 ? 'once' : `${postpone.left} times`;
  return `${what} To put it off by ${inMinutes(postpone.minutes)} (${times} more): run hometime-agent postpone`;
}
