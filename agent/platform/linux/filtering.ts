import { join } from 'node:path';
import type { Filtering } from '../../../shared/report/filtering.ts';
import { createBrowserLook } from '../filter/browser-ways.ts';
import { noWays, together, unreadWay, type Ways } from '../filter/bypasses.ts';
import { parseHosts } from '../filter/hosts-file.ts';
import { createKeptFile } from '../filter/kept-file.ts';
import { createFilterProbe, type FilteringParts } from '../filter/probe.ts';
import { systemServers } from '../filter/resolver.ts';
import type { Probe } from '../platform.ts';
import { chromiumPlaces, firefoxFolders } from './filter-places.ts';
import { createPolicyFiles } from './policy-files.ts';
import { readKernelNow } from './proc.ts';
import { createProxyFiles } from './proxy-files.ts';
import { parseResolvConf } from './resolv-conf.ts';
import type { Tunnels } from './tunnels.ts';

interface LinuxFiltering extends Pick<FilteringParts, 'clock' | 'settings' | 'inRound' | 'names' | 'nextDns'> {
  /** People's homes; undefined: they cannot be told. */
  homes: () => Promise<readonly string[] | undefined>;
  tunnels: () => Promise<Tunnels>;
  /** The resolvers programs are set to; for tests. */
  servers?: () => readonly string[];
  /** Where the system's files lie; for tests. */
  root?: string;
}

/** Resolvers on the device itself hand questions on; these files name to whom. */
const upstreamFiles = ['run/systemd/resolve/resolv.conf', 'run/NetworkManager/no-stub-resolv.conf'] as const;

/** Whether web filtering is in force on Linux, and what on the device leads round it. Starts no process. */
export function createFilteringProbe(parts: LinuxFiltering): Probe<Filtering> {
  const { root = '/', servers = createServers(() => readKernelNow('/etc/resolv.conf')) } = parts;
  const hosts = createKeptFile((bytes) => parseHosts(bytes.toString()));
  const upstream = createKeptFile((bytes) => parseResolvConf(bytes.toString()));
  const browsers = createBrowserLook();
  const policies = createPolicyFiles(root);
  const proxies = createProxyFiles(root);

  async function allServers(): Promise<readonly string[]> {
    const own = servers();
    if (!own.some(isOnDevice)) return own;
    const behind = await Promise.all(upstreamFiles.map((file) => upstream(join(root, file))));
    return [...own, ...behind.flatMap((found) => (found.kind === 'there' ? found.value : []))];
  }

  async function ways(): Promise<Ways> {
    const homes = await parts.homes();
    const unread = noWays();
    if (homes === undefined)
      for (const way of ['browser-doh', 'browser-extension', 'proxy'] as const)
        unreadWay(unread, way, 'blocked-by-permission');
    const within = (folders: readonly string[]) =>
      (homes ?? []).flatMap((home) => folders.map((folder) => join(home, folder)));
    const looked = await Promise.all([
      ...chromiumPlaces.map(async (place) =>
        browsers.chromium({ policies: await policies.chromium(place.policies), folders: within(place.folders) }),
      ),
      browsers.firefox({ policies: await policies.firefox(), folders: within(firefoxFolders) }),
      proxies(homes ?? []),
      parts.tunnels().then(ofTunnels),
    ]);
    return together(unread, ...looked);
  }

  return createFilterProbe({ ...parts, hosts: () => hosts(join(root, 'etc/hosts')), ways, servers: allServers });
}

/**
 * The resolvers programs are set to, asked again when the file that names them is another
 * text: to set up somebody who can be asked costs more than to read it.
 */
export function createServers(readNames: () => string | undefined, ask = systemServers): () => readonly string[] {
  let last: { text: string; servers: readonly string[] } | undefined;
  return () => {
    const text = readNames();
    if (last !== undefined && last.text === text) return last.servers;
    const servers = ask();
    // Not kept where the file was written meanwhile.
    last = text !== undefined && readNames() === text ? { text, servers } : undefined;
    return servers;
  };
}

function isOnDevice(server: string): boolean {
  return /^(127\.|\[?::1\]?($|:))/.test(server);
}

function ofTunnels({ takeOver }: Tunnels): Ways {
  const ways = noWays();
  if (takeOver === 'unread') unreadWay(ways, 'vpn', 'blocked-by-permission');
  else if (takeOver) ways.found.add('vpn');
  return ways;
}
