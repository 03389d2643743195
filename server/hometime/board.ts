import { setImmediate as nextTick } from 'node:timers/promises';
import { z } from 'zod';
import type { Hometime, HometimeAsked, HometimeRow } from '../../shared/api/hometime.ts';
import type { PageQuery } from '../../shared/api/page.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { Policy } from '../../shared/policy/document.ts';
import { listOf } from '../../shared/words.ts';
import { readCursor, writeCursor } from '../storage/cursor.ts';
import { clockWordsOf } from './clock-words.ts';
import type { AtHometime } from './given.ts';
import { isAccountedFor, rowOf } from './row-of.ts';

export interface BoardParts {
  clock: Clock;
  /** The setting's policy, its time zone, and its own hours about an instant. */
  settingOf: (settingId: string, now: Instant) => Promise<SettingAtHometime>;
  /** The setting's fleet by name, some at a time, with what was looked at on order since a time. */
  devicesOf: (settingId: string, since: Instant | null) => AsyncIterable<AtHometime[]>;
}

/** When a setting closes and opens about an instant. */
export interface SettingHours {
  phase: Hometime['phase'];
  closesAt: Instant | null;
  opensAt: Instant | null;
}

interface SettingAtHometime extends SettingHours {
  policy: Policy;
  timeZone: string;
}

type Whole = Omit<Hometime, 'items' | 'nextCursor'> & { rows: HometimeRow[] };

/** The board of a setting (DEV2, DEV6). Pages that look at once share one look. */
export function createBoard({ clock, settingOf, devicesOf }: BoardParts) {
  const working = new Map<string, Promise<Whole>>();

  const work = async (settingId: string): Promise<Whole> => {
    const at = instant(clock.now());
    const { phase, closesAt, opensAt, policy, timeZone } = await settingOf(settingId, at);
    const closing = {
      passedAt: phase === 'closed' ? closesAt : null,
      policy,
      clockWords: clockWordsOf(timeZone, at),
    };
    const rows: HometimeRow[] = [];
    for await (const devices of devicesOf(settingId, closing.passedAt)) {
      for (const device of devices) rows.push(rowOf(device, closing));
      await nextTick();
    }
    const done = rows.filter(({ isDone }) => isDone).length;
    return {
      phase,
      closesAt,
      opensAt,
      timeZone,
      at,
      devices: rows.length,
      done,
      everythingAccountedFor: phase === 'closed' && rows.length > 0 && done === rows.length,
      missing: missingWords(rows),
      rows,
    };
  };

  return async (settingId: string, { limit, cursor }: PageQuery): Promise<Hometime> => {
    const found = working.get(settingId) ?? work(settingId).finally(() => working.delete(settingId));
    working.set(settingId, found);
    const { rows, ...board } = await found;
    const [from] = cursor === undefined ? [0] : readCursor(cursor, z.tuple([z.int().nonnegative()]));
    const items = rows.slice(from, from + limit);
    const next = from + items.length;
    return { ...board, items, nextCursor: next < rows.length ? writeCursor([next]) : null };
  };
}

const asks: { readonly [Asked in HometimeAsked]: { no: string; unknown: string } } = {
  'apps-signed-out': { no: 'Still signed in to an app', unknown: 'Not known whether every app is signed out' },
  'people-logged-out': { no: 'Somebody is still logged in', unknown: 'Not known whether anybody is logged in' },
  'photos-in-order': { no: 'Photos not in order', unknown: 'Not known whether photos are in order' },
  'on-site': { no: 'Away from the setting', unknown: 'Not known whether at the setting' },
  charging: { no: 'Not charging', unknown: 'Not known whether charging' },
  'accounted-for': { no: 'Not heard from', unknown: 'Not known whether heard from' },
};

/**
 * What is missing over all devices, by what is asked: those that somebody can see to first. Of one that was not
 * heard from it is not said again that nothing else is known.
 */
function missingWords(rows: readonly HometimeRow[]): string[] {
  const known = rows.filter(isAccountedFor);
  const named = (asked: string, answer: string): string[] =>
    (answer === 'no' ? rows : known)
      .filter(({ ticks }) => ticks.some((tick) => tick.asked === asked && tick.answer === answer))
      .map(({ name }) => name);
  const said = (words: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${words}: ${shortened(names)}.`];
  const each = Object.entries(asks);
  return [
    ...each.flatMap(([asked, words]) => said(words.no, named(asked, 'no'))),
    ...each.flatMap(([asked, words]) => said(words.unknown, named(asked, 'cannot-tell'))),
  ];
}

function shortened(names: readonly string[], most = 12): string {
  return names.length <= most ? listOf(names) : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
