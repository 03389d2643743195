import { expect } from 'chai';
import fc from 'fast-check';
import { createLocationProbe } from '../../../../agent/platform/macos/location.ts';
import { createMacosPlatform } from '../../../../agent/platform/macos/platform.ts';
import { parseArp, parseNetstat } from '../../../../agent/platform/macos/route-text.ts';
import { parseAirportNetwork, parseLinkSummary } from '../../../../agent/platform/macos/wifi-text.ts';
import { hardwareAddress } from '../../../../agent/platform/network/wifi.ts';
import { locationSchema } from '../../../../shared/report/location.ts';
import { platformParts } from '../platform-parts.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { recordedOnMac } from './mac.ts';

const netstat = recordedOnMac('netstat_rn-default');
const arp = recordedOnMac('arp_an');
const ipconfig = recordedOnMac('ipconfig_getsummary-redacted');

async function ask(tools: Parameters<typeof playback>[0] = {}) {
  const exec = playback({ netstat, arp, ipconfig, ...tools });
  const probe = createLocationProbe({
    ...{ exec, clock: atNoon },
    interfaces: () => ({
      en0: [{ address: '192.168.1.58', netmask: '', mac: '', internal: false, cidr: null, family: 'IPv4' }],
    }),
    nudge: async () => {},
  });
  const reading = await probe(new AbortController().signal);
  if (reading.state === 'known') locationSchema.parse(reading.value);
  return reading;
}

const row = (text: string) => netstat.replace('default  ', `${text}\ndefault  `);

describe('which network a Mac is on (DEV1)', () => {
  it('finds the gateway, its hardware address with every byte in full, and that the Wi-Fi name is withheld', async () => {
    expect(await ask()).to.have.deep.property('value', {
      gateway: { address: '192.168.1.1', hardwareAddress: '02:00:5e:20:00:ac', link: 'wireless' },
      wifi: { name: null, accessPoint: null },
      addresses: ['192.168.1.58'],
      notRead: [
        { what: 'wifi-name', reason: 'permission-denied' },
        { what: 'access-point', reason: 'permission-denied' },
      ],
      vpn: false,
    });
    const told = ipconfig.replace('SSID : <redacted>', 'BSSID : 2:0:5e:20:0:ad\n  SSID : Sunflowers : Nursery');
    expect(await ask({ ipconfig: told })).to.have.deep.nested.property('value.wifi', {
      name: 'Sunflowers : Nursery',
      accessPoint: '02:00:5e:20:00:ad',
    });
  });

  it('takes "not associated" of the link that leads out for withheld, and makes no name of it', async () => {
    const withheld = recordedOnMac('networksetup_getairportnetwork-not-associated');
    expect(parseLinkSummary(withheld)).to.equal(undefined);
    expect(parseAirportNetwork(withheld)).to.equal('withheld');
    expect(parseAirportNetwork('en5 is not a Wi-Fi interface.\n')).to.equal(undefined);
    const older = await ask({ ipconfig: exited('', 1), networksetup: withheld });
    expect(older).to.have.deep.nested.property('value.wifi', { name: null, accessPoint: null });
    expect(older).to.have.nested.property('value.notRead').with.lengthOf(2);
    const named = await ask({ ipconfig: exited('', 1), networksetup: 'Current Wi-Fi Network: A: B\n' });
    expect(named).to.have.deep.nested.property('value.wifi', { name: 'A: B', accessPoint: null });
    expect(parseLinkSummary(ipconfig.replace('Active : TRUE', 'Active : FALSE'))).to.include({ wifi: null });
    expect(parseLinkSummary(ipconfig.replace('WiFi', 'Ethernet'))).to.deep.equal({ kind: 'wired', wifi: null });
  });

  it('leaves the hardware address open when the neighbour is unsettled or another’s', async () => {
    for (const said of [arp.replace('2:0:5e:20:0:ac', '(incomplete)'), arp.replace('en0', 'en7'), '', exited('', 1)])
      expect(await ask({ arp: said })).to.have.nested.property('value.gateway.hardwareAddress', null);
    expect(parseArp(arp, '192.168.1.77', 'en0')).to.equal(undefined);
    expect(hardwareAddress('0:0:0:0:0:0')).to.equal(null);
  });

  it('sees a VPN by its default route or its two halves, and reports the gateway below it', async () => {
    for (const tunnel of [
      'default            link#20            UCSg                utun4',
      '0/1                10.9.0.1           UGSc                utun4',
    ]) {
      const reading = await ask({ netstat: row(tunnel) });
      expect(reading).to.have.nested.property('value.vpn', true);
      expect(reading).to.have.nested.property('value.gateway.address', '192.168.1.1');
    }
    const scoped = await ask({ netstat: row('default            10.9.0.1           UGScIg              en5') });
    expect(scoped).to.have.nested.property('value.gateway.address', '192.168.1.1');
  });

  it('finds the columns of older systems by their header', () => {
    const older = `Routing tables\n\nInternet:\nDestination        Gateway            Flags        Refs      Use   Netif Expire\ndefault            192.168.0.1        UGSc            0        0     en0 \n`;
    expect(parseNetstat(older)?.defaults).to.deep.equal([{ link: 'en0', gateway: '192.168.0.1' }]);
  });

  it('is unknown without a way out, and when the table is not understood', async () => {
    expect(await ask({ netstat: netstat.replace(/default.*\n/, '') })).to.include({
      reason: 'no-network',
      detail: 'gateway',
    });
    expect(await ask({ netstat: 'Routing tables\n' })).to.include({ reason: 'not-understood', detail: 'netstat' });
    expect(await ask({ netstat: { kind: 'missing' } })).to.include({ reason: 'tool-missing', detail: 'netstat' });
  });

  it('takes damaged text without throwing, and other line ends as the same', () => {
    const whole = parseNetstat(netstat);
    for (const text of damaged(netstat))
      expect(parseNetstat(text)?.defaults ?? [])
        .to.be.an('array')
        .with.lengthOf.at.most(1);
    for (const text of damaged(ipconfig)) expect(parseLinkSummary(text)?.wifi?.name ?? null).to.equal(null);
    for (const text of damaged(arp))
      expect(parseArp(text, '192.168.1.1', 'en0')).to.be.oneOf([undefined, '02:00:5e:20:00:ac']);
    expect(parseNetstat(`\uFEFF${netstat.replaceAll('\n', '\r\n')}`)).to.deep.equal(whole);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (any) => {
        parseNetstat(any);
        parseArp(any, '192.168.1.1', 'en0');
        parseLinkSummary(any);
        parseAirportNetwork(any);
        parseLinkSummary(`<dictionary> {\n InterfaceType : WiFi\n SSID : ${any}\n}`);
      }),
    );
  });

  it('says of a Mac whose tools are missing that they are', async () => {
    const { probes, name } = createMacosPlatform(platformParts(atNoon), playback({}));
    expect(name).to.equal('macos');
    for (const section of ['encryption', 'sessions', 'location', 'media', 'rights', 'system'] as const)
      expect(await probes[section](new AbortController().signal), section).to.include({ reason: 'tool-missing' });
  });
});
