import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createFilteringProbe } from '../../../../agent/platform/macos/filtering.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { filteringSchema } from '../../../../shared/report/filtering.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { filtered, namesOf } from '../filter/network.ts';
import { type NameServer, startNameServer } from '../linux/name-server.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { plist, recordedOnMac } from './mac.ts';

/** In the form of `scutil --proxy`; made up, no recording is at hand. */
const noProxy = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  FTPPassive : 1
  HTTPEnable : 0
  ProxyAutoDiscoveryEnable : 0
}
`;
const netstat = recordedOnMac('netstat_rn-default');

describe('what on a Mac leads round the filter (DEV5)', () => {
  let server: NameServer;
  before(async () => {
    server = await startNameServer((name) => filtered[name as keyof typeof filtered] ?? 'nxdomain');
  });
  after(() => server.stop());

  interface Mac {
    files?: Record<string, string>;
    scutil?: string | ExecResult;
    netstat?: string | ExecResult;
  }

  async function look({ files = {}, ...tools }: Mac = {}) {
    const root = makeTempFolder();
    mkdirSync(join(root, 'Users/jo/Library'), { recursive: true });
    for (const [path, text] of Object.entries({ 'etc/hosts': '127.0.0.1 localhost\n', ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const probe = createFilteringProbe({
      exec: playback({ scutil: noProxy, netstat, ...tools }),
      clock: atNoon,
      settings: () => defaultDeviceSettings,
      servers: async () => [server.address],
      names: namesOf,
      nextDns: async () => undefined,
      root,
    });
    const reading = await probe(new AbortController().signal);
    if (reading.state !== 'known') return reading.reason;
    const { bypasses, bypassesUnread = [], state } = filteringSchema.parse(reading.value);
    expect(state).to.equal(bypasses.length > 0 ? 'partial' : 'on');
    return [...bypasses, ...bypassesUnread.map(({ what, reason }) => `${what}: ${reason}`)].join(', ');
  }

  it('is nothing on a plain Mac', async () => {
    expect(await look()).to.equal('');
  });

  it('is a proxy of any kind, and a VPN', async () => {
    for (const line of ['HTTPEnable : 1', 'HTTPSEnable : 1', 'SOCKSEnable : 1', 'ProxyAutoConfigEnable : 1'])
      expect(await look({ scutil: noProxy.replace('HTTPEnable : 0', line) })).to.equal('proxy');
    const tunnel = 'default            link#20            UCSg                utun4\ndefault  ';
    expect(await look({ netstat: netstat.replace('default  ', tunnel) })).to.equal('vpn');
  });

  it('is what browsers are set to, by managed preferences and by people', async () => {
    const managed = 'Library/Managed Preferences';
    const secure = plist('<dict><key>DnsOverHttpsMode</key><string>secure</string></dict>');
    expect(await look({ files: { [`${managed}/com.google.Chrome.plist`]: secure } })).to.equal('browser-doh');
    expect(await look({ files: { [`${managed}/jo/com.microsoft.Edge.plist`]: secure } })).to.equal('browser-doh');
    const firefox = plist('<dict><key>DNSOverHTTPS__Enabled</key><true/></dict>');
    expect(await look({ files: { [`${managed}/org.mozilla.firefox.plist`]: firefox } })).to.equal('browser-doh');
    expect(await look({ files: { [`${managed}/com.google.Chrome.plist`]: secure.slice(0, -9) } })).to.equal(
      'proxy: not-understood, browser-doh: not-understood',
    );
    const support = 'Users/jo/Library/Application Support';
    const chosen = JSON.stringify({ dns_over_https: { mode: 'secure' } });
    expect(await look({ files: { [`${support}/Google/Chrome/Local State`]: chosen } })).to.equal('browser-doh');
    const prefs = 'user_pref("network.trr.mode", 3);\n';
    expect(await look({ files: { [`${support}/Firefox/Profiles/a/prefs.js`]: prefs } })).to.equal('browser-doh');
  });

  it('is the hosts file when it answers for a test name', async () => {
    expect(await look({ files: { 'etc/hosts': '0.0.0.0 exampleadultsite.com\n' } })).to.equal('hosts-file');
  });

  it('is told as unread where a tool does not answer, and never as none', async () => {
    expect(await look({ scutil: { kind: 'missing' }, netstat: exited('', 1) })).to.equal(
      'vpn: tool-failed, proxy: tool-missing',
    );
    for (const text of damaged(noProxy))
      expect(await look({ scutil: text })).to.be.oneOf(['proxy: not-understood', '']);
    for (const text of ['', noProxy.slice(0, -2), 'No proxy\n'])
      expect(await look({ scutil: text })).to.equal('proxy: not-understood');
  });
});
