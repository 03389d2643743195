import { join } from 'node:path';
import { type Clock, instant } from '../../../shared/instant.ts';
import { known, type Reading, type Unknown, type UnknownReason, unknown } from '../../../shared/reading.ts';
import type { PhotoCount, PhotoPlace, Photos } from '../../../shared/report/photos.ts';
import type { Probe } from '../platform.ts';
import type { Account } from './accounts.ts';
import { createFolderIndex, type Folders, type Trouble, type WalkResult } from './folder-index.ts';
import { addCounts, noPhotos } from './photo-count.ts';
import { type PhotoRoot, photoRoots } from './photo-folders.ts';
import type { ReadText } from './proc.ts';

interface PhotosParts {
  clock: Clock;
  read: ReadText;
  folders: Folders;
  /** undefined: the list of accounts cannot be read. */
  accounts: () => Promise<Account[] | undefined>;
  /** Milliseconds a round may take before it hands over what it has. */
  budgetMs?: number;
}

/** Places on Linux, always all of them: a place that is missing from a report would look like one never asked. */
const places: readonly PhotoPlace[] = [
  'camera',
  'pictures',
  'videos',
  'downloads',
  'desktop',
  'documents',
  'chat-apps',
  'bin',
];

const defaultBudgetMs = 90_000;

const reasons: { readonly [Name in Trouble]: UnknownReason } = {
  blocked: 'blocked-by-permission',
  broken: 'tool-failed',
  'out-of-time': 'timed-out',
};

interface Tally {
  counts: Map<PhotoPlace, PhotoCount>;
  troubles: Map<PhotoPlace, Unknown>;
}

/**
 * Photos and videos in every person's folders, as counts by place (platforms.md
 * section 7). A folder that is not there holds none; one that may not be read
 * makes its place unknown, and a home that cannot be entered every place.
 */
export function createPhotosProbe(parts: PhotosParts): Probe<Photos> {
  const index = createFolderIndex(parts.folders);
  return async (signal) => {
    const accounts = await parts.accounts();
    const at = instant(parts.clock.now());
    if (accounts === undefined) return unknown('blocked-by-permission', at, 'home-folders');
    const deadline = parts.clock.now() + (parts.budgetMs ?? defaultBudgetMs);
    const round = {
      seen: new Set<string>(),
      isOver: () => signal.aborted || parts.clock.now() > deadline,
      now: () => parts.clock.now(),
    };
    const tally: Tally = { counts: new Map(), troubles: new Map() };
    const roots: PhotoRoot[] = [];
    for (const account of accounts) roots.push(...(await rootsOf(account, parts, tally)));
    // Homes last: what has a place of its own has been counted there by then.
    for (const root of roots.sort((one, other) => Number(one.isHome) - Number(other.isHome))) {
      add(tally, root, await index.walk(root.path, root.isHome, round), at);
    }
    index.endRound(!round.isOver());
    return known(toPhotos(tally, at), at);
  };
}

/** The folders to count in for one person; none, with every place in doubt, when the home cannot be entered. */
async function rootsOf(account: Account, parts: PhotosParts, tally: Tally): Promise<PhotoRoot[]> {
  try {
    const home = await parts.folders.look(account.home, true);
    if (!home.isFolder) throw new Error('the home is no folder');
  } catch {
    // Not there, or not to be entered: an encrypted home that is not open looks like this too.
    doubtAll(tally, instant(parts.clock.now()));
    return [];
  }
  const userDirs = (await parts.read(join(account.home, '.config/user-dirs.dirs'))) ?? '';
  return photoRoots(account.home, userDirs);
}

/** A home that cannot be read may hold anything, in any of its places. */
function doubtAll(tally: Tally, at: string): void {
  for (const place of places) tally.troubles.set(place, unknown('blocked-by-permission', at, 'home-folders'));
}

function add(tally: Tally, { place, isHome }: PhotoRoot, result: WalkResult, at: string): void {
  tally.counts.set(place, addCounts(tally.counts.get(place) ?? noPhotos, result.count));
  if (isHome && result.atRoot) doubtAll(tally, at);
  if (result.trouble !== undefined && !tally.troubles.has(place)) {
    tally.troubles.set(place, unknown(reasons[result.trouble], at, 'picture-folders'));
  }
}

function toPhotos(tally: Tally, at: string): Photos {
  const readings = places.map((place): { place: PhotoPlace; count: Reading<PhotoCount> } => ({
    place,
    count: tally.troubles.get(place) ?? known(tally.counts.get(place) ?? noPhotos, at),
  }));
  const atLeast = [...tally.counts.values()].reduce(addCounts, noPhotos);
  return { places: readings, atLeast, complete: tally.troubles.size === 0 };
}
