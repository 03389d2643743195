export interface DefaultRoute {
  link: string;
  /** The gateway's address; null: the link itself is the way out (a tunnel, a telephone line). */
  gateway: string | null;
  metric: number;
}

/** Route flags of the kernel: the route is up; it leads to a gateway; it refuses. */
const up = 0x1;
const viaGateway = 0x2;
const refuses = 0x200;

/**
 * `/proc/net/route`: default routes, the one in use (lowest metric) first.
 * undefined: not understood. Addresses stand there as the machine keeps them in
 * memory, lowest byte first on everything Hometime runs on.
 */
export function parseRoutes(text: string): DefaultRoute[] | undefined {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header === undefined || !/^\uFEFF?Iface\s+Destination\s+Gateway\s/.test(header)) return undefined;
  const routes: DefaultRoute[] = [];
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const route = parseRoute(line);
    if (route === undefined) return undefined;
    if (route !== 'other') routes.push(route);
  }
  return routes.sort((one, other) => one.metric - other.metric);
}

/** `other`: a route that is understood and is no way out. */
function parseRoute(line: string): DefaultRoute | 'other' | undefined {
  const [link, destination, gateway, flagText, , , metricText, mask] = line.trim().split(/\s+/);
  if (!link || !isHex(destination) || !isHex(gateway) || !isHex(mask)) return undefined;
  const flags = Number.parseInt(flagText ?? '', 16);
  const metric = Number(metricText);
  if (!Number.isInteger(flags) || !Number.isInteger(metric)) return undefined;
  const isDefault = destination === '00000000' && mask === '00000000';
  if (!isDefault || (flags & up) === 0 || (flags & refuses) !== 0) return 'other';
  return { link, metric, gateway: (flags & viaGateway) === 0 ? null : toAddress(gateway) };
}

function isHex(text: string | undefined): text is string {
  return text !== undefined && /^[0-9A-Fa-f]{8}$/.test(text);
}

function toAddress(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

/**
 * Links that a VPN may have taken the whole network over with, by two halves of
 * it ("0.0.0.0/1", "128.0.0.0/1"), which leaves the default route in its place.
 */
export function parseHalfRoutes(text: string): string[] {
  const links: string[] = [];
  for (const line of text.split(/\r?\n/).slice(1)) {
    const [link, destination, , , , , , mask] = line.trim().split(/\s+/);
    const isHalf = mask === '00000080' && (destination === '00000000' || destination === '00000080');
    if (link && isHalf) links.push(link);
  }
  return links;
}

/** `/proc/net/ipv6_route`: default routes over a gateway, lowest metric first. */
export function parseIpv6Routes(text: string): DefaultRoute[] {
  const routes: DefaultRoute[] = [];
  for (const line of text.split(/\r?\n/)) {
    const fields = line.trim().split(/\s+/);
    const [destination, prefix, , , gateway, metric, , , flags, link] = fields;
    if (fields.length !== 10 || !link || !/^[0-9a-f]{32}$/.test(gateway ?? '')) continue;
    const flagBits = Number.parseInt(flags ?? '', 16);
    const isDefault =
      /^0{32}$/.test(destination ?? '') && prefix === '00' && (flagBits & up) !== 0 && (flagBits & refuses) === 0;
    if (!isDefault || link === 'lo' || (flagBits & viaGateway) === 0) continue;
    const groups = (gateway ?? '').match(/..../g) ?? [];
    routes.push({ link, gateway: shorten(groups), metric: Number.parseInt(metric ?? '', 16) });
  }
  return routes.sort((one, other) => one.metric - other.metric);
}

/** An IPv6 address in its usual short form. */
function shorten(groups: readonly string[]): string {
  const host = new URL(`http://[${groups.join(':')}]/`).hostname;
  return host.slice(1, -1);
}

/** `/proc/net/arp`: the settled hardware address of a neighbour on a link; undefined: absent, unsettled or not understood. */
export function parseArp(text: string, address: string, link: string): string | undefined {
  for (const line of text.split(/\r?\n/).slice(1)) {
    const [ip, , flagText, hardware, , device] = line.trim().split(/\s+/);
    if (ip !== address || device !== link) continue;
    const isComplete = (Number.parseInt(flagText ?? '', 16) & 0x2) !== 0;
    const lower = hardware?.toLowerCase() ?? '';
    if (isComplete && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(lower) && lower !== '00:00:00:00:00:00') return lower;
  }
  return undefined;
}
