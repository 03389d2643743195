import type { Browser, SignInStore } from '../../../shared/report/apps.ts';
import type { Findings, UnreadStore } from './answer.ts';
import type { KeptStores } from './kept-stores.ts';
import type { Lists } from './lists.ts';
import type { CookieMark, StorageMark } from './marks.ts';
import { findPlace, type Place } from './places.ts';
import { judgeProfile, type ProfileSignIn } from './sign-ins.ts';
import type { Profile, Tools } from './store.ts';
import { reasonOf, Unreadable } from './unreadable.ts';
import type { Wanted } from './wanted.ts';

/** Where one person keeps what is theirs. */
export interface Home {
  /** The name of their account; null: not known. */
  person: string | null;
  path: string;
}

interface RoundParts {
  tools: Tools;
  stores: KeptStores;
  lists: Lists;
  places: readonly Place[];
  /** The folders of a home that lead to any of them (`firstFolders`). */
  firsts: ReadonlySet<string>;
  isLocked: (names: readonly string[]) => boolean;
  /** An account's name as it may be reported; null: it may not. */
  nameOf: (account: string) => string | null;
  wanted: Wanted;
  nowMs: number;
  signal: AbortSignal;
}

/** One look through all homes, home by home. What cannot be read costs itself and nothing else. */
export interface Round {
  lookIn(home: Home): Promise<void>;
  readonly findings: Findings;
}

/** More profiles than this of one browser and person are not looked at, and said to be unread. */
const maxProfiles = 50;

export function createRound(parts: RoundParts): Round {
  const { tools, lists, wanted, signal } = parts;
  const signIns: (SignInStore & ProfileSignIn)[] = [];
  const unread: UnreadStore[] = [];
  const counts = new Map<string, number>();
  const seen = new Set<string>();

  async function lookAt(home: Home, each: Place): Promise<void> {
    const { person } = home;
    const { browser } = each;
    try {
      const root = await findPlace(home.path, each, tools);
      if (root === undefined) return;
      const found = await tools.disk.look(root);
      // A way to a disk that is not there now.
      if (found === undefined) throw new Unreadable('blocked-by-permission');
      // One folder can be reached by two ways; it is one installation.
      if (seen.has(found.id)) return;
      seen.add(found.id);
      for (const profile of await lists[each.family](root, wanted, tools)) {
        const number = countOn(counts, person, browser);
        const isLeftOut = number > maxProfiles || signal.aborted;
        if (isLeftOut) throw new Unreadable('timed-out');
        await take(profile, { person, browser, profile: number });
      }
    } catch (error) {
      unread.push({ person, browser, profile: null, reason: reasonOf(error) });
    }
  }

  async function take(profile: Profile, name: SignInStore): Promise<void> {
    const found = await lookThrough(profile, parts);
    for (const trouble of found.troubles) unread.push({ ...name, ...trouble });
    for (const signIn of found.signIns) signIns.push({ ...name, ...signIn });
  }

  return {
    async lookIn({ person: account, path }) {
      const person = account === null ? null : parts.nameOf(account);
      const inside = new Set<string>();
      try {
        const names = await tools.names.namesIn(path);
        // A home that is not there is perhaps only locked away: it may hold any browser.
        if (names === undefined || parts.isLocked(names)) throw new Unreadable('blocked-by-permission');
        for (const name of names) inside.add(name.toLowerCase());
      } catch (error) {
        unread.push({ person, browser: null, profile: null, reason: reasonOf(error) });
        return;
      }
      // Most homes have none of most: whether the first folder is there tells it at once.
      for (const each of placesBelow(inside, parts)) await lookAt({ person, path }, each);
    },
    findings: { signIns, unread },
  };
}

/** Whether a place may be in a home with these names, in lower case: some systems take any letter case. */
function isBelow(names: ReadonlySet<string>, place: Place): boolean {
  const first = firstOf(place);
  return first === '' || names.has(first);
}

/** The folder of a home that leads to a place, in lower case; empty: it is the home itself. */
function firstOf({ path: [first = ''] }: Place): string {
  return first.toLowerCase();
}

/** The same of all places, each once: most homes have none of them. */
export function firstFolders(places: readonly Place[]): ReadonlySet<string> {
  return new Set(places.map(firstOf));
}

/** The places that may be in such a home. */
function placesBelow(names: ReadonlySet<string>, { places, firsts }: RoundParts): readonly Place[] {
  for (const first of firsts)
    if (first === '' || names.has(first)) return places.filter((each) => isBelow(names, each));
  return [];
}

/** Profiles are counted by person and browser, across all the places of that browser. */
function countOn(counts: Map<string, number>, person: string | null, browser: Browser): number {
  const counted = `${person ?? ''}\n${browser}`;
  const number = (counts.get(counted) ?? 0) + 1;
  counts.set(counted, number);
  return number;
}

async function lookThrough(profile: Profile, { stores, wanted, nowMs, signal }: RoundParts) {
  const cookies: CookieMark[] = [];
  const storage: StorageMark[] = [];
  const troubles: Pick<UnreadStore, 'reason' | 'part'>[] = [];
  for (const store of await profile.stores()) {
    const marks = await stores.ask(store, wanted, signal);
    cookies.push(...(marks?.cookies ?? []));
    storage.push(...(marks?.storage ?? []));
    const { part } = store;
    if (marks?.trouble !== undefined) troubles.push({ reason: marks.trouble, ...(part && { part }) });
  }
  const mayEnd = cookies.some(({ lasting }) => !lasting);
  const found = { cookies, storage, sessionLife: mayEnd ? await profile.sessionLife() : ('ended' as const) };
  const signIns = wanted.apps.map((app) => judgeProfile(app, found, nowMs)).filter((each) => each !== undefined);
  return { signIns, troubles };
}
