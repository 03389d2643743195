import type { Filtering } from '../../../shared/report/filtering.ts';
import type { Exec } from '../exec.ts';
import { noWays, unreadWay, type Ways } from '../filter/bypasses.ts';
import { parseHosts } from '../filter/hosts-file.ts';
import { createKeptFile } from '../filter/kept-file.ts';
import { createFilterProbe, type FilteringParts } from '../filter/probe.ts';
import type { Interfaces } from '../network/own-addresses.ts';
import type { Probe } from '../platform.ts';
import { outputOf } from '../tool-trouble.ts';
import { linkKind, namesProxy, parseIpRoutes } from './network-text.ts';

interface AndroidFiltering extends Pick<FilteringParts, 'clock' | 'settings' | 'names' | 'nextDns'> {
  exec: Exec;
  interfaces: Interfaces;
  hostsFile?: string;
}

const timeoutMs = 5_000;

/**
 * Whether web filtering is in force on Android, as far as Termux may know. Names are
 * asked only the way every app asks them, which leads through Private DNS too: the
 * resolvers named to Termux are not the system's. By that way a denied name is not
 * told from a lost answer, so a filter that denies stays unknown; one that answers
 * with its page or with nowhere is proved.
 */
export function createFilteringProbe(parts: AndroidFiltering): Probe<Filtering> {
  const { exec, interfaces, hostsFile = '/system/etc/hosts' } = parts;
  const hosts = createKeptFile((bytes) => parseHosts(bytes.toString()));

  async function ways(signal: AbortSignal): Promise<Ways> {
    const found = noWays();
    // What other apps keep, and the proxy of one Wi-Fi network, is shown to no app.
    for (const way of ['browser-doh', 'browser-extension', 'proxy'] as const)
      unreadWay(found, way, 'blocked-by-permission');
    const options = { timeoutMs, signal };
    if (namesProxy(outputOf(await exec('settings', ['get', 'global', 'http_proxy'], options)) ?? ''))
      found.found.add('proxy');
    const vpn = await hasTunnel(exec, interfaces, signal);
    if (vpn === undefined) unreadWay(found, 'vpn', 'permission-denied');
    else if (vpn) found.found.add('vpn');
    return found;
  }

  return createFilterProbe({ ...parts, hosts: () => hosts(hostsFile), ways, servers: async () => [] });
}

/** Whether a VPN is up: Android lets one take over everything or nothing. undefined: neither routes nor links may be read. */
async function hasTunnel(exec: Exec, interfaces: Interfaces, signal: AbortSignal): Promise<boolean | undefined> {
  const links = interfaces();
  if (links !== undefined && Object.keys(links).length > 0)
    return Object.keys(links).some((link) => linkKind(link) === 'tunnel');
  const text = outputOf(await exec('ip', ['-4', 'route', 'show', 'table', 'all'], { timeoutMs, signal })) ?? '';
  const routes = parseIpRoutes(text);
  return routes.length === 0 ? undefined : routes.some(({ link }) => linkKind(link) === 'tunnel');
}
