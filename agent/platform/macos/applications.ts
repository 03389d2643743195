import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InstalledProgram } from '../programs/installed-program.ts';
import { readPlist } from './binary-plist.ts';

export interface Applications {
  /** undefined: not even the device's own folder can be listed, or it is empty, which no Mac's is. `isWhole` is false when a folder may not be. */
  look(): Promise<{ programs: InstalledProgram[]; isWhole: boolean } | undefined>;
}

/** Applications lie in the folder itself and in folders in it ("Utilities"), no deeper by custom. */
const depth = 2;
const maxApplications = 5_000;
/** Descriptions are a few kilobytes. */
const maxBytes = 2 * 1024 * 1024;

const infoSchema = z.object({
  CFBundleName: z.string().optional().catch(undefined),
  CFBundleDisplayName: z.string().optional().catch(undefined),
  CFBundleShortVersionString: z.string().optional().catch(undefined),
  CFBundleVersion: z.string().optional().catch(undefined),
});

/**
 * Walks the folders of applications: the device's and each home's own. A description that
 * did not change since the last look (size, time) is not read again; no process is started.
 */
export function createApplications(root: string): Applications {
  let known = new Map<string, { stamp: string; program: InstalledProgram }>();

  return {
    async look() {
      const homes = await namesIn(join(root, '/Users'));
      const folders = [
        join(root, '/Applications'),
        ...(homes ?? []).map((home) => join(root, '/Users', home, 'Applications')),
      ];
      const walks = await Promise.all(folders.map((folder) => bundlesIn(folder, depth)));
      if (walks[0]?.isWhole !== true || walks[0].bundles.length === 0) return undefined;
      const next: typeof known = new Map();
      for (const path of walks.flatMap(({ bundles }) => bundles).slice(0, maxApplications)) {
        const info = join(path, 'Contents', 'Info.plist');
        const stamp = await stampOf(info);
        const before = known.get(path);
        next.set(path, before?.stamp === stamp ? before : { stamp, program: await describe(path, info) });
      }
      known = next;
      const isWhole = homes !== undefined && walks.every((walk) => walk.isWhole);
      return { programs: [...next.values()].map(({ program }) => program), isWhole };
    },
  };
}

/** The bundles in a folder. A folder that is not there holds none; one that may not be listed is not whole. */
async function bundlesIn(folder: string, levels: number): Promise<{ bundles: string[]; isWhole: boolean }> {
  const names = await namesIn(folder);
  if (names === undefined) return { bundles: [], isWhole: false };
  const bundles = names.filter((name) => name.endsWith('.app')).map((name) => join(folder, name));
  if (levels <= 1) return { bundles, isWhole: true };
  const folders = names.filter((name) => !name.includes('.')).map((name) => join(folder, name));
  const inner = await Promise.all(folders.map((each) => bundlesIn(each, levels - 1)));
  return {
    bundles: [...bundles, ...inner.flatMap((each) => each.bundles)],
    isWhole: inner.every((each) => each.isWhole),
  };
}

/** Names in a folder, none where there is no such folder; undefined: it may not be listed. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : undefined;
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return size > maxBytes ? 'too-big' : `${mtimeMs} ${size}`;
  } catch {
    return 'none';
  }
}

/** A bundle without a description that can be read (an app of an iPad, a cut file) is still an application: by its folder's name. */
async function describe(path: string, info: string): Promise<InstalledProgram> {
  const stamp = await stampOf(info);
  const bytes = /^\d/.test(stamp) ? await readFile(info).catch(() => undefined) : undefined;
  const told = infoSchema.safeParse(bytes === undefined ? undefined : readPlist(bytes)).data;
  const folder = path.slice(path.lastIndexOf('/') + 1, -'.app'.length);
  const program = told?.CFBundleDisplayName?.trim() || told?.CFBundleName?.trim() || folder;
  return {
    source: 'applications',
    program,
    version: told?.CFBundleShortVersionString ?? told?.CFBundleVersion ?? null,
  };
}
