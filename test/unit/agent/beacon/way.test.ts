import { expect } from 'chai';
import { createNeighbours, neighboursOn } from '../../../../agent/beacon/neighbours.ts';
import { wayOf } from '../../../../agent/beacon/way.ts';
import type { LinkList } from '../../../../shared/beacon/on-link.ts';
import type { Location } from '../../../../shared/report/location.ts';
import { address4 } from './beacon-rig.ts';

const noHardware = '00:00:00:00:00:00';
const links: LinkList = {
  lo: [{ ...address4('127.0.0.1', 8, noHardware), internal: true }],
  eth0: [address4('10.77.0.20', 24)],
  wlan0: [address4('192.168.50.20', 24)],
};
const at = (change: Partial<Location> = {}, link: Location['gateway']['link'] = 'wired'): Location => ({
  gateway: { address: '10.77.0.1', hardwareAddress: '02:00:00:00:00:01', link },
  wifi: null,
  addresses: ['10.77.0.20'],
  vpn: false,
  ...change,
});

describe('the way to a beacon', () => {
  it('is the physical link that carries the way out, with its own addresses', () => {
    const way = wayOf(at(), links);
    expect(way).to.include({ link: 'eth0' });
    expect(way?.addresses.map(({ address }) => address)).to.deep.equal(['10.77.0.20']);
    expect(way?.own).to.include('192.168.50.20');
  });

  it('is never a tunnel, nor a telephone line, nor a link that is not known', () => {
    expect(wayOf(at({}, 'tunnel'), links)).to.equal(undefined);
    expect(wayOf(at({}, 'other'), links)).to.equal(undefined);
    expect(wayOf(at({ addresses: [] }), links)).to.equal(undefined);
    expect(wayOf(at({ addresses: ['10.77.0.99'] }), links)).to.equal(undefined);
    expect(wayOf({ gateway: at().gateway, wifi: null, vpn: false }, links)).to.equal(undefined);
    const twice = { ...links, eth1: [address4('10.77.0.20', 24)] };
    expect(wayOf(at(), twice), 'two links could be it').to.equal(undefined);
    const bare = { eth0: [address4('10.77.0.20', 24, noHardware)] };
    expect(wayOf(at(), bare), 'a tunnel by another name').to.equal(undefined);
  });
});

describe('the neighbours that the kernel knows', () => {
  it('are the settled ones of one link', () => {
    const table = [
      'IP address       HW type     Flags       HW address            Mask     Device',
      '10.77.0.1        0x1         0x2         02:00:00:00:00:01     *        eth0',
      '10.77.0.5        0x1         0x6         02:00:00:00:00:05     *        eth0',
      '10.77.0.9        0x1         0x0         00:00:00:00:00:00     *        eth0',
      '192.168.50.1     0x1         0x2         02:00:00:00:00:07     *        wlan0',
      'garbage',
      '',
    ].join('\n');
    expect(neighboursOn('eth0', table)).to.deep.equal(['10.77.0.1', '10.77.0.5']);
    expect(neighboursOn('eth0', '')).to.deep.equal([]);
  });

  it('are nobody while a tunnel is up, for it may have a route to one of them', async () => {
    const files: Record<string, string> = {
      '/proc/net/arp': '10.77.0.5 0x1 0x2 02:00:00:00:00:05 * eth0',
      '/sys/class/net/eth0/type': '1',
      '/sys/class/net/eth0/flags': '0x1003',
      '/sys/class/net/vpn0/type': '1',
      '/sys/class/net/vpn0/uevent': 'DEVTYPE=vxlan\n',
      '/sys/class/net/vpn0/flags': '0x1002',
    };
    const links = ['eth0', 'vpn0'];
    const list = async (path: string) => (path === '/sys/class/net' ? links : undefined);
    const around = createNeighbours({ read: async (path) => files[path], list });
    expect(await around('eth0'), 'it is switched off').to.deep.equal(['10.77.0.5']);
    files['/sys/class/net/vpn0/flags'] = '0x1003';
    expect(await around('eth0')).to.deep.equal([]);
  });
});
