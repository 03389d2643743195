import { expect } from 'chai';
import fc from 'fast-check';
import { createLocationProbe } from '../../../../agent/platform/linux/location.ts';
import { parseIpNeighbour } from '../../../../agent/platform/linux/neighbour-text.ts';
import {
  parseArp,
  parseIpv6Routes,
  parseRoutes,
  parseRuledTables,
} from '../../../../agent/platform/linux/route-text.ts';
import { parseIwLink, parseNmcli } from '../../../../agent/platform/linux/wifi-text.ts';
import { atNoon, damaged, playback, recorded } from '../recordings.ts';
import { askLocation as ask, header, laptopAddresses, routeLine as line, routes, settled } from './laptop-network.ts';

describe('which network a Linux device is on (DEV1)', () => {
  it('finds the gateway and its hardware address without starting a process', async () => {
    const { reading, calls } = await ask({});
    expect(reading).to.have.deep.property('value', {
      gateway: { address: '10.0.2.2', hardwareAddress: '52:55:0a:00:02:02', link: 'wired' },
      wifi: null,
      addresses: ['10.0.2.15', 'fec0::f04c:870c:e7d0:9f7b'],
      notRead: [],
      vpn: false,
    });
    expect(calls).to.deep.equal([]);
  });

  it('wakes the gateway when the neighbour table has nothing settled, and looks again', async () => {
    const files: Record<string, string> = { '/proc/net/arp': recorded('proc_net_arp.txt') };
    const nudged: string[] = [];
    const { reading } = await ask({ files, nudge: async (address) => void nudged.push(address) });
    expect(reading).to.have.nested.property('value.gateway.hardwareAddress', null);
    expect(reading).to.have.deep.nested.property('value.notRead', [
      { what: 'gateway-hardware-address', reason: 'timed-out' },
    ]);
    expect(nudged).to.deep.equal(['10.0.2.2']);
  });

  it('does not take an unfinished or foreign neighbour for the gateway', () => {
    expect(parseArp(settled, '10.0.2.2', 'ens3')).to.equal('52:55:0a:00:02:02');
    expect(parseArp(settled, '10.0.2.2', 'wlan0')).to.equal(undefined);
    expect(parseArp(settled.replace('0x2', '0x0'), '10.0.2.2', 'ens3')).to.equal(undefined);
    expect(parseArp(settled.replace('52:55:0A:00:02:02', '00:00:00:00:00:00'), '10.0.2.2', 'ens3')).to.equal(undefined);
  });

  it('takes the default route with the lowest metric', async () => {
    const two = `${header}\n${line('wlan0', '00000000', '0101A8C0', '0003', '600', '00000000')}${line('ens3', '00000000', '0202000A', '0003', '100', '00000000')}`;
    expect((await ask({ files: { '/proc/net/route': two } })).reading).to.have.nested.property(
      'value.gateway.address',
      '10.0.2.2',
    );
  });

  it('is unknown without a way out, and when the table is not understood', async () => {
    const none = await ask({ files: { '/proc/net/route': `${header}\n` } });
    expect(none.reading).to.include({ state: 'unknown', reason: 'no-network', detail: 'gateway' });
    const broken = await ask({ files: { '/proc/net/route': `${header}\nens3 0000` } });
    expect(broken.reading).to.include({ state: 'unknown', reason: 'not-understood' });
  });

  it('sees a tunnel that took over the way out, whole or by halves, and keeps the gateway below it as evidence', async () => {
    const physical = line('ens3', '00000000', '0202000A', '0003', '100', '00000000');
    const tunnel = line('tun0', '00000000', '00000000', '0001', '0', '00000000');
    const halves =
      line('wg0', '00000000', '00000000', '0001', '0', '00000080') +
      line('wg0', '00000080', '00000000', '0001', '0', '00000080');
    for (const table of [tunnel + physical, halves + physical]) {
      const { reading } = await ask({ files: { '/proc/net/route': `${header}\n${table}` } });
      expect(reading).to.have.nested.property('value.vpn', true);
      expect(reading).to.have.nested.property('value.gateway.address', '10.0.2.2');
    }
  });

  it('names the Wi-Fi network, by the desktop’s tool or by iw, only when a wireless link is up', async () => {
    const folders = { '/sys/class/net': ['wlan0'], '/sys/class/net/wlan0/wireless': [] };
    const files = { '/sys/class/net/wlan0/operstate': 'up\n' };
    const wifi = { name: 'Sunflowers Nursery', accessPoint: '02:00:00:00:01:00' };
    const byManager = await ask({ folders, files, tools: { nmcli: recorded('nmcli_wifi-nonroot.txt') } });
    expect(byManager.reading).to.have.deep.nested.property('value.wifi', wifi);
    const byIw = await ask({ folders, files, tools: { iw: recorded('iw_link-connected.txt') } });
    expect(byIw.reading).to.have.deep.nested.property('value.wifi', wifi);
    const away = await ask({ folders, files, tools: { iw: recorded('iw_link-not-connected.txt') } });
    expect(away.reading).to.have.nested.property('value.wifi', null);
    const down = await ask({ folders, tools: { iw: recorded('iw_link-connected.txt') } });
    expect(down.calls).to.deep.equal([]);
  });

  it('says that Wi-Fi is in use and may not be read, and asks for it again when the network changed', async () => {
    const folders = { '/sys/class/net': ['wlan0'], '/sys/class/net/wlan0/wireless': [] };
    const files: Record<string, string> = { '/sys/class/net/wlan0/operstate': 'up\n' };
    const withheld = await ask({ folders, files });
    expect(withheld.reading).to.have.deep.nested.property('value.wifi', { name: null, accessPoint: null });
    expect(withheld.reading).to.have.deep.nested.property('value.notRead', [
      { what: 'wifi-name', reason: 'tool-missing' },
      { what: 'access-point', reason: 'tool-missing' },
    ]);
    const exec = playback({ nmcli: recorded('nmcli_wifi-nonroot.txt') });
    const all: Record<string, string> = { '/proc/net/route': routes, '/proc/net/arp': settled, ...files };
    const now = { ms: atNoon.now() };
    const probe = createLocationProbe({
      ...{ exec, clock: { now: () => now.ms }, interfaces: laptopAddresses },
      read: async (path) => all[path],
      list: async (path) => (folders as Record<string, string[]>)[path],
    });
    const processes = async (look: 'new' | 'glance') => {
      now.ms += 30_000;
      const before = exec.calls.length;
      const reading = await probe(new AbortController().signal, look);
      expect(reading).to.have.nested.property('value.wifi.name', 'Sunflowers Nursery');
      expect(reading).to.have.property('at', new Date(now.ms).toISOString());
      return exec.calls.length - before;
    };
    // Two looks must agree before an answer is given again.
    for (const [look, asked] of [
      ['glance', 1],
      ['glance', 1],
      ['glance', 0],
      ['new', 1],
      ['glance', 0],
    ] as const)
      expect(await processes(look)).to.equal(asked);
    all['/proc/net/arp'] = `${settled}10.0.2.9 0x1 0x2 52:55:0A:00:02:09 * ens3\n`;
    expect(await processes('glance')).to.equal(1);
    expect(await processes('glance')).to.equal(1);
    now.ms += 15 * 60_000;
    expect(await processes('glance')).to.equal(1);
  });

  it('reads names with colons, odd bytes and control characters', () => {
    const active = { name: 'Sunflowers Nursery', accessPoint: '02:00:00:00:01:00' };
    expect(parseNmcli(recorded('nmcli_wifi-active.txt'))).to.deep.equal(active);
    expect(parseNmcli(recorded('nmcli_wifi-list-table.txt')), 'a table for people').to.equal(undefined);
    // A name of another network that plays a line of its own: its colons arrive escaped.
    const played = 'no:\nyes\\:Ours\\:x:02\\:00\\:00\\:00\\:00\\:09\nyes::02\\:00\\:00\\:00\\:00\\:01\n';
    expect(parseNmcli(played)).to.deep.equal({ name: null, accessPoint: '02:00:00:00:00:01' });
    expect(parseIwLink('Connected to 02:00:00:00:01:00 (on wlan0)\n\tSSID: \\x00\\x00\n')).to.include({ name: null });
    expect(
      parseNmcli('no:Other:02\\:00\\:00\\:00\\:00\\:01\nyes:A\\:B\\\\C\u0007:02\\:00\\:00\\:00\\:01\\:00\n')?.name,
    ).to.equal('A:B\\C');
    expect(parseIwLink('Connected to 02:00:00:00:01:00 (on wlan0)\n\tSSID: Caf\\xc3\\xa9\n')).to.include({
      name: 'Café',
    });
  });

  it('asks again when a way out over IPv6 came, and not when one was merely used', async () => {
    const zero = '0'.repeat(32);
    const over = (link: string, uses: string) =>
      `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 ${uses} 00000003 ${link}\n`;
    const all: Record<string, string> = { '/proc/net/route': routes, '/proc/net/arp': settled };
    let looks = 0;
    const probe = createLocationProbe({
      ...{ exec: playback({}), clock: atNoon, interfaces: laptopAddresses },
      read: async (path) => {
        looks += path === '/sys/class/net/ens3/type' ? 1 : 0;
        return path === '/sys/class/net/ens3/type' ? '1\n' : all[path];
      },
      list: async () => undefined,
    });
    const glance = async () => {
      looks = 0;
      const reading = await probe(new AbortController().signal, 'glance');
      return { vpn: reading.state === 'known' && reading.value.vpn, isNew: looks > 0 };
    };
    all['/proc/net/ipv6_route'] = over('ens3', '00000000');
    await glance();
    await glance();
    all['/proc/net/ipv6_route'] = over('ens3', '0000abcd');
    expect(await glance()).to.deep.equal({ vpn: false, isNew: false });
    all['/proc/net/ipv6_route'] += over('wg0', '00000000');
    expect(await glance()).to.deep.equal({ vpn: true, isNew: true });
  });

  it('finds the gateway over IPv6 where the way out over IPv4 has none, or only a tunnel has', async () => {
    const zero = '0'.repeat(32);
    const ipv6 = `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003 ens3\n`;
    const [header] = routes.split('\n');
    for (const line of [
      'clat\t00000000\t00000000\t0001\t0\t0\t2048\t00000000\t0\t0\t0\n',
      'tun0\t00000000\t0100080A\t0003\t0\t0\t50\t00000000\t0\t0\t0\n',
    ]) {
      const files = { '/proc/net/route': `${header}\n${line}`, '/proc/net/ipv6_route': ipv6 };
      const { reading } = await ask({ files });
      expect(reading).to.have.nested.property('value.gateway.address', 'fe80::1');
      expect(reading).to.have.nested.property('value.vpn', line.startsWith('tun'));
    }
  });

  it('finds the gateway of a network without IPv4', () => {
    const zero = '0'.repeat(32);
    const route = `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     ens3\n`;
    const lo = `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo\n`;
    expect(parseIpv6Routes(lo + route)).to.deep.equal([{ link: 'ens3', prefix: 0, gateway: 'fe80::1', metric: 1024 }]);
    const neighbours = recorded('ip_neigh-json.txt');
    expect(parseIpNeighbour(neighbours, 'fe80::2')).to.equal('52:56:00:00:00:02');
    expect(parseIpNeighbour(neighbours, 'fe80::1')).to.equal(undefined);
    expect(parseIpNeighbour(recorded('ip_neigh-json-failed-entry.txt'), 'fd00::1')).to.equal(undefined);
    const absent = recorded('ip_neigh-json-gateway-absent.txt');
    expect(parseIpNeighbour(absent, 'fe80::1')).to.equal(undefined);
    expect(parseIpNeighbour(absent, 'fe80::2')).to.equal('52:56:00:00:00:02');
  });

  it('takes no gateway from a table in noise, and answers soon', async function () {
    this.timeout(20_000);
    const eightMegabytes = ['0'];
    for (const noise of [
      ...eightMegabytes,
      ' ',
      '\t',
      'ens3\t00000000\t0202000A\t',
      '\0',
      '/0 link UNICAST\n Id 1:\n',
    ]) {
      const bytes = eightMegabytes.includes(noise) ? 8_000_000 : 400_000;
      const text = noise.repeat(Math.ceil(bytes / noise.length));
      expect(parseRoutes(`${header}\n${text}`) ?? []).to.deep.equal([]);
      for (const parse of [parseIpv6Routes, parseRuledTables]) expect(parse(text)).to.deep.equal([]);
      expect(parseArp(`x\n${text}`, '10.0.2.2', 'ens3')).to.equal(undefined);
      expect(parseNmcli(text)).to.equal(undefined);
      expect(parseIwLink(`Connected to 02:00:00:00:01:00\n${text}`)).to.deep.include({ name: null });
    }
  });

  it('never throws on damaged tables, and never finds another gateway in them', async () => {
    for (const text of damaged(routes)) {
      const { reading } = await ask({ files: { '/proc/net/route': text } });
      if (reading.state === 'known') expect(reading.value.gateway.address).to.equal('10.0.2.2');
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        parseRoutes(`${header}\n${text}`);
        parseRuledTables(text);
        parseIpNeighbour(text, 'fe80::1');
        parseIpv6Routes(text);
        parseArp(text, '10.0.2.2', 'ens3');
        parseNmcli(text);
        parseIwLink(text);
      }),
    );
  });
});
