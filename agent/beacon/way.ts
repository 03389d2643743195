import { type LinkAddress, type LinkList, linkAddresses } from '../../shared/beacon/on-link.ts';
import type { Location } from '../../shared/report/location.ts';

/** The one link over which a beacon may be asked. */
export interface Way {
  link: string;
  /** Its addresses; of IPv6 only that of the link alone. */
  addresses: readonly LinkAddress[];
  /** Every address of the device itself, on whatever link: an answer from there proves nothing. */
  own: ReadonlySet<string>;
}

/**
 * The physical link that carries the way out, found by the addresses that the location reading tells of it. A tunnel
 * is never one, nor is a line that is neither wire nor Wi-Fi; where two links would fit, none is. undefined: not known.
 */
export function wayOf(location: Location, list: LinkList): Way | undefined {
  const { gateway, addresses = [] } = location;
  if (gateway.link !== 'wired' && gateway.link !== 'wireless') return undefined;
  const told = new Set(addresses);
  const fitting = Object.entries(list).filter(([, infos]) => (infos ?? []).some(({ address }) => told.has(address)));
  const [link, infos] = fitting[0] ?? [];
  if (fitting.length !== 1 || link === undefined) return undefined;
  const own = linkAddresses({ [link]: infos });
  if (own.length === 0) return undefined;
  const all = Object.values(list).flatMap((each) => each ?? []);
  return {
    link,
    addresses: own,
    own: new Set(all.map(({ address }) => address.replace(/%.*$/, ''))),
  };
}
