import { type Clock, instant } from '../../../shared/instant.ts';
import type { AppList } from '../../../shared/policy/app-list.ts';
import type { DeviceSettings } from '../../../shared/policy/device-settings.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Apps, Browser, SignIn } from '../../../shared/report/apps.ts';
import type { Exec } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';

interface AppsParts {
  exec: Exec;
  clock: Clock;
  settings: () => DeviceSettings;
}

/** Browsers whose packages are known by name; of any other it is not even known that it is one. */
const browserPackages: Readonly<Record<string, Browser>> = {
  'com.android.chrome': 'chrome',
  'com.chrome.beta': 'chrome',
  'com.chrome.dev': 'chrome',
  'com.chrome.canary': 'chrome',
  'com.microsoft.emmx': 'edge',
  'com.brave.browser': 'brave',
  'org.chromium.chrome': 'chromium',
  'org.mozilla.firefox': 'firefox',
  'org.mozilla.firefox_beta': 'firefox',
  'org.mozilla.fenix': 'firefox',
};

/** Always there: without it the list is none of packages. */
const ofTheSystem = 'android';

/**
 * Which of the listed apps are installed (platforms.md section 3.1). What an app
 * keeps is no one else's to read: installed is *possible*, never signed in. And
 * no browser can be looked into, so whatever is not installed is not known.
 */
export function createAppsProbe({ exec, clock, settings }: AppsParts): Probe<Apps> {
  return async (signal) => {
    const list = settings().apps;
    // Enabled ones only: what came with the device cannot be removed, but turned off nobody can use it.
    const result = await exec('pm', ['list', 'packages', '-e'], { signal });
    const at = instant(clock.now());
    const output = outputOf(result);
    if (output === undefined) return unknown(toolTrouble(result), at, 'package-list');
    const packages = parsePackages(output);
    if (!packages.has(ofTheSystem)) return unknown('not-understood', at, 'package-list');
    return known(toApps(list, packages), at);
  };
}

/** Names of packages, from the lines "package:NAME". */
export function parsePackages(text: string): Set<string> {
  const lines = text.matchAll(/^(?:\uFEFF)?package:([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)\s*$/gm);
  return new Set(Array.from(lines, ([, name]) => name ?? ''));
}

function toApps({ version, apps }: AppList, packages: ReadonlySet<string>): Apps {
  const installed = apps.filter((app) => app.packages.some((name) => packages.has(name)));
  const signIns = installed.map(({ app }): SignIn => {
    return { app, person: null, browser: 'app', profile: 1, state: 'possible', since: null, until: null };
  });
  const browsers = new Set(
    Object.entries(browserPackages).flatMap(([name, each]) => (packages.has(name) ? [each] : [])),
  );
  const unread = browsers.size === 0 ? [null] : [...browsers];
  return {
    listVersion: version,
    apps: apps.map((app) => ({ app: app.app, answer: installed.includes(app) ? 'possible' : 'unknown' })),
    signIns,
    unread: unread.map((browser) => ({ person: null, browser, profile: null, reason: 'blocked-by-permission' })),
  };
}
