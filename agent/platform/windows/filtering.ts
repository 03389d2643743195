import { join } from 'node:path';
import type { Filtering } from '../../../shared/report/filtering.ts';
import { type BrowserLook, createBrowserLook } from '../filter/browser-ways.ts';
import { noWays, together, unreadWay, type Way, type Ways } from '../filter/bypasses.ts';
import { type BrowserSettings, readPolicy } from '../filter/chromium-settings.ts';
import { type FirefoxSettings, parsePoliciesFile, readFirefoxPolicies } from '../filter/firefox-settings.ts';
import { parseHosts } from '../filter/hosts-file.ts';
import { createKeptFile, type Found } from '../filter/kept-file.ts';
import { createFilterProbe, type FilteringParts } from '../filter/probe.ts';
import type { Probe } from '../platform.ts';
import { type FilterAnswer, filterScript, parseFilterAnswer } from './filter-script.ts';
import { networkScript, parseNetwork } from './network-script.ts';
import type { PowerShell } from './powershell.ts';
import { powerShellTrouble } from './powershell-trouble.ts';
import { isTakenOver } from './way-out.ts';

interface WindowsFiltering extends Pick<FilteringParts, 'clock' | 'settings' | 'names' | 'nextDns' | 'servers'> {
  powershell: Pick<PowerShell, 'ask'>;
  systemRoot: string;
  /** Where programs are installed. */
  programFolders: readonly string[];
}

type Chromium = Exclude<keyof FilterAnswer['policies'], 'firefox'>;

/** Where browsers keep a person's settings, below the home. */
const chromiumFolders: { readonly [Browser in Chromium]: readonly string[] } = {
  chrome: ['AppData/Local/Google/Chrome/User Data', 'AppData/Local/Google/Chrome Beta/User Data'],
  edge: ['AppData/Local/Microsoft/Edge/User Data', 'AppData/Local/Microsoft/Edge Beta/User Data'],
  brave: ['AppData/Local/BraveSoftware/Brave-Browser/User Data'],
  chromium: ['AppData/Local/Chromium/User Data'],
};
const firefoxFolders = [
  'AppData/Roaming/Mozilla/Firefox/Profiles',
  'AppData/Local/Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox/Profiles',
] as const;
const firefoxPolicies = ['Mozilla Firefox/distribution/policies.json'] as const;

const byRegistry: readonly Way[] = ['proxy', 'browser-doh', 'browser-extension'];

/**
 * Whether web filtering is in force on Windows, and what on the device leads round
 * it. DNS over HTTPS of Windows itself needs no look: the tests also go the way
 * programs go, and that way leads through it.
 */
export function createFilteringProbe(parts: WindowsFiltering): Probe<Filtering> {
  const hosts = createKeptFile((bytes) => parseHosts(bytes.toString()));
  const policies = createKeptFile(parsePoliciesFile);
  const browsers = createBrowserLook();

  async function ways(signal: AbortSignal): Promise<Ways> {
    const answer = await parts.powershell.ask(filterScript, signal);
    const told = answer.kind === 'answer' ? parseFilterAnswer(answer.text) : undefined;
    const tunnels = await lookForTunnels(parts.powershell, signal);
    if (told === undefined) return together(tunnels, unreadAll(powerShellTrouble(answer)));
    const files = parts.programFolders.flatMap((folder) => firefoxPolicies.map((file) => join(folder, file)));
    const firefoxFiles = await Promise.all(files.map(policies));
    return together(tunnels, ofRegistry(told), ...(await lookAtBrowsers(told, firefoxFiles, browsers)));
  }

  return createFilterProbe({
    ...parts,
    hosts: () => hosts(join(parts.systemRoot, 'System32/drivers/etc/hosts')),
    ways,
  });
}

async function lookAtBrowsers(
  answer: FilterAnswer,
  firefoxFiles: readonly Found<FirefoxSettings>[],
  browsers: BrowserLook,
): Promise<Ways[]> {
  const looks = browserUsers(answer).flatMap(({ own, homes }) => {
    const within = (folders: readonly string[]) => homes.flatMap((home) => folders.map((folder) => join(home, folder)));
    // What holds for everybody goes before what holds for one person, and no person's policy stands for another's.
    const rowsOf = (browser: keyof FilterAnswer['policies']) =>
      answer.policies[browser].filter((_row, at) => at === 0 || at === own);
    const chromium = (browser: Chromium) =>
      browsers.chromium({
        policies: rowsOf(browser).map((row) => found<BrowserSettings>(readPolicy(row))),
        folders: within(chromiumFolders[browser]),
      });
    const firefox = rowsOf('firefox').map((row) => found<FirefoxSettings>(readFirefoxPolicies(row)));
    return [
      ...(['chrome', 'edge', 'brave', 'chromium'] as const).map(chromium),
      browsers.firefox({ policies: [...firefox, ...firefoxFiles], folders: within(firefoxFolders) }),
    ];
  });
  return Promise.all(looks);
}

/** One person with the place of their own policies in the lists (undefined: they have none, or none that is loaded), and their folders. */
interface BrowserUser {
  own: number | undefined;
  homes: readonly string[];
}

/** Everybody who may use a browser. Where it is not told whose policies and folders are whose, any may be anybody's. */
function browserUsers({ policies, signedIn, people, homes }: FilterAnswer): BrowserUser[] {
  const whole = homes.filter(isWholePath);
  const owns = Math.max(...Object.values(policies).map((rows) => rows.length)) - 1;
  const isTold = signedIn?.length === Math.max(owns, 0) && people?.length === homes.length;
  if (!isTold) {
    const all = Array.from({ length: Math.max(owns, 1) }, (_each, at) => ({ own: at + 1, homes: whole }));
    return all;
  }
  const homesOf = (isTheirs: (sid: string | undefined) => boolean) =>
    homes.filter((home, at) => isWholePath(home) && isTheirs(people?.[at]));
  return [
    ...signedIn.map((sid, at) => ({ own: at + 1, homes: homesOf((other) => other === sid) })),
    { own: undefined, homes: homesOf((sid) => sid === undefined || !signedIn.includes(sid)) },
  ];
}

/** One that is not would be looked for wherever the agent was started. */
function isWholePath(path: string): boolean {
  return /^(?:[A-Za-z]:[\\/]|[\\/])/.test(path) && !path.includes('%');
}

function found<Value>(value: Value | undefined): Found<Value> {
  return value === undefined ? { kind: 'unreadable', reason: 'not-understood' } : { kind: 'there', value };
}

/** Without the administrator's rights the settings of others stay closed. */
function ofRegistry({ proxies, winhttp, denied, homes }: FilterAnswer): Ways {
  const ways = noWays();
  if (winhttp === 1 || proxies.includes(1)) ways.found.add('proxy');
  if (denied > 0) for (const way of ['proxy', 'browser-doh'] as const) unreadWay(ways, way, 'permission-denied');
  // Windows has people: a list without any could not be read.
  const lacking = homes.length === 0 ? 'permission-denied' : homes.every(isWholePath) ? undefined : 'not-understood';
  if (lacking !== undefined)
    for (const way of ['browser-doh', 'proxy', 'browser-extension'] as const) unreadWay(ways, way, lacking);
  return ways;
}

async function lookForTunnels(powershell: Pick<PowerShell, 'ask'>, signal: AbortSignal): Promise<Ways> {
  const ways = noWays();
  const answer = await powershell.ask(networkScript, signal);
  const network = answer.kind === 'answer' ? parseNetwork(answer.text) : undefined;
  if (network === undefined) unreadWay(ways, 'vpn', powerShellTrouble(answer));
  // A device that can look for filters has a route: an empty list is one that was not given.
  else if (network.routes.length === 0) unreadWay(ways, 'vpn', 'tool-failed');
  else if (isTakenOver(network)) ways.found.add('vpn');
  return ways;
}

function unreadAll(reason: Parameters<typeof unreadWay>[2]): Ways {
  const ways = noWays();
  for (const way of byRegistry) unreadWay(ways, way, reason);
  return ways;
}
