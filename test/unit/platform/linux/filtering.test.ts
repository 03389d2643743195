import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { systemServers } from '../../../../agent/platform/filter/resolver.ts';
import { createFilteringProbe, createServers } from '../../../../agent/platform/linux/filtering.ts';
import { parseResolvConf } from '../../../../agent/platform/linux/resolv-conf.ts';
import type { Tunnels } from '../../../../agent/platform/linux/tunnels.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { filteringSchema } from '../../../../shared/report/filtering.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { filtered, namesOf } from '../filter/network.ts';
import { atNoon, recorded } from '../recordings.ts';
import { type NameServer, startNameServer } from './name-server.ts';

const mail = 'aapbdbdomjkkjkaonfhkkikfgjllcleb';

/** A laptop's files on a real disk, on a network that filters. */
function createLaptop() {
  const root = makeTempFolder();
  const home = join(root, 'home/jo');
  mkdirSync(home, { recursive: true });
  const write = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return join(root, path);
  };
  write('etc/hosts', '127.0.0.1 localhost\n');
  return { root, home, write };
}

describe('what on a Linux device leads round the filter (DEV5)', () => {
  let server: NameServer;
  before(async () => {
    server = await startNameServer((name) => filtered[name as keyof typeof filtered] ?? 'nxdomain');
  });
  after(() => server.stop());

  function probeOf(
    laptop: ReturnType<typeof createLaptop>,
    tunnels: Tunnels = { takeOver: false },
    homes: readonly string[] | null = [laptop.home],
  ) {
    return createFilteringProbe({
      clock: atNoon,
      settings: () => defaultDeviceSettings,
      homes: async () => homes ?? undefined,
      tunnels: async () => tunnels,
      servers: () => [server.address],
      names: namesOf,
      root: laptop.root,
      nextDns: async () => undefined,
    });
  }

  async function look(probe: ReturnType<typeof probeOf>) {
    const reading = await probe(new AbortController().signal);
    if (reading.state !== 'known') return reading.reason;
    const { bypasses, bypassesUnread = [], state } = filteringSchema.parse(reading.value);
    expect(state).to.equal(bypasses.length > 0 ? 'partial' : 'on');
    return [...bypasses, ...bypassesUnread.map(({ what, reason }) => `${what}: ${reason}`)].join(', ');
  }

  /** What is found with this one file, and that nothing is found without it. */
  async function withFile(path: string, text: string | Buffer): Promise<string> {
    const laptop = createLaptop();
    const probe = probeOf(laptop);
    expect(await look(probe)).to.equal('');
    laptop.write(path, text);
    return look(probe);
  }

  it('sees a proxy in the files that set programs’ environment', async () => {
    expect(await withFile('etc/environment', 'PATH=/bin\nhttps_proxy="http://proxy:3128"\n')).to.equal('proxy');
    expect(await withFile('etc/environment.d/90-x.conf', 'ALL_PROXY=socks5://h:1\r\n')).to.equal('proxy');
    expect(await withFile('etc/profile.d/p.sh', '  export http_proxy=http://h:1\n')).to.equal('proxy');
    expect(await withFile('home/jo/.profile', 'export HTTP_PROXY=http://h:1\n')).to.equal('proxy');
    expect(await withFile('home/jo/.pam_environment', 'http_proxy DEFAULT=http://h:1\n')).to.equal('proxy');
    expect(await withFile('home/jo/.config/kioslaverc', '[A]\nx=1\n[Proxy Settings]\nB=2\nProxyType=2\n')).to.equal(
      'proxy',
    );
    expect(await withFile('home/jo/.config/kioslaverc', '[Proxy Settings]\nProxyType=0\n[B]\nProxyType=1\n')).to.equal(
      '',
    );
    expect(await withFile('etc/environment', '# http_proxy=x\nno_proxy=localhost\nhttp_proxy=\n')).to.equal('');
  });

  it('sees a proxy in further forms of them, and none in what sets none', async () => {
    const forms = [
      'if true; then export http_proxy=http://h:1; fi',
      'export LANG=C http_proxy=http://h:1',
      'typeset -x https_proxy=http://h:1',
      'set -gx https_proxy http://h:1',
      'setenv ALL_PROXY socks5://h:1',
    ];
    for (const form of forms) expect(await withFile('home/jo/.zprofile', `${form}\n`), form).to.equal('proxy');
    for (const none of [
      '# export http_proxy=http://h:1',
      'unset http_proxy',
      'export no_proxy=x',
      'export http_proxy=',
    ])
      expect(await withFile('home/jo/.zshenv', `${none}\n`), none).to.equal('');
    const kde = (text: string) => withFile('home/jo/.config/kioslaverc', text);
    expect(await kde('[Proxy Settings][$i]\nProxyType=1\n')).to.equal('proxy');
    expect(await kde('[Proxy Settings]\nProxyType[$i]=2\n')).to.equal('proxy');
  });

  it('sees GNOME’s proxy in its database, and says that it is unread where that is not understood', async () => {
    const user = 'home/jo/.config/dconf/user';
    expect(await withFile(user, gvdb('/system/proxy/mode', 'manual'))).to.equal('proxy');
    expect(await withFile('etc/dconf/db/local', gvdb('/system/proxy/mode', 'auto'))).to.equal('proxy');
    expect(await withFile(user, gvdb('/system/proxy/mode', 'none'))).to.equal('');
    expect(await withFile(user, gvdb('/org/gnome/other', 'manual'))).to.equal('');
    expect(await withFile(user, Buffer.from('GVariant\0\0system/proxy/mode\0'))).to.equal('proxy: not-understood');
  });

  it('sees DNS over HTTPS that a person chose in Chrome and its relatives', async () => {
    const state = (mode: string, templates = '') => JSON.stringify({ other: {}, dns_over_https: { mode, templates } });
    for (const folder of ['google-chrome', 'chromium', 'microsoft-edge', 'BraveSoftware/Brave-Browser'])
      expect(await withFile(`home/jo/.config/${folder}/Local State`, state('secure', 'https://x/'))).to.equal(
        'browser-doh',
      );
    const chrome = 'home/jo/.config/google-chrome/Local State';
    expect(await withFile(chrome, state('automatic', 'https://x/'))).to.equal('browser-doh');
    // The same provider's as the network's, and falling back to it.
    expect(await withFile(chrome, state('automatic'))).to.equal('');
    expect(await withFile(chrome, state('off', 'https://x/'))).to.equal('');
    expect(await withFile(chrome, '{"dns_over_https":{"mode"')).to.equal('browser-doh: not-understood');
  });

  it('lets a manager’s policy go before what a person chose', async () => {
    const laptop = createLaptop();
    const chosen = JSON.stringify({ dns_over_https: { mode: 'secure', templates: 'https://x/' } });
    laptop.write('home/jo/.config/google-chrome/Local State', chosen);
    laptop.write('etc/opt/chrome/policies/recommended/a.json', '{"DnsOverHttpsMode":"secure"}');
    const policy = laptop.write('etc/opt/chrome/policies/managed/a.json', '{"DnsOverHttpsMode":"off"}');
    const probe = probeOf(laptop);
    expect(await look(probe)).to.equal('');
    writeFileSync(policy, '{"DnsOverHttpsMode":"secure","ProxyMode":"fixed_servers"}');
    expect(await look(probe)).to.equal('proxy, browser-doh');
    writeFileSync(policy, '{"ProxySettings":{"ProxyMode":"pac_script"},"DnsOverHttpsMode":"off",}');
    expect(await look(probe)).to.equal('browser-doh, proxy: not-understood');
  });

  it('sees what Firefox is set to, by policy and by each profile', async () => {
    const prefs = (lines: string) =>
      withFile('home/jo/.mozilla/firefox/a1.default-esr/prefs.js', `// Mozilla\n${lines}`);
    expect(await prefs('user_pref("network.trr.mode", 3);\n')).to.equal('browser-doh');
    expect(await prefs('user_pref("network.trr.mode", 2);\r\nuser_pref("network.proxy.type", 1);\r\n')).to.equal(
      'proxy, browser-doh',
    );
    expect(await prefs('user_pref("doh-rollout.mode", 2);\n')).to.equal('browser-doh');
    expect(await prefs('user_pref("doh-rollout.mode", 2);\nuser_pref("network.trr.mode", 5);\n')).to.equal('');
    expect(await prefs('user_pref("network.proxy.type", 5);\n')).to.equal('');
    expect(
      await withFile('home/jo/snap/firefox/common/.mozilla/firefox/x/user.js', 'user_pref("network.trr.mode", 3);'),
    ).to.equal('browser-doh');
    const policies = (doh: object) =>
      withFile('etc/firefox/policies/policies.json', JSON.stringify({ policies: { DNSOverHTTPS: doh } }));
    expect(await policies({ Enabled: true })).to.equal('browser-doh');
    expect(await policies({ Enabled: false, Locked: true })).to.equal('');
    const set = (name: string, value: unknown) =>
      withFile('etc/firefox/policies/policies.json', JSON.stringify({ policies: { Preferences: { [name]: value } } }));
    expect(await set('network.trr.mode', { Value: 3, Status: 'locked' })).to.equal('browser-doh');
    expect(await set('network.trr.mode', 2)).to.equal('browser-doh');
    expect(await set('network.proxy.type', { Value: 1 })).to.equal('proxy');
    for (const value of [{ Value: 5, Status: 'locked' }, { Value: 2, Status: 'clear' }, 'much', null, { Value: '3' }])
      expect(await set('network.trr.mode', value), JSON.stringify(value)).to.equal('');
    const laptop = createLaptop();
    laptop.write('home/jo/.mozilla/firefox/p/prefs.js', 'user_pref("network.trr.mode", 3);\n');
    laptop.write('etc/firefox/policies/policies.json', '{"policies":{"Preferences":{"network.trr.mode":5}}}');
    expect(await look(probeOf(laptop))).to.equal('');
    laptop.write('etc/firefox/policies/policies.json', '{"policies":{"DNSOverHTTPS":{"Enabled":false,"Locked":true}}}');
    expect(await look(probeOf(laptop))).to.equal('');
  });

  it('sees extensions that may lead traffic elsewhere, but for those a manager put in', async () => {
    const laptop = createLaptop();
    const folder = `home/jo/.config/chromium/Profile 1/Extensions/${mail}/1.0_0/manifest.json`;
    const manifest = (permission: string) => JSON.stringify({ permissions: ['tabs', { usb: [] }, permission] });
    const path = laptop.write(folder, manifest('storage'));
    const probe = probeOf(laptop);
    expect(await look(probe)).to.equal('');
    for (const permission of ['proxy', 'vpnProvider']) {
      writeFileSync(path, manifest(permission));
      expect(await look(probe)).to.equal('browser-extension');
    }
    writeFileSync(path, '{');
    expect(await look(probe)).to.equal('browser-extension: not-understood');
    writeFileSync(path, manifest('proxy'));
    laptop.write('etc/chromium/policies/managed/x.json', `{"ExtensionInstallForcelist":["${mail};https://x/"]}`);
    expect(await look(probe)).to.equal('');
    const addons = (location: string) =>
      JSON.stringify({
        addons: [{ location, userPermissions: { permissions: ['proxy'] } }, { userPermissions: null }],
      });
    expect(await withFile('home/jo/.mozilla/firefox/p/extensions.json', addons('app-profile'))).to.equal(
      'browser-extension',
    );
    expect(await withFile('home/jo/.mozilla/firefox/p/extensions.json', addons('app-builtin'))).to.equal('');
  });

  it('sees a VPN, and says so when it cannot be told', async () => {
    expect(await look(probeOf(createLaptop(), { takeOver: true }))).to.equal('vpn');
    expect(await look(probeOf(createLaptop(), { takeOver: 'unread' }))).to.equal('vpn: blocked-by-permission');
  });

  it('never takes a home that cannot be read for one without ways round', async () => {
    const laptop = createLaptop();
    const loop = join(laptop.root, 'home/loop');
    symlinkSync(loop, loop);
    expect(await look(probeOf(laptop, { takeOver: false }, [laptop.home, loop]))).to.equal(
      'proxy: tool-failed, browser-doh: tool-failed, browser-extension: tool-failed',
    );
    expect(await look(probeOf(laptop, { takeOver: false }, null))).to.equal(
      'proxy: blocked-by-permission, browser-doh: blocked-by-permission, browser-extension: blocked-by-permission',
    );
  });

  it('reads a file again only when it changed', async () => {
    const laptop = createLaptop();
    const path = laptop.write('etc/environment', 'x=1\n');
    const probe = probeOf(laptop);
    expect(await look(probe)).to.equal('');
    writeFileSync(path, 'http_proxy=http://h:1\n');
    utimesSync(path, 1, 1);
    expect(await look(probe)).to.equal('proxy');
  });

  it('asks the resolvers behind one on the device itself, each by itself', () => {
    expect(parseResolvConf(recorded('resolv_conf-networkmanager.txt'))).to.deep.equal(['10.0.2.3']);
    const text =
      '\uFEFF# nameserver 1.1.1.1\r\nnameserver 127.0.0.53\r\nnameserver fe80::1%eth0\r\nsearch nursery.lan\r\nnameserver 2001:db8::1\r\n';
    expect(parseResolvConf(text)).to.deep.equal(['127.0.0.53', '2001:db8::1']);
    for (const noise of ['', '\0'.repeat(8_000_000), 'nameserver '.repeat(700_000)])
      expect(parseResolvConf(noise)).to.deep.equal([]);
  });
});

/** A database of dconf with one text in it. */
function gvdb(path: string, text: string): Buffer {
  const value = Buffer.from(`${text}\0\0s`);
  const header = Buffer.concat([Buffer.from('GVariant'), numbers(0, 0, 24, 60)]);
  // A table: no filter, one bucket, then the item with its name and value behind the table.
  const [nameAt, valueAt] = [60, 60 + path.length];
  const item = Buffer.concat([
    numbers(0, 0xffff_ffff, nameAt),
    Buffer.alloc(4),
    numbers(valueAt, valueAt + value.length),
  ]);
  item.writeUInt16LE(path.length, 12);
  item.write('v', 14);
  return Buffer.concat([header, numbers(0, 1, 0), item, Buffer.from(path), value]);
}

function numbers(...all: readonly number[]): Buffer {
  const bytes = Buffer.alloc(all.length * 4);
  for (const [at, number] of all.entries()) bytes.writeUInt32LE(number, at * 4);
  return bytes;
}

describe('the resolvers that programs on Linux are set to', () => {
  it('are asked for again only when the file that names them is another text, or cannot be read', () => {
    let text: string | undefined = 'nameserver 10.0.0.1\n';
    let asked = 0;
    const servers = createServers(
      () => text,
      () => {
        asked += 1;
        return [String(asked)];
      },
    );
    expect([servers(), servers()]).to.deep.equal([['1'], ['1']]);
    text = 'nameserver 10.0.0.2\n';
    expect([servers(), servers()]).to.deep.equal([['2'], ['2']]);
    text = undefined;
    expect([servers(), servers()]).to.deep.equal([['3'], ['4']]);
    text = 'nameserver 10.0.0.2\n';
    expect([servers(), servers()]).to.deep.equal([['5'], ['5']]);
  });

  it('are not kept when the file was written while they were asked for', () => {
    const texts = ['one', 'two', 'two', 'two', 'two'];
    let asked = 0;
    const servers = createServers(
      () => texts.shift(),
      () => {
        asked += 1;
        return [String(asked)];
      },
    );
    expect([servers(), servers(), servers()]).to.deep.equal([['1'], ['2'], ['2']]);
  });

  it('are those that a resolver of this very machine would ask', () => {
    expect(createServers(() => 'x')()).to.deep.equal(systemServers());
  });
});
