import { join } from 'node:path';
import type { Filtering } from '../../../shared/report/filtering.ts';
import type { Exec } from '../exec.ts';
import { createBrowserLook } from '../filter/browser-ways.ts';
import { meaning, noWays, together, unreadWay, type Ways } from '../filter/bypasses.ts';
import { type BrowserSettings, readPolicy } from '../filter/chromium-settings.ts';
import { type FirefoxSettings, parsePoliciesFile, readFirefoxPolicies } from '../filter/firefox-settings.ts';
import { parseHosts } from '../filter/hosts-file.ts';
import { createKeptFile, createKeptList, type Found, type LookAt } from '../filter/kept-file.ts';
import { createFilterProbe, type FilteringParts } from '../filter/probe.ts';
import { usesProxy } from '../filter/proxy-text.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { readPlist } from './binary-plist.ts';
import { parseDictionary } from './dictionary-text.ts';
import { isTakenOver, parseNetstat } from './route-text.ts';

interface MacFiltering extends Pick<FilteringParts, 'clock' | 'settings' | 'names' | 'nextDns' | 'servers'> {
  exec: Exec;
  /** Where the system's files lie; for tests. */
  root?: string;
}

/** Where managers' settings arrive, and browsers keep people's. */
const managedFolder = 'Library/Managed Preferences';
const chromiumPlaces: readonly { domain: string; folders: readonly string[] }[] = [
  { domain: 'com.google.Chrome', folders: ['Google/Chrome', 'Google/Chrome Beta'] },
  { domain: 'com.microsoft.Edge', folders: ['Microsoft Edge', 'Microsoft Edge Beta'] },
  { domain: 'com.brave.Browser', folders: ['BraveSoftware/Brave-Browser'] },
  { domain: 'org.chromium.Chromium', folders: ['Chromium'] },
];
const firefoxDomain = 'org.mozilla.firefox';
const firefoxPolicies = 'Applications/Firefox.app/Contents/Resources/distribution/policies.json';

const timeoutMs = 5_000;
const notPeoples: readonly string[] = ['Shared', 'Deleted Users'];

/**
 * Whether web filtering is in force on a Mac, and what on the device leads round it.
 * DNS settings of a profile need no look: the tests also go the way programs go, and
 * that way leads through them. iCloud Private Relay is not seen: see README.md.
 */
export function createFilteringProbe(parts: MacFiltering): Probe<Filtering> {
  const { root = '/', exec } = parts;
  const list = createKeptList();
  const hosts = createKeptFile((bytes) => parseHosts(bytes.toString()));
  const chromiumFile = createKeptFile((bytes) => readPolicy(readPlist(bytes)));
  const firefoxFile = createKeptFile((bytes) => readFirefoxPolicies(unflatten(readPlist(bytes))));
  const firefoxJson = createKeptFile(parsePoliciesFile);
  const browsers = createBrowserLook();

  /** One application's settings: those for the device, then those for each person. */
  async function managed<Value>(domain: string, look: LookAt<Value>): Promise<Found<Value>[]> {
    const folder = join(root, managedFolder);
    const names = await list(folder);
    if (names.kind !== 'there') return [names];
    const people = names.value.filter((name) => !name.endsWith('.plist'));
    return Promise.all(['', ...people].map((person) => look(join(folder, person, `${domain}.plist`))));
  }

  async function lookAtBrowsers(): Promise<Ways> {
    const unread = noWays();
    const users = await list(join(root, 'Users'));
    const people = meaning(unread, ['browser-doh', 'browser-extension'], users);
    // A Mac has people: no list of them is no answer.
    if (users.kind === 'absent')
      for (const way of ['browser-doh', 'browser-extension'] as const) unreadWay(unread, way, 'not-understood');
    const homes = (people ?? []).filter((name) => !name.startsWith('.') && !notPeoples.includes(name));
    const within = (folders: readonly string[]) =>
      homes.flatMap((home) => folders.map((each) => join(root, 'Users', home, 'Library/Application Support', each)));
    const firefox: Found<FirefoxSettings>[] = [
      ...(await managed(firefoxDomain, firefoxFile)),
      await firefoxJson(join(root, firefoxPolicies)),
    ];
    const looked = await Promise.all([
      ...chromiumPlaces.map(async ({ domain, folders }) => {
        const policies: Found<BrowserSettings>[] = await managed(domain, chromiumFile);
        return browsers.chromium({ policies, folders: within(folders) });
      }),
      browsers.firefox({ policies: firefox, folders: within(['Firefox/Profiles']) }),
    ]);
    return together(unread, ...looked);
  }

  return createFilterProbe({
    ...parts,
    hosts: () => hosts(join(root, 'etc/hosts')),
    ways: async (signal) =>
      together(...(await Promise.all([lookAtBrowsers(), lookForProxy(exec, signal), lookForTunnels(exec, signal)]))),
  });
}

async function lookForProxy(exec: Exec, signal: AbortSignal): Promise<Ways> {
  const ways = noWays();
  const result = await exec('scutil', ['--proxy'], { timeoutMs, signal });
  const text = outputOf(result);
  const told = text === undefined ? undefined : parseDictionary(text);
  if (text === undefined) unreadWay(ways, 'proxy', toolTrouble(result));
  else if (told === undefined) unreadWay(ways, 'proxy', 'not-understood');
  else if (usesProxy(told)) ways.found.add('proxy');
  return ways;
}

async function lookForTunnels(exec: Exec, signal: AbortSignal): Promise<Ways> {
  const ways = noWays();
  const result = await exec('netstat', ['-rn', '-f', 'inet'], { timeoutMs, signal });
  const text = outputOf(result);
  const routes = text === undefined ? undefined : parseNetstat(text);
  if (text === undefined) unreadWay(ways, 'vpn', toolTrouble(result));
  else if (routes === undefined) unreadWay(ways, 'vpn', 'not-understood');
  else if (isTakenOver(routes)) ways.found.add('vpn');
  return ways;
}

/** Firefox also takes policies whose parts are joined by two underscores ("DNSOverHTTPS__Enabled"). */
function unflatten(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const nested: Record<string, unknown> = { ...value };
  for (const policy of ['DNSOverHTTPS', 'Proxy'])
    for (const [key, part] of Object.entries(value))
      if (key.startsWith(`${policy}__`)) nested[policy] = joined(nested[policy], key.slice(policy.length + 2), part);
  return nested;
}

function joined(into: unknown, key: string, part: unknown): object {
  return { ...(typeof into === 'object' ? into : {}), [key]: part };
}
