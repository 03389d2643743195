import type { Location } from '../../../shared/report/location.ts';
import type { ListNames, ReadText } from './proc.ts';

export type LinkKind = Location['gateway']['link'];

interface Kernel {
  read: ReadText;
  list: ListNames;
}

/** Type numbers of links in the kernel: Ethernet (Wi-Fi too); a line between two ends, tunnels in IP, and no link layer at all. */
const ethernet = '1';
const tunnelTypes: readonly string[] = ['512', '768', '769', '776', '778', '823', '65534'];

/** What the kernel calls the drivers of tunnels; the last three look like Ethernet and carry it from anywhere. */
const tunnelDevices: readonly string[] = ['wireguard', 'ppp', 'vxlan', 'geneve', 'l2tpeth'];

/** What kind of link it is, by the kernel's own files; by its name where they cannot be read. */
export async function kindOfLink(link: string, { read, list }: Kernel): Promise<LinkKind> {
  const folder = `/sys/class/net/${link}`;
  if (
    (await read(`${folder}/tun_flags`)) !== undefined ||
    /^(wg|tun|tap|ppp|utun|ipsec|xfrm|gretap|l2tpeth)\d*$/.test(link)
  )
    return 'tunnel';
  const device = /^DEVTYPE=(\w+)/m.exec((await read(`${folder}/uevent`)) ?? '')?.[1];
  if (device !== undefined && tunnelDevices.includes(device)) return 'tunnel';
  // A mobile line has no link layer either, and is none.
  if (device === 'wwan') return 'other';
  if (device === 'wlan' || (await isWireless(link, list))) return 'wireless';
  const type = (await read(`${folder}/type`))?.trim() ?? '';
  if (type === ethernet) return 'wired';
  return tunnelTypes.includes(type) ? 'tunnel' : 'other';
}

export async function isWireless(link: string, list: ListNames): Promise<boolean> {
  const folder = `/sys/class/net/${link}`;
  return (await list(`${folder}/wireless`)) !== undefined || (await list(`${folder}/phy80211`)) !== undefined;
}

/** Whether a link is switched on and stands for itself: one in a bridge belongs to a machine within this one. */
export async function isInUse(link: string, { read, list }: Kernel): Promise<boolean> {
  const flags = Number.parseInt((await read(`/sys/class/net/${link}/flags`))?.trim() ?? '', 16);
  return (flags & 1) === 1 && (await list(`/sys/class/net/${link}/brport`)) === undefined;
}
