import type { Hometime, HometimeAnswer, HometimeAsked, HometimeRow } from '../../../../shared/api/hometime.ts';
import { counted } from '../../../../shared/words.ts';
import type { Said, Tone } from './tone.ts';

const asks: { readonly [Asked in HometimeAsked]: string } = {
  'apps-signed-out': 'Apps signed out',
  'people-logged-out': 'People logged out',
  'photos-in-order': 'Photos in order',
  'on-site': 'At the setting',
  charging: 'Charging',
  'accounted-for': 'Accounted for',
};

const answers: { readonly [Answer in HometimeAnswer]: Said } = {
  yes: { text: 'Yes', tone: 'good' },
  no: { text: 'No', tone: 'bad' },
  'cannot-tell': { text: 'Cannot tell', tone: 'unknown' },
  'not-asked': { text: 'Not asked', tone: 'plain' },
};

export function askedWords(asked: HometimeAsked): string {
  return asks[asked];
}

/** A tick. Before closing, and of a page that is not live, nothing looks good: it does not count yet, or not any more. */
export function tickSaid(answer: HometimeAnswer, isFinal: boolean): Said {
  const said = answers[answer];
  return said.tone === 'good' && !isFinal ? { ...said, tone: 'plain' } : said;
}

/** The sentence at the top. Good only when everything is accounted for, after closing, on a page that is live. */
export function hometimeHeadline(board: Hometime, notLiveSince: string | undefined): Said {
  const { phase, devices, done } = board;
  if (devices === 0) return { text: 'There are no devices yet', tone: 'unknown' };
  if (notLiveSince !== undefined) return { text: 'It is not known how your devices stand now', tone: 'unknown' };
  if (phase !== 'closed') {
    const ready = done === devices ? allReady(devices) : `${done} of ${counted(devices, 'device')} would be ready now`;
    return { text: ready, tone: 'plain' };
  }
  if (board.everythingAccountedFor)
    return {
      text: devices === 1 ? 'Your device is accounted for' : `All ${devices} devices are accounted for`,
      tone: 'good',
    };
  const open = devices - done;
  return {
    text: `${open} of ${counted(devices, 'device')} ${open === 1 ? 'is' : 'are'} not done yet`,
    tone: toneOf(board.items),
  };
}

function allReady(devices: number): string {
  return devices === 1 ? 'Your device would be ready now' : `All ${devices} devices would be ready now`;
}

function toneOf(rows: readonly HometimeRow[]): Tone {
  return rows.some(({ ticks }) => ticks.some(({ answer }) => answer === 'no')) ? 'bad' : 'unknown';
}

/** Closing time on the setting's own clock: "18:00", with the day when it is another one than now. */
export function closingWords(at: string, { timeZone, at: now }: Pick<Hometime, 'timeZone' | 'at'>): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date(at));
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long' });
  const [then, today] = [day.format(new Date(at)), day.format(new Date(now))];
  return then === today ? time : `${time} on ${then}`;
}
