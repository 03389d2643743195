import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFilteringProbe } from '../../../../agent/platform/android/filtering.ts';
import type { NameAnswer } from '../../../../agent/platform/filter/verdict.ts';
import type { Interfaces } from '../../../../agent/platform/network/own-addresses.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { filteringSchema } from '../../../../shared/report/filtering.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { cloudflare, controls, everything, filtered, verdictOf } from '../filter/network.ts';
import type { Said } from '../linux/name-server.ts';
import { atNoon, playback } from '../recordings.ts';

const wlan: Interfaces = () => ({ wlan0: [] });

/** A device on a network that says this; the system's own look-ups tell a denial from a lost answer no more than real ones. */
async function ask(
  says: Record<string, Said>,
  { interfaces = wlan, tools = {} }: { interfaces?: Interfaces; tools?: Parameters<typeof playback>[0] } = {},
) {
  const hostsFile = join(makeTempFolder(), 'hosts');
  writeFileSync(hostsFile, '127.0.0.1 localhost\n');
  const asPrograms = async (name: string): Promise<NameAnswer> => {
    const said = says[name];
    return Array.isArray(said) ? { kind: 'addresses', addresses: said } : { kind: 'not-found' };
  };
  const probe = createFilteringProbe({
    ...{ exec: playback(tools), clock: atNoon, settings: () => defaultDeviceSettings, interfaces, hostsFile },
    names: (_signal, servers) => {
      expect(servers).to.deep.equal([]);
      return { servers: [], asPrograms };
    },
    nextDns: async () => undefined,
  });
  const reading = await probe(new AbortController().signal);
  if (reading.state === 'known') filteringSchema.parse(reading.value);
  return reading;
}

describe('whether web filtering is in force on Android (DEV5)', () => {
  it('is proved by what every app gets: a block page, nowhere, or the name itself', async () => {
    expect(verdictOf(await ask(filtered))).to.equal('on umbrella');
    expect(verdictOf(await ask({ ...controls, ...everything, ...cloudflare }))).to.equal('on cloudflare-families');
    expect(verdictOf(await ask({ ...controls, ...everything }))).to.equal('off');
  });

  it('is unknown when names are only denied, for an answer that was lost looks the same', async () => {
    expect(verdictOf(await ask(controls))).to.equal('unknown no-network resolver');
    expect(verdictOf(await ask({}))).to.equal('unknown no-network control-names');
  });

  it('says what no app may look for, and finds what it may', async () => {
    const plain = await ask(filtered);
    expect(plain).to.have.deep.nested.property('value.bypassesUnread', [
      { what: 'proxy', reason: 'blocked-by-permission' },
      { what: 'browser-doh', reason: 'blocked-by-permission' },
      { what: 'browser-extension', reason: 'blocked-by-permission' },
    ]);
    const proxied = await ask(filtered, { tools: { settings: '192.168.1.9:3128\n' } });
    expect(proxied).to.have.deep.nested.property('value.bypasses', ['proxy']);
    for (const none of ['null\n', ':0\n', ''])
      expect(await ask(filtered, { tools: { settings: none } })).to.have.deep.nested.property('value.bypasses', []);
  });

  it('sees a VPN by its link or its route, and says when it may see neither', async () => {
    const byLink = await ask(filtered, { interfaces: () => ({ wlan0: [], tun0: [] }) });
    expect(verdictOf(byLink)).to.equal('partial umbrella');
    const hidden = { interfaces: () => undefined };
    const route = { ip: 'default dev tun0 table 1040 proto static\n' };
    expect(verdictOf(await ask(filtered, { ...hidden, tools: route }))).to.equal('partial umbrella');
    expect(await ask(filtered, hidden)).to.have.deep.nested.property('value.bypassesUnread[0]', {
      what: 'vpn',
      reason: 'permission-denied',
    });
  });
});
