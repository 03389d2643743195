import { counted, listOf } from '../../shared/words.ts';

/** What a week comes to: numbers, and nothing of whom or of which device. */
export interface WeeklyCounts {
  /** How the devices stand now. */
  devices: { all: number; urgent: number; act: number; cannotTell: number; clear: number };
  /** Matters this person was told of in the week, those of them that are incidents, and what of all they have not looked at. */
  notices: { told: number; incidents: number; open: number };
}

interface Written {
  name: string;
  settingName: string;
  /** "16 to 22 November". */
  week: string;
  link: string;
  counts: WeeklyCounts;
}

/** The summary of a week in plain English: how many, never which or who. */
export function weeklyWords({ name, settingName, week, link, counts }: Written): { subject: string; text: string } {
  const lines = [
    `${name},`,
    `the week from ${week} at ${settingName}:`,
    [...deviceLines(counts.devices), ...noticeLines(counts.notices)].map((line) => `- ${line}`).join('\n'),
    `More is on your page: ${link}`,
    'You choose whether this summary comes on the page “Notices”.',
  ];
  return { subject: 'Hometime: your week in numbers', text: `${lines.join('\n\n')}\n` };
}

function deviceLines({ all, urgent, act, cannotTell, clear }: WeeklyCounts['devices']): string[] {
  if (all === 0) return ['No devices are looked after yet.'];
  const parts = [
    ...(urgent > 0 ? [`${urgent} urgently ${needs(urgent)} somebody`] : []),
    ...(act > 0 ? [`${act} ${needs(act)} attention`] : []),
    ...(cannotTell > 0 ? [`of ${cannotTell} something cannot be told`] : []),
    ...(clear > 0 ? [`${clear} ${clear === 1 ? 'is' : 'are'} in order`] : []),
  ];
  return [`Of ${counted(all, 'device')} today, ${listOf(parts)}.`];
}

function noticeLines({ told, incidents, open }: WeeklyCounts['notices']): string[] {
  const first =
    told === 0
      ? 'There was nothing you had to be told of.'
      : `You were told of ${counted(told, 'matter')}${incidents === 0 ? '' : `, ${incidents} of them ${incidents === 1 ? 'an incident' : 'incidents'}`}.`;
  const left = open === 0 ? 'You have looked at everything.' : `${counted(open, 'matter')} you have not looked at yet.`;
  return [first, left];
}

function needs(amount: number): string {
  return amount === 1 ? 'needs' : 'need';
}
