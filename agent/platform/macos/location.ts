import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec, ExecOptions } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { isTunnel, parseArp, parseNetstat, type Routes } from './route-text.ts';
import { parseLinkSummary } from './wifi-text.ts';

interface LocationParts {
  exec: Exec;
  clock: Clock;
}

const timeoutMs = 5_000;

/**
 * Which network a Mac is on (platforms.md section 9): the routing table, the
 * neighbour table, and the summary of the link. With a VPN the gateway of the
 * network below it is reported, when its route is still in the table.
 */
export function createLocationProbe({ exec, clock }: LocationParts): Probe<Location> {
  return async (signal) => {
    const options = { timeoutMs, signal };
    const at = () => instant(clock.now());
    const table = await exec('netstat', ['-rn', '-f', 'inet'], options);
    const text = outputOf(table);
    if (text === undefined) return unknown(toolTrouble(table), at(), 'netstat');
    const routes = parseNetstat(text);
    if (routes === undefined) return unknown('not-understood', at(), 'netstat');
    const location = await locate(routes, exec, options);
    return location === undefined ? unknown('no-network', at(), 'gateway') : known(location, at());
  };
}

/** undefined: there is no way out of the network, or none with a gateway. */
async function locate(routes: Routes, exec: Exec, options: ExecOptions): Promise<Location | undefined> {
  const [first] = routes.defaults;
  const below = routes.defaults.find((each) => !isTunnel(each.link) && each.gateway !== null);
  const route = below ?? first;
  if (first === undefined || route === undefined || route.gateway === null) return undefined;
  const { link, gateway: address } = route;
  const neighbours = outputOf(await exec('arp', ['-an'], options)) ?? '';
  const told = isTunnel(link) ? '' : outputOf(await exec('ipconfig', ['getsummary', link], options));
  const summary = parseLinkSummary(told ?? '');
  return {
    gateway: {
      address,
      hardwareAddress: parseArp(neighbours, address, link) ?? null,
      link: isTunnel(link) ? 'tunnel' : (summary?.kind ?? 'other'),
    },
    wifi: summary?.wifi ?? null,
    vpn: [first.link, ...routes.halves].some(isTunnel),
  };
}
