import { shortIpv6 } from '../filter/addresses.ts';

/** One route that is up and leads somewhere. */
export interface Route {
  link: string;
  /** Length of the prefix; 0 is a default route. */
  prefix: number;
  /** The gateway's address; null: the link itself is the way out (a tunnel, a telephone line). */
  gateway: string | null;
  metric: number;
}

/** Route flags of the kernel: the route is up; it leads to a gateway; it refuses. */
const up = 0x1;
const viaGateway = 0x2;
const refuses = 0x200;

/** The default routes, the one in use (lowest metric) first. */
export function defaultsOf(routes: readonly Route[]): Route[] {
  return routes.filter(({ prefix }) => prefix === 0).sort((one, other) => one.metric - other.metric);
}

/**
 * `/proc/net/route`: the main table of IPv4. undefined: not understood. Addresses
 * stand there as the machine keeps them in memory, lowest byte first on
 * everything Hometime runs on.
 */
export function parseRoutes(text: string): Route[] | undefined {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header === undefined || !/^\uFEFF?Iface\s+Destination\s+Gateway\s/.test(header)) return undefined;
  const routes: Route[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const route = parseRoute(line);
    if (route === undefined) return undefined;
    if (route !== 'other') routes.push(route);
  }
  return routes;
}

/** `other`: a route that is understood and leads nowhere. */
function parseRoute(line: string): Route | 'other' | undefined {
  const [link, destination, gateway, flagText, , , metricText, mask] = line.trim().split(/\s+/);
  if (!link || !isHex(destination) || !isHex(gateway) || !isHex(mask)) return undefined;
  const flags = Number.parseInt(flagText ?? '', 16);
  const metric = Number(metricText);
  if (!Number.isInteger(flags) || !Number.isInteger(metric)) return undefined;
  if ((flags & up) === 0 || (flags & refuses) !== 0) return 'other';
  const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
  return { link, metric, prefix: bits, gateway: (flags & viaGateway) === 0 ? null : toAddress(gateway) };
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

/** `/proc/net/ipv6_route`: the routes of all tables of IPv6; which table one is in does not stand there. */
export function parseIpv6Routes(text: string): Route[] {
  const routes: Route[] = [];
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    const fields = line.trim().split(/\s+/);
    const [destination = '', prefixText = '', , , gateway = '', metric = '', , , flagText = '', link = ''] = fields;
    const hex =
      [destination, gateway].every((field) => /^[0-9a-f]{32}$/.test(field)) && /^[0-9a-f]{2}$/.test(prefixText);
    if (fields.length !== 10 || !hex || !/^[0-9a-f]{8}$/.test(metric) || !/^[0-9a-f]{8}$/.test(flagText)) continue;
    const flags = Number.parseInt(flagText, 16);
    if ((flags & up) === 0 || (flags & refuses) !== 0 || link === 'lo') continue;
    const groups = gateway.match(/..../g) ?? [];
    routes.push({
      link,
      prefix: Number.parseInt(prefixText, 16),
      gateway: (flags & viaGateway) === 0 ? null : shortIpv6(groups.join(':')),
      metric: Number.parseInt(metric, 16),
    });
  }
  return routes;
}

/** A routing table that rules may send traffic to, with the lengths of the prefixes it leads to. */
export interface RuledTable {
  id: number;
  prefixes: number[];
}

/** `/proc/net/fib_trie`: the tables of IPv4 besides those the kernel itself keeps. */
export function parseRuledTables(text: string): RuledTable[] {
  const tables: RuledTable[] = [];
  let current: RuledTable | undefined;
  for (const line of text.replace('\uFEFF', '').split(/\r?\n/)) {
    if (/^\S/.test(line)) {
      const id = /^Id (\d{1,10}):/.exec(line)?.[1];
      current = id === undefined ? undefined : { id: Number(id), prefixes: [] };
      if (current !== undefined) tables.push(current);
      continue;
    }
    const [, prefix] = /^\s*\/(\d{1,2}) \S+ UNICAST\b/.exec(line) ?? [];
    if (prefix !== undefined) current?.prefixes.push(Number(prefix));
  }
  return tables;
}

/** `/proc/net/arp`: the settled hardware address of a neighbour on a link; undefined: absent, unsettled or not understood. */
export function parseArp(text: string, address: string, link: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [ip, , flagText, hardware, , device] = line.trim().split(/\s+/);
    if (ip !== address || device !== link) continue;
    const isComplete = (Number.parseInt(flagText ?? '', 16) & 0x2) !== 0;
    const lower = hardware?.toLowerCase() ?? '';
    if (isComplete && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(lower) && lower !== '00:00:00:00:00:00') return lower;
  }
  return undefined;
}
