import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type FilterAnswer,
  filterScript,
  parseFilterAnswer,
} from '../../../../agent/platform/windows/filter-script.ts';
import { createFilteringProbe } from '../../../../agent/platform/windows/filtering.ts';
import type { PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { filteringSchema } from '../../../../shared/report/filtering.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { filtered, namesOf } from '../filter/network.ts';
import { type NameServer, startNameServer } from '../linux/name-server.ts';
import { atNoon } from '../recordings.ts';
import { said } from './windows-device.ts';

const nothing: FilterAnswer = {
  policies: { chrome: [], edge: [], brave: [], chromium: [], firefox: [] },
  proxies: [0, 0],
  winhttp: 0,
  homes: [],
  denied: 0,
};
const network = {
  routes: [{ to: '0.0.0.0/0', via: '192.168.1.1', link: 12, metric: 45 }],
  links: [{ indexes: [12], id: '{x}', type: 71, about: 'Wi-Fi', addresses: [] }],
  neighbours: [],
};

describe('what on a Windows device leads round the filter (DEV5)', () => {
  let server: NameServer;
  before(async () => {
    server = await startNameServer((name) => filtered[name as keyof typeof filtered] ?? 'nxdomain');
  });
  after(() => server.stop());

  interface Machine {
    registry?: Partial<FilterAnswer> | PowerShellAnswer;
    routes?: typeof network;
    /** Folders of people, below the system's drive. */
    homes?: string[];
    /** Files below the system's drive. */
    files?: Record<string, string>;
  }

  async function look({ registry = {}, routes = network, files = {}, homes = ['Users/jo'] }: Machine) {
    const root = makeTempFolder();
    for (const [path, text] of Object.entries({ 'Windows/System32/drivers/etc/hosts': '', ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const answer =
      'kind' in registry
        ? registry
        : said(JSON.stringify({ ...nothing, homes: homes.map((home) => join(root, home)), ...registry }));
    const probe = createFilteringProbe({
      clock: atNoon,
      settings: () => defaultDeviceSettings,
      powershell: { ask: async (script) => (script === filterScript ? answer : said(JSON.stringify(routes))) },
      systemRoot: join(root, 'Windows'),
      programFolders: [join(root, 'Program Files')],
      servers: async () => [server.address],
      names: namesOf,
      nextDns: async () => undefined,
    });
    const reading = await probe(new AbortController().signal);
    if (reading.state !== 'known') return reading.reason;
    const { bypasses, bypassesUnread = [], state } = filteringSchema.parse(reading.value);
    expect(state).to.equal(bypasses.length > 0 ? 'partial' : 'on');
    return [...bypasses, ...bypassesUnread.map(({ what, reason }) => `${what}: ${reason}`)].join(', ');
  }

  it('is nothing on a plain device', async () => {
    expect(await look({})).to.equal('');
    // One that stands alone comes without its list, an empty one as nothing.
    const bare = `{"policies":{"chrome":null,"edge":{"value":[],"Count":0},"brave":[],"chromium":[],"firefox":[]},"proxies":0,"winhttp":0,"homes":"C:/Users/jo","denied":0}`;
    expect(await look({ registry: said(bare) })).to.equal('');
  });

  it('is a proxy of a person or of services, and a VPN', async () => {
    expect(await look({ registry: { proxies: [0, 1] } })).to.equal('proxy');
    expect(await look({ registry: { winhttp: 1 } })).to.equal('proxy');
    const links = [{ ...network.links[0], type: 23, indexes: [12], id: '{x}', about: 'Office', addresses: [] }];
    expect(await look({ routes: { ...network, links } })).to.equal('vpn');
  });

  it('is what browsers are set to, by policy in the registry and by people', async () => {
    const of = (browser: keyof FilterAnswer['policies'], row: object) =>
      look({ registry: { policies: { ...nothing.policies, [browser]: [{ DnsOverHttpsMode: null }, row] } } });
    for (const browser of ['chrome', 'edge', 'brave', 'chromium'] as const) {
      expect(await of(browser, { DnsOverHttpsMode: 'secure' })).to.equal('browser-doh');
      expect(await of(browser, { DnsOverHttpsMode: 'off', ProxySettings: '{"ProxyMode":"pac_script"}' })).to.equal(
        'proxy',
      );
    }
    const firefox = { DNSOverHTTPS: { Enabled: 1, Locked: null }, Proxy: { Mode: 'manual' } };
    expect(await of('firefox', firefox)).to.equal('proxy, browser-doh');
    expect(await of('firefox', { DNSOverHTTPS: { Enabled: 0, Locked: 1 }, Proxy: { Mode: null } })).to.equal('');
    const set = (mode: unknown) =>
      of('firefox', { Preferences: { 'network.trr.mode': mode, 'network.proxy.type': null } });
    expect(await set({ Value: 3, Status: 'locked' })).to.equal('browser-doh');
    expect(await set(2)).to.equal('browser-doh');
    for (const none of [null, { Value: 5, Status: 'locked' }]) expect(await set(none)).to.equal('');
    const chosen = JSON.stringify({ dns_over_https: { mode: 'secure' } });
    const edge = { 'Users/jo/AppData/Local/Microsoft/Edge/User Data/Local State': chosen };
    expect(await look({ files: edge })).to.equal('browser-doh');
    const off = { policies: { ...nothing.policies, edge: [{ DnsOverHttpsMode: 'off' }] } };
    expect(await look({ files: edge, registry: off })).to.equal('');
    const policies = {
      'Program Files/Mozilla Firefox/distribution/policies.json': '{"policies":{"DNSOverHTTPS":{"Enabled":true}}}',
    };
    expect(await look({ files: policies })).to.equal('browser-doh');
    const prefs = {
      'Users/jo/AppData/Roaming/Mozilla/Firefox/Profiles/a/prefs.js': 'user_pref("network.trr.mode", 2);\r\n',
    };
    expect(await look({ files: prefs })).to.equal('browser-doh');
  });

  it('is an extension that may lead traffic elsewhere, and the hosts file', async () => {
    const id = 'aapbdbdomjkkjkaonfhkkikfgjllcleb';
    const manifest = `Users/jo/AppData/Local/Google/Chrome/User Data/Default/Extensions/${id}/1/manifest.json`;
    const files = { [manifest]: '\uFEFF{"permissions":["proxy"]}' };
    expect(await look({ files })).to.equal('browser-extension');
    const forced = { policies: { ...nothing.policies, chrome: [{ ExtensionInstallForcelist: [`${id};https://x/`] }] } };
    expect(await look({ files, registry: forced })).to.equal('');
    const hosts = { 'Windows/System32/drivers/etc/hosts': '0.0.0.0 exampleadultsite.com\r\n' };
    expect(await look({ files: hosts })).to.equal('hosts-file');
  });

  it('is told as unread where a list of policies is none, and found in one that stands alone', async () => {
    const of = (chrome: unknown) =>
      look({
        registry: said(JSON.stringify({ ...nothing, homes: ['/nowhere'], policies: { ...nothing.policies, chrome } })),
      });
    expect(await of({ DnsOverHttpsMode: 'secure' })).to.equal('browser-doh');
    expect(await of({ ProxyMode: 'fixed_servers' })).to.equal('proxy');
    for (const cut of [
      'System.Object[]',
      '@{DnsOverHttpsMode=secure}',
      true,
      7,
      [null],
      ['System.Collections.Hashtable'],
    ])
      expect(await of(cut), JSON.stringify(cut)).to.equal('proxy: not-understood, browser-doh: not-understood');
  });

  it('lets no person’s policy stand for another’s', async () => {
    const [sam, jo] = ['S-1-5-21-1-2-3-1001', 'S-1-5-21-1-2-3-1002'];
    const rows = (...edge: object[]) => ({ policies: { ...nothing.policies, edge } });
    const [unset, off, secure] = [{}, { DnsOverHttpsMode: 'off' }, { DnsOverHttpsMode: 'secure' }];
    for (const told of [{}, { signedIn: [sam, jo], people: [sam], homes: ['/nowhere'] }])
      for (const edge of [rows(unset, off, secure), rows(unset, secure, off)])
        expect(await look({ registry: { ...edge, ...told } })).to.equal('browser-doh');
    expect(await look({ registry: rows(off, secure, secure) }), 'the device’s goes first').to.equal('');

    const chosen = { 'jo/AppData/Local/Microsoft/Edge/User Data/Local State': '{"dns_over_https":{"mode":"secure"}}' };
    const people = { signedIn: [sam, jo], people: [sam, jo] };
    const ofJo = (edge: object) => look({ files: chosen, registry: { ...edge, ...people }, homes: ['sam', 'jo'] });
    expect(await ofJo(rows(unset, off, unset))).to.equal('browser-doh');
    expect(await ofJo(rows(unset, unset, off)), 'a policy of her own forbids it').to.equal('');
    const gone = { signedIn: [sam], people: [sam, jo] };
    expect(
      await look({ files: chosen, registry: { ...rows(unset, off), ...gone }, homes: ['sam', 'jo'] }),
      'not signed in',
    ).to.equal('browser-doh');
  });

  it('is told as unread where a person’s folder is not', async () => {
    const all = ['proxy', 'browser-doh', 'browser-extension'].map((way) => `${way}: not-understood`).join(', ');
    for (const home of ['', 'Users\\jo', '%SystemDrive%\\Users\\jo'])
      expect(await look({ registry: { homes: ['/nowhere', home] } }), home).to.equal(all);
  });

  it('is told as unread where the registry cannot be, and never as none', async () => {
    const unread = (reason: string) =>
      ['proxy', 'browser-doh', 'browser-extension'].map((way) => `${way}: ${reason}`).join(', ');
    expect(await look({ registry: { kind: 'missing' } })).to.equal(unread('tool-missing'));
    expect(await look({ registry: { kind: 'constrained' } })).to.equal(unread('tool-missing'));
    expect(await look({ registry: { kind: 'timed-out' } })).to.equal(unread('timed-out'));
    expect(await look({ registry: { denied: 2 } })).to.equal(
      'proxy: permission-denied, browser-doh: permission-denied',
    );
    expect(await look({ registry: { homes: [] } })).to.equal(unread('permission-denied'));
    const whole = JSON.stringify(nothing);
    for (const text of ['', whole.slice(0, -1), whole.slice(0, 40), '[]', 'null', '{"proxies":[0]}'])
      expect(await look({ registry: said(text) })).to.equal(unread('not-understood'));
    expect(await look({ routes: { ...network, routes: [] } })).to.equal('vpn: tool-failed');
    const broken = { ...network, routes: undefined } as never;
    expect(await look({ routes: broken })).to.equal('vpn: not-understood');
  });

  it('is read from any text without throwing', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseFilterAnswer(text)));
    expect(parseFilterAnswer('x'.repeat(8_000_000))).to.equal(undefined);
  });

  it('is asked in one line of plain characters, which leaves names of servers in the registry', () => {
    expect(filterScript).to.match(/^[\x20-\x7e]+$/);
    expect(filterScript).to.not.match(/\bproxyserver=/i);
  });
});
