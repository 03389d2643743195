import { type Clock, instant } from '../../../shared/instant.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { Location } from '../../../shared/report/location.ts';
import type { Exec, ExecResult } from '../exec.ts';
import type { Probe } from '../platform.ts';
import { outputOf, toolTrouble } from '../tool-trouble.ts';
import { linkKind, parseConnection, parseIpRoutes, parseNeighbour } from './network-text.ts';

interface LocationParts {
  exec: Exec;
  clock: Clock;
}

const timeoutMs = 5_000;

/**
 * Which network an Android device is on, as far as Termux may know (platforms.md
 * section 9). Since Android 10 to 13 apps may read neither routes nor
 * neighbours: without a gateway the place is unknown, whatever Wi-Fi says of itself.
 */
export function createLocationProbe({ exec, clock }: LocationParts): Probe<Location> {
  return async (signal) => {
    const options = { timeoutMs, signal };
    const at = () => instant(clock.now());
    const listed = await exec('ip', ['-4', 'route', 'show', 'table', 'all'], options);
    const text = outputOf(listed);
    if (text === undefined)
      return unknown(isDenied(listed) ? 'permission-denied' : toolTrouble(listed), at(), 'gateway');
    const routes = parseIpRoutes(text);
    const route = routes.find((each) => each.gateway !== null && linkKind(each.link) !== 'tunnel');
    // Android shows an app less than there is: no route is no proof that there is no network.
    if (route?.gateway == null) return unknown('permission-denied', at(), 'gateway');

    const neighbours = outputOf(await exec('ip', ['neigh'], options)) ?? '';
    const wifi = outputOf(await exec('termux-wifi-connectioninfo', [], options));
    return known(
      {
        gateway: {
          address: route.gateway,
          hardwareAddress: parseNeighbour(neighbours, route.gateway, route.link) ?? null,
          link: linkKind(route.link),
        },
        wifi: parseConnection(wifi ?? '') ?? null,
        vpn: routes.some((each) => linkKind(each.link) === 'tunnel'),
      },
      at(),
    );
  };
}

/** "Cannot bind netlink socket: Permission denied" [P termux #1401, #2993]. */
function isDenied(result: ExecResult): boolean {
  return result.kind === 'exited' && /permission denied|operation not permitted/i.test(result.stderr);
}
