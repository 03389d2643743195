import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { createLocationProbe } from '../../../../agent/platform/android/location.ts';
import {
  namesProxy,
  parseConnection,
  parseIpRoutes,
  parseNeighbour,
} from '../../../../agent/platform/android/network-text.ts';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import type { Interfaces } from '../../../../agent/platform/network/own-addresses.ts';
import { locationSchema } from '../../../../shared/report/location.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';

const folder = new URL('../../../fixtures/platform/android/', import.meta.url);
const recorded = (name: string) => readFileSync(new URL(`${name}.txt`, folder), 'utf8');

describe('which network an Android device is on (DEV1)', () => {
  const withName = recorded('termux-wifi-connectioninfo-with-location');
  const withheld = recorded('termux-wifi-connectioninfo-without-location');
  const denied = exited('', 1, recorded('ip_neigh-denied-android13'));
  const routes =
    'default via 192.168.1.1 dev wlan0 table 1021 proto static\n192.168.1.0/24 dev wlan0 proto kernel scope link src 192.168.1.58\n';
  const neighbours = '192.168.1.1 dev wlan0 lladdr 02:00:5e:20:00:AC REACHABLE\n192.168.1.9 dev wlan0  FAILED\n';

  async function ask(
    route: string | ExecResult,
    neigh: string | ExecResult,
    wifi: string | ExecResult,
    interfaces: Interfaces = () => undefined,
  ) {
    const exec = playback({
      ip: (args) => (args.includes('neigh') ? neigh : route),
      'termux-wifi-connectioninfo': wifi,
    });
    const probe = createLocationProbe({ exec, clock: atNoon, interfaces });
    const reading = await probe(new AbortController().signal);
    if (reading.state === 'known') locationSchema.parse(reading.value);
    return reading;
  }

  it('reads the network joined, and takes Android’s placeholders for what they are', () => {
    expect(parseConnection(withName)).to.deep.equal({
      ...{ name: 'Sunflowers Nursery', accessPoint: '02:00:5e:20:00:ac', ip: '192.168.1.58' },
    });
    expect(parseConnection(withheld)).to.deep.equal({ name: null, accessPoint: null, ip: '192.168.1.58' });
    expect(parseConnection(withName.replace('COMPLETED', 'DISCONNECTED'))).to.equal(null);
    for (const text of damaged(withName))
      expect(parseConnection(text)).to.be.deep.oneOf([undefined, parseConnection(withName)]);
  });

  it('is unknown, for want of rights, where Android shows no routes', async () => {
    const refused = { state: 'unknown', reason: 'permission-denied', detail: 'gateway' };
    expect(await ask(denied, denied, withName)).to.include(refused);
    expect(await ask('', denied, withName)).to.include(refused);
    expect(await ask({ kind: 'missing' }, denied, withName)).to.include({ reason: 'tool-missing' });
  });

  it('reports the gateway where an older Android shows it, and no hardware address when that is refused', async () => {
    expect(await ask(routes, neighbours, withheld)).to.have.deep.property('value', {
      gateway: { address: '192.168.1.1', hardwareAddress: '02:00:5e:20:00:ac', link: 'wireless' },
      wifi: { name: null, accessPoint: null },
      addresses: ['192.168.1.58'],
      notRead: [
        { what: 'wifi-name', reason: 'permission-denied' },
        { what: 'access-point', reason: 'permission-denied' },
      ],
      vpn: false,
    });
    const poorer = await ask(`default dev tun0 table 1040 proto static\n${routes}`, denied, { kind: 'missing' });
    expect(poorer).to.have.deep.property('value', {
      gateway: { address: '192.168.1.1', hardwareAddress: null, link: 'wireless' },
      wifi: { name: null, accessPoint: null },
      addresses: [],
      notRead: [
        { what: 'gateway-hardware-address', reason: 'permission-denied' },
        { what: 'wifi-name', reason: 'tool-missing' },
        { what: 'access-point', reason: 'tool-missing' },
        { what: 'addresses', reason: 'permission-denied' },
      ],
      vpn: true,
    });
    for (const state of ['FAILED', 'INCOMPLETE'])
      expect(parseNeighbour(neighbours.replace('REACHABLE', state), '192.168.1.1', 'wlan0')).to.equal(undefined);
  });

  it('makes no other gateway of damaged text, and answers noise soon', async () => {
    for (const text of damaged(routes)) {
      const reading = await ask(text, text, text);
      if (reading.state === 'known') expect(reading.value.gateway.address).to.equal('192.168.1.1');
    }
    const noise = 'default via '.repeat(700_000);
    expect(await ask(noise, noise, noise)).to.include({ state: 'unknown', reason: 'permission-denied' });
  });

  it('parsers take any text without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (any) => {
        namesProxy(any);
        parseConnection(any);
        parseIpRoutes(any);
        parseNeighbour(any, '192.168.1.1', 'wlan0');
      }),
    );
  });
});
