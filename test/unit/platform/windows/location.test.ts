import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createLocationProbe } from '../../../../agent/platform/windows/location.ts';
import { isLocationDenied, parseNetshWlan } from '../../../../agent/platform/windows/netsh-wlan.ts';
import {
  parseNeighbours,
  parseNetwork,
  type WindowsNetwork,
} from '../../../../agent/platform/windows/network-script.ts';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { neighbourOf } from '../../../../agent/platform/windows/way-out.ts';
import { locationSchema } from '../../../../shared/report/location.ts';
import { damaged, exited, playback } from '../recordings.ts';
import { recorded, said, throughCodePage850 } from './windows-device.ts';

const guid = '0d3a5f71-4c2e-4f4b-9a0c-5b1e6f2d7a11';
const joined = recorded('netsh_wlan_show_interfaces-en-win10.txt');
const neighbours = parseNeighbours(recorded('netsh_interface-Get-NetNeighbor-json.txt')) ?? [];

const wireless = {
  ...{ indexes: [12], id: `{${guid.toUpperCase()}}`, type: 71, about: 'Intel(R) Wi-Fi 6 AX201 160MHz' },
  addresses: ['fe80::1%12', '192.168.1.58', '2001:db8:0:0::58'],
};
const way = { to: '0.0.0.0/0', via: '192.168.1.1', link: 12, metric: 45 };
/** A laptop on the nursery's Wi-Fi. */
const laptop: WindowsNetwork = {
  routes: [way, { to: '255.255.255.255/32', via: '0.0.0.0', link: 12, metric: 301 }],
  links: [wireless],
  neighbours,
};

interface Machine {
  network?: WindowsNetwork | PowerShellAnswer;
  netsh?: string | ExecResult;
  /** What the second question is answered, after the gateway was woken. */
  afterwards?: WindowsNetwork;
}

function machine({ network = laptop, netsh = joined, afterwards }: Machine = {}) {
  const exec = playback({ 'netsh.exe': netsh });
  const asked: string[] = [];
  const now = { ms: Date.UTC(2026, 10, 21, 12), addresses: '192.168.1.58' };
  const probe = createLocationProbe({
    exec,
    clock: { now: () => now.ms },
    powershell: {
      ask: async (script) => {
        asked.push(script);
        if ('kind' in network) return network;
        return said(JSON.stringify(asked.length > 1 && afterwards !== undefined ? afterwards : network));
      },
    },
    interfaces: () => ({
      wlan: [{ address: now.addresses, netmask: '', mac: '', internal: false, cidr: null, family: 'IPv4' }],
    }),
    nudge: async () => {},
  });
  return { probe, exec, asked, now };
}

async function ask(given: Machine = {}) {
  const reading = await machine(given).probe(new AbortController().signal);
  if (reading.state === 'known') locationSchema.parse(reading.value);
  return reading;
}

describe('which network a Windows device is on (DEV1)', () => {
  it('reports the gateway in use, the network joined and its own addresses', async () => {
    expect(await ask()).to.have.deep.property('value', {
      gateway: { address: '192.168.1.1', hardwareAddress: '02:00:5e:20:00:ac', link: 'wireless' },
      wifi: { name: 'Sunflowers Nursery', accessPoint: '02:00:5e:20:00:ac' },
      addresses: ['192.168.1.58', '2001:db8::58'],
      notRead: [],
      vpn: false,
    });
  });

  it('takes the route with the lowest sum of metrics, and asks for Wi-Fi only where there is a wireless link', async () => {
    const cable = { ...wireless, indexes: [7], type: 6, about: 'Realtek PCIe GbE', addresses: ['10.1.1.9'] };
    const better = { to: '0.0.0.0/0', via: '10.1.1.1', link: 7, metric: 25 };
    const both = { ...laptop, routes: [way, better], links: [wireless, cable] };
    expect(await ask({ network: both })).to.have.nested.property('value.gateway.address', '10.1.1.1');
    const wired = machine({ network: { ...laptop, routes: [better], links: [cable] } });
    expect(await wired.probe(new AbortController().signal)).to.have.nested.property('value.gateway.link', 'wired');
    expect(wired.exec.calls).to.deep.equal([]);
  });

  it('sees a VPN of its own kind or of a maker’s, whole or by halves, and reports the gateway below it', async () => {
    const tunnel = {
      ...wireless,
      indexes: [30],
      id: '{x}',
      type: 53,
      about: 'WireGuard Tunnel',
      addresses: ['10.9.0.2'],
    };
    const over = { to: '0.0.0.0/0', via: '0.0.0.0', link: 30, metric: 5 };
    const halves = ['0.0.0.0/1', '128.0.0.0/1'].map((to) => ({ ...over, to }));
    const ethernet = { ...tunnel, type: 6, about: 'TAP-Windows Adapter V9' };
    const gone: WindowsNetwork['links'] = [];
    for (const [routes, links] of [
      [[over], [tunnel]],
      [halves, [tunnel]],
      [[{ ...over, via: '10.9.0.1' }], [ethernet]],
      // A built-in VPN is in no list of links.
      [[over], gone],
      [[{ ...over, to: '::/0', via: '::' }], [tunnel]],
    ] as const) {
      const reading = await ask({ network: { ...laptop, routes: [...routes, way], links: [wireless, ...links] } });
      expect(reading).to.have.nested.property('value.vpn', true);
      expect(reading).to.have.nested.property('value.gateway.address', '192.168.1.1');
    }
    // Adapters of OpenVPN under makers' own names, which call themselves Ethernet (public route lists); the last is of a name unknown.
    const own = (about: string) => ({ ...ethernet, about });
    for (const about of ['Private Internet Access Network Adapter', 'TunnelBear Adapter V9', 'ExpressVPN Adapter'])
      expect(
        await ask({ network: { ...laptop, routes: [over, way], links: [wireless, own(about)] } }),
        about,
      ).to.have.nested.property('value.vpn', true);
    const unheardOf = { ...laptop, links: [wireless, own('Nobody’s Adapter V9')] };
    const viaIt = [...halves, { ...over, to: '2000::/3' }].map((each) => ({
      ...each,
      via: each.to.includes(':') ? 'fe80::8' : '10.9.0.5',
    }));
    for (const routes of [viaIt.slice(0, 2), viaIt.slice(2)])
      expect(await ask({ network: { ...unheardOf, routes: [...routes, way] } })).to.have.nested.property(
        'value.vpn',
        true,
      );
    const even = { ...over, metric: way.metric };
    for (const routes of [
      [way, even],
      [even, way],
    ])
      expect(await ask({ network: { ...laptop, routes, links: [wireless, tunnel] } })).to.have.nested.property(
        'value.vpn',
        true,
      );
    // Windows' own way to IPv6 has a default route of its own (public threads on VPNs that were none).
    const teredo = {
      ...{ ...wireless, indexes: [5], id: '{t}', type: 131, about: 'Microsoft Teredo Tunneling Adapter' },
      addresses: ['2001:0:9d38:6ab8:340d:19e2:f52c:c8fc', 'fe80::340d:19e2:f52c:c8fc%5'],
    };
    const viaTeredo = ['::/0', '2001::/32'].map((to) => ({ to, via: '::', link: 5, metric: 331 }));
    const withTeredo = (...more: WindowsNetwork['routes']) =>
      ask({ network: { ...laptop, routes: [way, ...viaTeredo, ...more], links: [wireless, teredo, tunnel] } });
    expect(await withTeredo()).to.have.nested.property('value.vpn', false);
    expect(await withTeredo(over)).to.have.nested.property('value.vpn', true);
    const other = { ...teredo, addresses: ['2001:db8::9'] };
    expect(
      await ask({ network: { ...laptop, routes: [way, ...viaTeredo], links: [wireless, other] } }),
      'a tunnel of another kind',
    ).to.have.nested.property('value.vpn', true);
    const corporate = { ...over, to: '10.0.0.0/8', via: '192.168.1.254', link: 12 };
    expect(await ask({ network: { ...laptop, routes: [way, corporate] } })).to.have.nested.property('value.vpn', false);
    const idle = { ...laptop, routes: [way, { ...over, to: '10.0.0.0/8' }], links: [wireless, tunnel] };
    expect(await ask({ network: idle })).to.have.nested.property('value.vpn', false);
  });

  it('wakes a gateway that is unsettled, and leaves its address open when it stays so', async () => {
    const unsettled = [0, 1].map((State) => ({
      ...laptop,
      neighbours: neighbours.map((each) => ({ ...each, State })),
    }));
    for (const network of unsettled) {
      const silent = await ask({ network });
      expect(silent).to.have.nested.property('value.gateway.hardwareAddress', null);
      expect(silent).to.have.deep.nested.property('value.notRead', [
        { what: 'gateway-hardware-address', reason: 'timed-out' },
      ]);
      expect(await ask({ network, afterwards: laptop })).to.have.nested.property(
        'value.gateway.hardwareAddress',
        '02:00:5e:20:00:ac',
      );
    }
    expect(neighbourOf(neighbours, '192.168.1.1', 13)).to.equal(undefined);
    expect(neighbourOf(neighbours, '192.168.1.255', 12)).to.equal(undefined);
    const words = neighbours.map((each) => ({ ...each, State: 'Reachable' }));
    expect(neighbourOf(words, '192.168.1.1', 12)).to.equal('02:00:5e:20:00:ac');
  });

  it('says what may not be read of Wi-Fi, and why', async () => {
    const both = (reason: string) => [
      { what: 'wifi-name', reason },
      { what: 'access-point', reason },
    ];
    const denied = recorded('netsh_wlan_show_interfaces-location-denied.txt');
    for (const [netsh, reason] of [
      [exited(denied, 1), 'permission-denied'],
      [exited(denied), 'permission-denied'],
      [exited(recorded('netsh_wlan_show_interfaces-service-stopped.txt'), 1), 'tool-failed'],
      [{ kind: 'missing' }, 'tool-missing'],
      [{ kind: 'timed-out' }, 'timed-out'],
      [recorded('netsh_wlan_show_interfaces-no-adapter.txt'), 'not-understood'],
      [recorded('netsh_wlan_show_interfaces-en-disconnected.txt'), 'not-understood'],
      ['', 'not-understood'],
    ] as const) {
      const reading = await ask({ netsh });
      expect(reading).to.have.deep.nested.property('value.notRead', both(reason));
      expect(reading).to.have.deep.nested.property('value.wifi', { name: null, accessPoint: null });
    }
  });

  it('is unknown without a way out, and when PowerShell cannot be used', async () => {
    expect(await ask({ network: { ...laptop, routes: [] } })).to.include({ reason: 'no-network', detail: 'gateway' });
    expect(await ask({ network: { kind: 'missing' } })).to.include({ reason: 'tool-missing', detail: 'powershell' });
    expect(await ask({ network: { kind: 'constrained' } })).to.include({ reason: 'tool-missing' });
    expect(await ask({ network: said('[') })).to.include({ reason: 'not-understood', detail: 'powershell' });
  });

  it('asks again when its own addresses changed, or after a minute, and otherwise every other time', async () => {
    const { probe, asked, exec, now } = machine();
    const look = () => probe(new AbortController().signal, 'glance');
    await look();
    now.ms += 30_000;
    expect(await look()).to.include({ at: '2026-11-21T12:00:30.000Z' });
    expect(asked).to.have.lengthOf(1);
    now.ms += 30_000;
    await look();
    expect(asked).to.have.lengthOf(2);
    expect(exec.calls).to.have.lengthOf(1);
    await probe(new AbortController().signal);
    expect(asked).to.have.lengthOf(3);
    now.addresses = '192.168.9.9';
    await look();
    expect(asked).to.have.lengthOf(4);
    expect(exec.calls).to.have.lengthOf(3);
  });
});

describe('what netsh says of Wi-Fi, in any language (DEV1)', () => {
  it('is read by position: name before the access point’s address', () => {
    const first = (name: string) => parseNetshWlan(recorded(`netsh_wlan_show_interfaces-${name}.txt`))[0]?.wifi;
    expect(first('en-win10')).to.deep.equal({ name: 'Sunflowers Nursery', accessPoint: '02:00:5e:20:00:ac' });
    expect(first('en-win11-ap-bssid')).to.deep.equal({ name: 'Reseau:Campus', accessPoint: '02:00:5e:20:01:0f' });
    expect(first('de-connected')).to.deep.equal({ name: 'Kita Sonnenblume', accessPoint: '02:00:5e:20:03:0a' });
    expect(first('de-connected-cp850-bytes')).to.deep.equal(first('de-connected'));
    expect(first('es-connected')).to.deep.equal({ name: 'Guarderia-2.4', accessPoint: '02:00:5e:20:07:62' });
    expect(first('zh-connected')).to.deep.equal({ name: '向日葵幼儿园', accessPoint: '02:00:5e:20:00:ac' });
    expect(first('fr-win11')).to.deep.equal({ name: 'Crèche : Tournesol', accessPoint: '02:00:5e:20:00:ac' });
    for (const none of [
      'en-disconnected',
      'de-disconnected',
      'zh-radio-off',
      'no-adapter',
      'service-stopped',
      'location-denied',
    ])
      expect(first(none), none).to.equal(undefined);
    expect(isLocationDenied(recorded('netsh_wlan_show_interfaces-location-denied.txt'))).to.equal(true);
    expect(isLocationDenied(recorded('netsh_wlan_show_interfaces-service-stopped.txt'))).to.equal(false);
  });

  it('keeps a name apart that looks like an address or a line of netsh, and belongs to the link it stands under', () => {
    const named = (name: string) => parseNetshWlan(joined.replace('Sunflowers Nursery', name))[0]?.wifi;
    expect(named('02:00:5e:20:00:99')).to.deep.equal({ name: '02:00:5e:20:00:99', accessPoint: '02:00:5e:20:00:ac' });
    expect(named('A : B : C')).to.include({ name: 'A : B : C' });
    expect(named('')).to.include({ name: null });
    const two = `${recorded('netsh_wlan_show_interfaces-en-disconnected.txt')}${joined}`;
    expect(parseNetshWlan(two)).to.deep.equal([
      { guid, wifi: { name: 'Sunflowers Nursery', accessPoint: '02:00:5e:20:00:ac' } },
    ]);
  });

  it('makes no other network of a damaged text, and never throws', async function () {
    this.timeout(20_000);
    for (const text of [...damaged(joined), throughCodePage850(joined), `${joined}\0`]) {
      for (const { wifi } of parseNetshWlan(text))
        expect(wifi).to.deep.equal({ name: 'Sunflowers Nursery', accessPoint: '02:00:5e:20:00:ac' });
      const reading = await ask({ netsh: text });
      expect(reading).to.have.nested.property('value.gateway.address', '192.168.1.1');
    }
    for (const noise of [' : ', '\n', 'x', ': 0d3a5f71-'])
      expect(parseNetshWlan(noise.repeat(Math.ceil(8_000_000 / noise.length)))).to.deep.equal([]);
    const links = (Count: number) => JSON.stringify({ ...laptop, links: { value: laptop.links, Count } });
    expect(await ask({ network: said(links(1)) })).to.have.property('state', 'known');
    expect(await ask({ network: said(links(2)) }), 'cut').to.include({ reason: 'not-understood' });
    const whole = JSON.stringify(laptop);
    for (let length = 0; length < whole.length; length += 7)
      expect(await ask({ network: said(whole.slice(0, length)) })).to.include({ state: 'unknown' });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        parseNetshWlan(text);
        parseNetwork(text);
        parseNeighbours(text);
      }),
    );
  });
});
