import { join } from 'node:path';
import { meaning, noWays, type Ways } from './bypasses.ts';
import {
  type BrowserSettings,
  joinSettings,
  leavesResolver,
  noSettings,
  parseLocalState,
  parseManifest,
} from './chromium-settings.ts';
import {
  type FirefoxSettings,
  joinPolicies,
  noFirefoxSettings,
  ofPrefs,
  parseAddons,
  parsePrefs,
  underPolicies,
} from './firefox-settings.ts';
import { createKeptFile, createKeptList, type Found } from './kept-file.ts';

/** One browser of Chromium's family on the device. */
export interface ChromiumBrowser {
  /** What managers set, the firmest first. */
  policies: readonly Found<BrowserSettings>[];
  /** A folder for each person, whether it is there or not: where `Local State` lies. */
  folders: readonly string[];
}

export interface FirefoxBrowser {
  policies: readonly Found<FirefoxSettings>[];
  /** Folders that hold profiles. */
  folders: readonly string[];
}

export interface BrowserLook {
  /** Ways round a filter by settings and extensions of browsers. Never throws. */
  chromium(browser: ChromiumBrowser): Promise<Ways>;
  firefox(browser: FirefoxBrowser): Promise<Ways>;
}

/** Looks into browsers' own files. What did not change since the last look costs a `stat` a file. */
export function createBrowserLook(): BrowserLook {
  const list = createKeptList();
  const localState = createKeptFile(parseLocalState);
  const manifest = createKeptFile(parseManifest);
  const prefs = createKeptFile(parsePrefs);
  const addons = createKeptFile(parseAddons);

  /** Extensions of one profile that a manager did not put in. */
  async function lookAtExtensions(folder: string, forced: readonly string[], ways: Ways): Promise<void> {
    const about = ['browser-extension'] as const;
    for (const id of meaning(ways, about, await list(folder)) ?? []) {
      if (!/^[a-p]{32}$/.test(id) || forced.includes(id)) continue;
      for (const version of meaning(ways, about, await list(join(folder, id))) ?? []) {
        const leads = meaning(ways, about, await manifest(join(folder, id, version, 'manifest.json')));
        if (leads === true) ways.found.add('browser-extension');
      }
    }
  }

  async function lookAtProfile(folder: string, policies: FirefoxSettings, ways: Ways): Promise<void> {
    const about = ['browser-doh', 'proxy'] as const;
    const set = meaning(ways, about, await prefs(join(folder, 'prefs.js')));
    const own = meaning(ways, about, await prefs(join(folder, 'user.js')));
    const { doh, proxy } = underPolicies(policies, ofPrefs(new Map([...(set ?? []), ...(own ?? [])])));
    if (doh === true) ways.found.add('browser-doh');
    if (proxy === true) ways.found.add('proxy');
    if (meaning(ways, ['browser-extension'], await addons(join(folder, 'extensions.json'))) === true)
      ways.found.add('browser-extension');
  }

  return {
    async chromium({ policies, folders }) {
      const ways = noWays();
      const managed = policies
        .flatMap((found) => meaning(ways, ['browser-doh', 'proxy'], found) ?? [])
        .reduce(joinSettings, noSettings);
      if (managed.proxy === true) ways.found.add('proxy');
      if (leavesResolver(managed)) ways.found.add('browser-doh');
      for (const folder of folders) {
        const chosen = meaning(ways, ['browser-doh'], await localState(join(folder, 'Local State')));
        if (leavesResolver(joinSettings(managed, chosen ?? noSettings))) ways.found.add('browser-doh');
        const names = meaning(ways, ['browser-extension'], await list(folder)) ?? [];
        // A profile may have any name; of other folders it costs one look each that they hold no extensions.
        for (const name of names) await lookAtExtensions(join(folder, name, 'Extensions'), managed.forced, ways);
      }
      return ways;
    },

    async firefox({ policies, folders }) {
      const ways = noWays();
      const managed = policies
        .flatMap((found) => meaning(ways, ['browser-doh', 'proxy'], found) ?? [])
        .reduce(joinPolicies, noFirefoxSettings);
      if (managed.proxy === true) ways.found.add('proxy');
      if (managed.doh === true) ways.found.add('browser-doh');
      for (const folder of folders) {
        const names = meaning(ways, ['browser-doh', 'proxy', 'browser-extension'], await list(folder)) ?? [];
        for (const name of names) await lookAtProfile(join(folder, name), managed, ways);
      }
      return ways;
    },
  };
}
