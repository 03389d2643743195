import { type Clock, type Instant, instant } from '../../../shared/instant.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { PhotoPlace, Photos } from '../../../shared/report/photos.ts';
import type { Keeper } from '../keeper.ts';
import type { Probe } from '../platform.ts';
import { createReadingAhead } from './ahead.ts';
import { type Asking, createAsking } from './asking.ts';
import type { Folders } from './folders.ts';
import type { Grounds } from './ground.ts';
import { type KeptSums, readKept, writeKept } from './kept-sums.ts';
import { sumsOf } from './measure.ts';
import { doubtsOf, measureDue } from './measuring.ts';
import { createPatience, type Patience } from './patience.ts';
import { claimResources, everyPlace, homesLast, type PhotoRoot, resourceName } from './roots.ts';
import { createSlices } from './slices.ts';
import { type Course, createStillness, type Looks, type Stillness, textOf } from './stillness.ts';
import { isEmpty } from './sums.ts';
import { createDoubts, createTally, type Doubts } from './tally.ts';
import { troubleOf } from './trouble.ts';
import { createFolderTree, type FolderTree, type Round } from './walk.ts';

/** What differs from one operating system to another, and what a test replaces. */
export interface PhotosParts {
  clock: Clock;
  folders: Folders;
  /** What folders lie on, as it is in this round. */
  grounds: () => Promise<Grounds>;
  /** Homes of people. undefined: the list of accounts cannot be read. */
  homes: (signal: AbortSignal) => Promise<readonly string[] | undefined>;
  /** The folders of one home, inner ones first, the home itself last. */
  rootsOf: (home: string) => Promise<PhotoRoot[]>;
  /** Folders that lie in no home: other bins, and shared folders. */
  beside?: (asking: Asking, grounds: Grounds) => Promise<PhotoRoot[]>;
  /** Whether file systems here take A and a for the same letter. */
  foldsCase?: boolean;
  settings: () => Pick<DeviceSettings, 'resourceFolder'>;
  /** Tells at a glance that the folders to count in are the same. Absent: they are found anew in each round. */
  sameFolders?: SameFolders;
  keeper: Keeper;
  limits?: Partial<typeof defaultLimits>;
}

/** Watches what tells which folders to count in: accounts, links, what desktops name them. */
export interface SameFolders {
  /** Folders were found without a doubt. `course` says which, as text. */
  found(homes: readonly string[], course: string): void;
  /** Whether they would be found again just so. False: perhaps not. */
  areSame(): boolean;
}

const defaultLimits = {
  /** Milliseconds a round may take before it hands over what it has. */
  budgetMs: 90_000,
  /** Work, in milliseconds, that a round spends on sizes: the rest waits for the next. */
  sizesMs: 150,
  /** A round that had to read more folders than this leaves all sizes to the next: numbers come first. */
  manyListed: 200,
  /** Between two slices of measuring the processor is left alone for so long. */
  restMs: 15,
  /** A network folder that does not answer one question in this time is given up for the round. */
  patienceMs: 5_000,
};

/** What lasts from round to round. */
interface Memory {
  tree: FolderTree;
  stillness: Stillness;
  /** Of the last round, where nothing about it was in doubt. */
  course: Course | undefined;
  /** Names on the way to each root, on the grounds they were found on: other grounds, other ways. */
  ways: { grounds: Grounds | undefined; known: Map<string, readonly string[]> };
  patience: Patience;
  kept: KeptSums | undefined;
  limits: typeof defaultLimits;
}

/**
 * Photos and videos in every person's folders, as counts by place (platforms.md
 * section 7). A folder that is not there holds none; one that may not be read
 * makes its place unknown, and a home that cannot be entered every place.
 *
 * Names are counted first. Sizes, dates and what lies only in the cloud follow by
 * and by, over as many rounds as it takes, and are kept over a restart.
 */
export function createPhotosProbe(parts: PhotosParts): Probe<Photos> {
  const limits = { ...defaultLimits, ...parts.limits };
  const memory: Memory = {
    tree: createFolderTree(),
    stillness: createStillness(),
    course: undefined,
    ways: { grounds: undefined, known: new Map() },
    patience: createPatience(limits.patienceMs),
    kept: undefined,
    limits,
  };
  return async (signal, look) => {
    const again = look === 'glance' ? await lookAgain(parts, memory, signal) : undefined;
    if (again !== undefined) return known(again, instant(parts.clock.now()));
    const homes = await parts.homes(signal);
    memory.course = undefined;
    const at = instant(parts.clock.now());
    if (homes === undefined) return unknown('blocked-by-permission', at, 'home-folders');
    return known(await lookThrough(homes, parts, memory, signal, at), at);
  };
}

/** A whole round. */
async function lookThrough(
  homes: readonly string[],
  parts: PhotosParts,
  memory: Memory,
  signal: AbortSignal,
  at: Instant,
): Promise<Photos> {
  memory.kept ??= readKept(await parts.keeper.read('photo-folders'));
  const wanted = parts.settings().resourceFolder;
  const places: PhotoPlace[] = wanted === null ? [...everyPlace] : [...everyPlace, 'resources'];
  const doubts = createDoubts(places, at);
  const round = await beginRound(parts, memory, signal, {
    isResource: resourceName(wanted, parts.foldsCase ?? false),
    onTrouble: doubts.add,
  });
  const roots = homesLast(await findRoots(homes, parts, round, doubts));
  const course = { grounds: round.grounds, roots, places, wanted };
  if (doubts.found.size === 0) {
    parts.sameFolders?.found(homes, textOf(course));
    memory.course = course;
    const again = await memory.stillness.again(round, course);
    if (again !== undefined) return again;
  }
  const isWhole = await walkAll(roots, round, memory, doubts);
  await measure(round, parts, memory, isWhole);
  const photos = toPhotos(round, doubts, places, at);
  memory.stillness.keep(round, course, photos);
  return photos;
}

/** The answer of the round before again, where neither which folders to count in changed nor any of them. */
async function lookAgain(parts: PhotosParts, memory: Memory, signal: AbortSignal): Promise<Photos | undefined> {
  const { course } = memory;
  if (course === undefined || course.wanted !== parts.settings().resourceFolder) return undefined;
  if (parts.sameFolders?.areSame() !== true) return undefined;
  const looks = await beginLooks(parts, memory, signal);
  return looks.grounds === course.grounds ? memory.stillness.again(looks, course) : undefined;
}

/** Tells whether there was time for all of it. */
async function walkAll(roots: readonly PhotoRoot[], round: Round, { tree }: Memory, doubts: Doubts): Promise<boolean> {
  for (const root of roots) {
    const trouble = await tree.walk(root, round);
    if (trouble !== undefined) doubts.addRoot(root, trouble);
  }
  const isWhole = !round.isOver();
  if (!isWhole) round.met = undefined;
  tree.endRound(isWhole);
  return isWhole;
}

async function beginLooks(
  parts: PhotosParts,
  memory: Memory,
  signal: AbortSignal,
): Promise<Looks & Pick<Round, 'grounds'>> {
  const { patience, limits } = memory;
  const beganAtMs = parts.clock.now();
  const deadline = beganAtMs + limits.budgetMs;
  const grounds = await parts.grounds();
  const slices = createSlices();
  if (memory.ways.grounds !== grounds) memory.ways = { grounds, known: new Map() };
  const asking = createAsking({ folders: parts.folders, grounds, patience, slices, ways: memory.ways.known });
  return { asking, grounds, slices, beganAtMs, isOver: () => signal.aborted || parts.clock.now() > deadline };
}

async function beginRound(
  parts: PhotosParts,
  memory: Memory,
  signal: AbortSignal,
  asked: Pick<Round, 'isResource' | 'onTrouble'>,
): Promise<Round> {
  const looks = await beginLooks(parts, memory, signal);
  const now = () => parts.clock.now();
  return {
    ...asked,
    ...looks,
    ahead: createReadingAhead(looks.asking, now),
    kept: memory.kept ?? readKept(undefined),
    seen: new Map(),
    counted: [],
    met: [],
    listed: 0,
    now,
  };
}

/** Every folder to count in, with no link in its path. A home that is not there, closed or silent puts every place in doubt. */
async function findRoots(
  homes: readonly string[],
  parts: PhotosParts,
  { asking, grounds, isResource }: Round,
  doubts: Doubts,
): Promise<PhotoRoot[]> {
  const told: PhotoRoot[] = [];
  for (const home of homes) {
    try {
      const path = await asking.resolve(home);
      const ground = grounds.of(path);
      if (!(await asking.look(path, ground)).isDirectory()) throw new Error('the home is no folder');
      told.push(...(await asking.ask(ground, () => parts.rootsOf(path))));
    } catch (error) {
      // Not there, or not to be entered: an encrypted home that is not open looks like this too.
      doubts.addAll(troubleOf(error) === 'out-of-time' ? 'out-of-time' : 'blocked');
    }
  }
  told.push(...((await parts.beside?.(asking, grounds)) ?? []));
  const asked = told.filter((root) => root.place !== 'resources' || parts.settings().resourceFolder !== null);
  return claimResources(await resolveAll(claimResources(asked, isResource), asking, doubts), isResource);
}

async function resolveAll(roots: readonly PhotoRoot[], asking: Asking, doubts: Doubts): Promise<PhotoRoot[]> {
  const resolved: PhotoRoot[] = [];
  for (const root of roots) {
    try {
      const path = asking.resolve(root.path);
      resolved.push({ ...root, path: path instanceof Promise ? await path : path });
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble !== undefined) doubts.addRoot(root, trouble);
    }
  }
  return resolved;
}

/** The second pass: sizes, dates and files without an ending. What was measured is kept. */
async function measure(round: Round, parts: PhotosParts, memory: Memory, isWhole: boolean): Promise<void> {
  const { limits, patience } = memory;
  const { grounds, isOver, now } = round;
  const slices = createSlices(limits.restMs);
  const asking = createAsking({ folders: parts.folders, grounds, patience, slices });
  const sizesMs = round.listed > limits.manyListed ? 0 : limits.sizesMs;
  const some = await measureDue(round.counted, { asking, slices, isOver, now, sizesMs });
  if (!isWhole) return;
  if (some) await parts.keeper.write('photo-folders', writeKept(round.counted.map(({ folder }) => folder)));
  // Every folder took over what was kept of it.
  memory.kept = readKept(undefined);
}

function toPhotos({ counted }: Round, doubts: Doubts, places: readonly PhotoPlace[], at: Instant): Photos {
  const tally = createTally();
  for (const each of counted) {
    if (isEmpty(each.folder.names)) continue;
    tally.add(each.place, each.folder.names, sumsOf(each.folder));
    const untold = doubtsOf(each);
    for (const place of untold?.places ?? []) doubts.add(place, untold?.trouble ?? 'out-of-time');
  }
  return tally.total(places, doubts.found, at);
}
