import { z } from 'zod';
import { shortIpv6 } from '../filter/addresses.ts';
import { parseJson } from '../filter/chromium-settings.ts';
import { hardwareAddress } from '../network/wifi.ts';

const listSchema = z.array(
  z.looseObject({ dst: z.string(), lladdr: z.string().optional(), state: z.array(z.string()).catch([]) }),
);

const settled: readonly string[] = ['REACHABLE', 'STALE', 'DELAY', 'PROBE', 'PERMANENT', 'NOARP'];

/** `ip -j neigh`: the settled hardware address of a neighbour; undefined: absent, unsettled or not understood. */
export function parseIpNeighbour(text: string, address: string): string | undefined {
  const parsed = listSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  for (const { dst, lladdr, state } of parsed.data) {
    const isIt = dst === address || (/^[0-9a-f:]+$/i.test(dst) && dst.includes(':') && sameIpv6(dst, address));
    if (isIt && state.some((each) => settled.includes(each))) return hardwareAddress(lladdr) ?? undefined;
  }
  return undefined;
}

function sameIpv6(one: string, other: string): boolean {
  try {
    return shortIpv6(one) === shortIpv6(other);
  } catch {
    return false;
  }
}
