import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import { type ProgramSource, type Programs, programSourceSchema } from '../../../shared/report/programs.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import type { InstalledProgram, UnreadList } from '../programs/installed-program.ts';
import type { ProgramList } from '../programs/program-list.ts';
import type { Files } from './files.ts';
import { createRpmReader, readDpkg } from './package-lists.ts';
import {
  type ListFiles,
  type ListReaders,
  type ReadList,
  readAppImages,
  readFlatpaks,
  readOpt,
  readSnaps,
} from './program-lists.ts';
import { isAsBefore, type Print, traceFiles } from './traced-files.ts';

interface ProgramsParts {
  clock: Clock;
  exec: Exec;
  files: Files;
  homeFiles: Files;
  /** undefined: the list of people cannot be read. */
  homes: () => Promise<string[] | undefined>;
  list: ProgramList;
}

/** A list that was read, and what it was read from. */
interface Seen {
  isThere: boolean;
  unread: UnreadList['reason'] | undefined;
  system: Print;
  home: Print;
  homes: string;
  atMs: number;
}

/** An unchanged list is believed this long: a file may be changed in ways that leave no mark. */
const believedMs = 6 * 60 * 60 * 1000;

/**
 * Installed programs (DEV8, platforms.md section 11), from the lists that Linux
 * systems keep. At a glance, a list is read again only when a file it was read from has changed.
 * Without a system's own list of packages the whole is unknown: the rest alone would
 * pass for all there is.
 */
export function createProgramsProbe(parts: ProgramsParts): Probe<Programs> {
  const readers: ListReaders = {
    dpkg: readDpkg,
    rpm: createRpmReader(parts.exec),
    snap: readSnaps,
    flatpak: readFlatpaks,
    opt: readOpt,
    appimage: readAppImages,
  };
  let seen = new Map<ProgramSource, Seen>();

  return async (signal, look = 'new') => {
    const homes = await parts.homes();
    const round = await readLists(readers, look === 'glance' ? seen : new Map(), homes, parts, signal);
    const at = () => instant(parts.clock.now());
    if (signal.aborted) return unknown('timed-out', at(), 'package-list');
    const isListed = (['dpkg', 'rpm'] as const).some((source) => round.seen.get(source)?.isThere);
    if (!isListed) return unknown('not-supported', at(), 'package-list');
    const last = round.found === undefined ? parts.list.last() : undefined;
    if (last !== undefined) return known(last, at());
    const told = await parts.list.compare(round.found ?? [], unreadOf(round.seen), round.unchanged);
    // Only now: had the comparison not come about, the next look must read everything again.
    seen = round.seen;
    return known(told, at());
  };
}

interface Round {
  /** undefined: nothing had to be read again. */
  found: InstalledProgram[] | undefined;
  unchanged: ProgramSource[];
  seen: Map<ProgramSource, Seen>;
}

async function readLists(
  readers: ListReaders,
  before: ReadonlyMap<ProgramSource, Seen>,
  homes: string[] | undefined,
  parts: ProgramsParts,
  signal: AbortSignal,
): Promise<Round> {
  const round: Round = { found: undefined, unchanged: [], seen: new Map() };
  for (const source of programSourceSchema.options) {
    const read = readers[source];
    if (read === undefined || signal.aborted) continue;
    const known = before.get(source);
    if (known !== undefined && (await isStill(known, homes, parts))) {
      round.unchanged.push(source);
      round.seen.set(source, known);
      continue;
    }
    const { list, seen } = await readTraced(read, homes, parts, signal);
    round.found = [...(round.found ?? []), ...list.programs];
    round.seen.set(source, seen);
  }
  return round;
}

async function isStill(seen: Seen, homes: readonly string[] | undefined, parts: ProgramsParts): Promise<boolean> {
  if (seen.unread === 'tool-failed' || seen.unread === 'timed-out') return false;
  if (Math.abs(parts.clock.now() - seen.atMs) > believedMs || seen.homes !== textOf(homes)) return false;
  return (
    (await isAsBefore(seen.system, parts.files, () => parts.clock.now())) &&
    (await isAsBefore(seen.home, parts.homeFiles, () => parts.clock.now()))
  );
}

async function readTraced(
  read: (files: ListFiles, signal: AbortSignal) => Promise<ReadList>,
  homes: string[] | undefined,
  parts: ProgramsParts,
  signal: AbortSignal,
): Promise<{ list: ReadList; seen: Seen }> {
  const system = traceFiles(parts.files, () => parts.clock.now());
  const home = traceFiles(parts.homeFiles, () => parts.clock.now());
  const list = await read({ system: system.files, home: home.files, homes }, signal);
  const { isThere, unread } = list;
  const atMs = parts.clock.now();
  return { list, seen: { isThere, unread, system: system.print, home: home.print, homes: textOf(homes), atMs } };
}

function textOf(homes: readonly string[] | undefined): string {
  return homes === undefined ? 'unknown' : homes.join('\n');
}

function unreadOf(seen: ReadonlyMap<ProgramSource, Seen>): UnreadList[] {
  return [...seen].flatMap(([source, { unread }]) => (unread === undefined ? [] : [{ source, reason: unread }]));
}
