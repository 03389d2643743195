import { join } from 'node:path';
import type { Browser } from '../../../shared/report/apps.ts';
import { contentOf } from './folder-content.ts';
import { findName } from './folder-names.ts';
import type { Tools } from './store.ts';
import { Unreadable } from './unreadable.ts';

/** How a browser keeps its profiles. */
export type Family = 'chromium' | 'firefox' | 'safari';

/** Where one kind of installation of a browser keeps its profiles, seen from a person's home. */
export interface Place {
  browser: Browser;
  family: Family;
  /** Folders below the home, one in the other. */
  path: readonly string[];
}

/** A place from its path as one writes it, "/" between the folders on every system. */
export function place(browser: Browser, family: Family, path: string): Place {
  return { browser, family, path: path.split('/') };
}

/** The place in this home, as the disk writes it; undefined: there is none. Throws when it cannot be told. */
export async function findPlace(home: string, { path }: Place, tools: Tools): Promise<string | undefined> {
  let folder = home;
  for (const wanted of path) {
    const names = await contentOf(folder, tools);
    if (names === 'hidden') throw new Unreadable('blocked-by-permission');
    const name = findName(names ?? [], wanted);
    if (name === undefined) return undefined;
    folder = join(folder, name);
  }
  return folder;
}
