import { createLocationProbe } from '../../../../agent/platform/linux/location.ts';
import type { Interfaces } from '../../../../agent/platform/network/own-addresses.ts';
import { locationSchema } from '../../../../shared/report/location.ts';
import { atNoon, playback, recorded } from '../recordings.ts';

/** The kernel's tables of a laptop on one wired network, as recorded, and the probe that reads them. */
export const routes = recorded('proc_net_route.txt');
export const [header = ''] = routes.split('\n');
export const settled = `IP address HW type Flags HW address Mask Device\n10.0.2.2 0x1 0x2 52:55:0A:00:02:02 * ens3\n`;
export const routeLine = (
  link: string,
  destination: string,
  gateway: string,
  flags: string,
  metric: string,
  mask: string,
) => `${link}\t${destination}\t${gateway}\t${flags}\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;

export interface Network {
  files?: Record<string, string>;
  folders?: Record<string, string[]>;
  tools?: Parameters<typeof playback>[0];
  nudge?: (address: string) => Promise<void>;
  interfaces?: Interfaces;
}

const address = (text: string, family: 'IPv4' | 'IPv6' = 'IPv4') => ({
  ...{ address: text, netmask: '', mac: '', internal: false, cidr: null },
  ...(family === 'IPv6' ? { family, scopeid: 2 } : { family }),
});
export const laptopAddresses: Interfaces = () => ({
  lo: [address('127.0.0.1')],
  ens3: [address('10.0.2.15'), address('fe80::1', 'IPv6'), address('fec0::f04c:870c:e7d0:9f7b', 'IPv6')],
});

export async function askLocation(network: Network) {
  const { files = {}, folders = {}, tools = {}, nudge = async () => {}, interfaces = laptopAddresses } = network;
  const all: Record<string, string> = {
    '/proc/net/route': routes,
    '/proc/net/arp': settled,
    '/sys/class/net/ens3/type': '1\n',
    ...files,
  };
  const exec = playback(tools);
  const probe = createLocationProbe({
    exec,
    clock: atNoon,
    read: async (path) => all[path],
    list: async (path) => folders[path],
    interfaces,
    nudge,
  });
  const reading = await probe(new AbortController().signal);
  if (reading.state === 'known') locationSchema.parse(reading.value);
  return { reading, calls: exec.calls };
}
