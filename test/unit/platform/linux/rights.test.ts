import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createExec } from '../../../../agent/platform/exec.ts';
import { createHomeFiles, createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { createRightsProbe } from '../../../../agent/platform/linux/rights.ts';
import type { Look } from '../../../../agent/platform/platform.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { known, type Reading, unknown } from '../../../../shared/reading.ts';
import { type Rights, rightsSchema } from '../../../../shared/report/rights.ts';
import type { Session, Sessions } from '../../../../shared/report/sessions.ts';
import { exited, playback, recorded } from '../recordings.ts';
import { createSystemTree, type SystemTree } from './system-tree.ts';

const live = () => new AbortController().signal;
const at = '2026-11-21T12:00:00.000Z';

function session(person: string, where: Session['where'] = 'graphical', id = '2'): Session {
  return { id, person, where, since: null, activity: 'active', locked: null };
}

describe('rights on Linux (DEV7, DEV8)', () => {
  let tree: SystemTree;
  beforeEach(() => {
    tree = createSystemTree();
    tree.write('/etc/passwd', 'sam:x:1000:1000::/home/sam:/bin/sh\nagency:x:1001:1001::/home/agency:/bin/sh\n');
    tree.write('/etc/group', 'sudo:x:27:sam\n');
    tree.folder('/run/systemd/system');
  });
  afterEach(() => tree.clean());

  function setup(
    given: {
      exec?: ReturnType<typeof playback>;
      sessions?: Reading<Sessions>;
      isAdministrator?: boolean;
      now?: () => number;
    } = {},
  ) {
    const state = { sessions: given.sessions ?? known({ sessions: [session('sam')] }, at) };
    const exec = given.exec ?? playback({ nft: '' });
    const probe = createRightsProbe({
      clock: { now: given.now ?? (() => Date.parse(at)) },
      exec,
      files: createSystemFiles(tree.root),
      homeFiles: createHomeFiles(tree.root),
      isAdministrator: given.isAdministrator ?? true,
      sessions: async () => state.sessions,
    });
    const look = async (how: Look = 'glance'): Promise<Rights> => {
      const reading = await probe(live(), how);
      if (reading.state !== 'known') throw new Error(reading.reason);
      return rightsSchema.parse(reading.value);
    };
    return { state, exec, probe, look };
  }
  const said = (reading: Reading<unknown>) => (reading.state === 'known' ? reading.value : reading.reason);

  it('names everybody with a session once, with what they may do', async () => {
    const sessions = known(
      { sessions: [session('sam'), session('sam', 'remote', '3'), session('agency', 'console', '4')] },
      at,
    );
    const { people } = await setup({ sessions }).look();
    expect(people.map(({ person, administrator }) => [person, said(administrator)])).to.deep.equal([
      ['agency', false],
      ['sam', true],
    ]);
  });

  it('is unknown when it is not known who is signed in, and empty when nobody is', async () => {
    expect(await setup({ sessions: unknown('tool-failed', at, 'loginctl') }).probe(live())).to.include({
      state: 'unknown',
      reason: 'tool-failed',
      detail: 'loginctl',
    });
    expect((await setup({ sessions: known({ sessions: [] }, at) }).look()).people).to.deep.equal([]);
  });

  it('reads nothing again and starts nothing in rounds while nothing changed, for half an hour; an order looks anew', async () => {
    let now = Date.parse(at);
    const { look, exec, state } = setup({ now: () => now });
    const first = await look();
    for (let index = 0; index < 3; index += 1) expect(await look()).to.deep.equal(first);
    expect(exec.calls).to.deep.equal(['nft list ruleset']);
    tree.write('/etc/group', 'sudo:x:27:\n');
    expect(said((await look()).people[0]?.administrator ?? unknown('not-asked-yet', at))).to.equal(false);
    state.sessions = known({ sessions: [] }, at);
    expect((await look()).people).to.deep.equal([]);
    expect(exec.calls).to.have.length(3);
    now += 31 * 60 * 1000;
    expect((await look()).firewall.at).to.equal('2026-11-21T12:31:00.000Z');
    expect(exec.calls).to.have.length(4);
    await look('new');
    expect(exec.calls).to.have.length(5);
  });

  it('takes a lock for none that opens without a password', async () => {
    tree.write('/run/systemd/sessions/2', 'DESKTOP=gnome\n');
    const lock = async (status: string, isAdministrator = true) => {
      const exec = playback({ nft: '', passwd: status });
      return said(
        (await setup({ exec, isAdministrator }).look()).people[0]?.screenLock ?? unknown('not-asked-yet', at),
      );
    };
    expect(await lock('sam P 2026-09-01 0 99999 7 -1\n')).to.deep.equal({ on: true, afterSeconds: 300 });
    expect(await lock('sam NP 2026-09-01 0 99999 7 -1\n')).to.deep.equal({ on: false, afterSeconds: null });
    tree.write('/etc/group', 'nopasswdlogin:x:130:sam\n');
    expect(await lock('sam P 2026-09-01\n', false)).to.deep.equal({ on: false, afterSeconds: null });
  });

  describe('the firewall', () => {
    for (const [recording, verdict] of [
      ['nft_ruleset-policy-drop.txt', { on: true }],
      ['nft_ruleset-firewalld-like.txt', { on: true }],
      ['nft_ruleset-open.txt', { on: false }],
      ['nft_ruleset-fail2ban.txt', 'not-understood'],
    ] as const) {
      it(`is judged by the kernel's own rules: ${recording}`, async () => {
        expect(said((await setup({ exec: playback({ nft: recorded(recording) }) }).look()).firewall)).to.deep.equal(
          verdict,
        );
      });
    }

    it('is unknown where the rules may not be seen, cannot be asked for, or may be the older kind', async () => {
      expect(said((await setup({ isAdministrator: false }).look()).firewall)).to.equal('permission-denied');
      expect(said((await setup({ exec: playback({}) }).look()).firewall)).to.equal('tool-missing');
      expect(said((await setup({ exec: playback({ nft: exited('', 1) }) }).look()).firewall)).to.equal('tool-failed');
      tree.write('/proc/net/ip_tables_names', 'filter\n');
      expect(said((await setup().look()).firewall)).to.equal('not-understood');
    });

    it('is on by ufw without a process where it is enabled, refuses and was started', async () => {
      const { look, exec } = setup({ isAdministrator: false });
      tree.write('/etc/ufw/ufw.conf', '# on\nENABLED=yes\nLOGLEVEL=low\n');
      tree.write('/etc/default/ufw', 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n');
      tree.link('/etc/systemd/system/multi-user.target.wants/ufw.service', '/lib/systemd/system/ufw.service');
      expect(said((await look()).firewall)).to.equal('permission-denied');
      tree.link('/run/systemd/units/invocation:ufw.service', 'c0ffee');
      expect(said((await look()).firewall)).to.deep.equal({ on: true });
      expect(exec.calls).to.deep.equal([]);
      tree.write('/etc/default/ufw', 'IPV6=yes\nDEFAULT_INPUT_POLICY="ACCEPT"\n');
      expect(said((await look()).firewall)).to.equal('permission-denied');
    });

    it('is not on by ufw where a rule of its own lets everything in', async () => {
      const { look } = setup({ isAdministrator: false });
      tree.write('/etc/ufw/ufw.conf', 'ENABLED=yes\n');
      tree.write('/etc/default/ufw', 'DEFAULT_INPUT_POLICY="DROP"\n');
      tree.link('/run/systemd/units/invocation:ufw.service', 'c0ffee');
      const by = async (rule: string, file = 'user.rules') => {
        tree.write(`/etc/ufw/${file}`, `*filter\n### RULES ###\n${rule}\nCOMMIT\n`);
        return said((await look()).firewall);
      };
      for (const rule of ['', ' -i wlp2s0', ' -p tcp', ' -i eth0 -p udp'])
        expect(await by(`-A ufw-user-input${rule} -j ACCEPT`), rule).to.equal('permission-denied');
      for (const rule of [' -p tcp --dport 22', ' -s 192.168.1.0/24', ' -i lo', ' -i wlp2s0 -p tcp --dport 80'])
        expect(await by(`-A ufw-user-input${rule} -j ACCEPT`), rule).to.deep.equal({ on: true });
      expect(await by('-A ufw6-user-input -j ACCEPT', 'user6.rules')).to.equal('permission-denied');
      expect(await by('', 'user6.rules')).to.deep.equal({ on: true });
      expect(await by('-A ufw-before-input -j ACCEPT', 'before.rules')).to.equal('permission-denied');
    });

    it('is not on by firewalld where a card is in a zone that lets everything in', async () => {
      const { look } = setup({ isAdministrator: false });
      tree.write('/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs', '812\n');
      tree.write('/etc/firewalld/zones/trusted.xml', '<zone target="ACCEPT"></zone>');
      tree.write('/etc/firewalld/zones/public.xml', '<zone><interface name="eth0"/></zone>');
      expect(said((await look()).firewall)).to.deep.equal({ on: true });
      tree.write('/etc/firewalld/zones/trusted.xml', '<zone target="ACCEPT"><interface name="wlp2s0"/></zone>');
      expect(said((await look()).firewall)).to.equal('permission-denied');
      tree.remove('/etc/firewalld/zones/trusted.xml');
      tree.write('/etc/firewalld/zones/public.xml', '<zone><rule priority="1">\n <accept/> </rule></zone>');
      expect(said((await look()).firewall)).to.equal('permission-denied');
    });

    it('is on by firewalld without a process where it runs and its default zone refuses', async () => {
      const { look } = setup({ isAdministrator: false });
      tree.write('/run/firewalld.pid', '77\n');
      tree.write('/proc/77/comm', 'cat\n');
      expect(said((await look()).firewall)).to.equal('permission-denied');
      tree.write('/proc/77/comm', 'firewalld\n');
      expect(said((await look()).firewall)).to.deep.equal({ on: true });
      tree.remove('/run/firewalld.pid');
      tree.write('/sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs', '812\n');
      tree.write('/etc/firewalld/firewalld.conf', '# the zone\nDefaultZone=FedoraWorkstation\n');
      expect(said((await look()).firewall)).to.deep.equal({ on: true });
      tree.write('/etc/firewalld/zones/FedoraWorkstation.xml', '<zone target="ACCEPT"><short>x</short></zone>');
      expect(said((await look()).firewall)).to.equal('permission-denied');
      tree.write('/etc/firewalld/firewalld.conf', 'DefaultZone=trusted\n');
      expect(said((await look()).firewall)).to.equal('permission-denied');
    });

    it('is off by the kernel’s rules though ufw’s file says it is enabled, and not on where they let everything in', async () => {
      tree.write('/etc/ufw/ufw.conf', 'ENABLED=yes\n');
      tree.write('/etc/default/ufw', 'DEFAULT_INPUT_POLICY="DROP"\n');
      tree.link('/run/systemd/units/invocation:ufw.service', 'c0ffee');
      const by = async (nft: string) => said((await setup({ exec: playback({ nft }) }).look()).firewall);
      expect(await by('')).to.deep.equal({ on: false });
      const closed = (rules: string, more = '') =>
        `table inet filter {\n${more}\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tiif "lo" accept\n${rules}\t}\n}\n`;
      expect(await by(closed('\t\tct state established,related accept\n\t\ttcp dport 22 accept\n'))).to.deep.equal({
        on: true,
      });
      expect(await by(closed('\t\tcounter packets 5 bytes 300 accept\n'))).to.equal('not-understood');
      expect(await by(closed('\t\tct state { established, related, new } accept\n'))).to.equal('not-understood');
      const zone = (name: string, last: string) => `\tchain ${name} {\n\t\tjump none\n\t\t${last}\n\t}\n`;
      const trusted = zone('filter_IN_trusted', 'accept');
      expect(await by(closed('\t\tiifname "wlp2s0" goto filter_IN_trusted\n', trusted))).to.equal('not-understood');
      expect(await by(closed('\t\tiifname "virbr0" goto filter_IN_trusted\n', trusted))).to.deep.equal({ on: true });
      expect(await by(closed('\t\tjump filter_IN_trusted\n', zone('filter_IN_trusted', 'reject')))).to.deep.equal({
        on: true,
      });
    });

    it('is asked of this very machine, within a network of its own', async function () {
      const inner = createExec();
      const alone = await inner('unshare', ['-n', '/usr/sbin/nft', 'list', 'ruleset']);
      if (alone.kind !== 'exited' || alone.code !== 0) return this.skip();
      const exec = Object.assign(async () => alone, { calls: [] });
      expect(said((await setup({ exec }).look()).firewall)).to.deep.equal({ on: false });
    });
  });

  describe('automatic sign-in', () => {
    const manager = (name: string) =>
      tree.link('/etc/systemd/system/display-manager.service', `/lib/systemd/system/${name}.service`);
    const look = async () => said((await setup().look()).automaticSignIn);

    it('is off with text consoles alone, and on where one signs somebody in', async () => {
      expect(await look()).to.deep.equal({ on: false, person: null });
      const unit = '/etc/systemd/system/getty@tty1.service.d/autologin.conf';
      tree.write(
        unit,
        "[Service]\nExecStart=\nExecStart=-/sbin/agetty -o '-p -f -- \\\\u' --noclear --autologin sam %I $TERM\n",
      );
      expect(await look()).to.deep.equal({ on: true, person: 'sam' });
      tree.write(unit, '[Service]\nExecStart=\nExecStart=-/sbin/agetty --noclear %I $TERM\n');
      expect(await look()).to.deep.equal({ on: false, person: null });
    });

    it('is what GDM, LightDM and SDDM are set to', async () => {
      manager('gdm');
      tree.write('/etc/gdm3/custom.conf', '[daemon]\n# AutomaticLoginEnable = true\nWaylandEnable=false\n');
      expect(await look()).to.deep.equal({ on: false, person: null });
      tree.write('/etc/gdm3/custom.conf', '[daemon]\nAutomaticLoginEnable = True\nAutomaticLogin = sam\n');
      expect(await look()).to.deep.equal({ on: true, person: 'sam' });
      manager('lightdm');
      tree.write('/usr/share/lightdm/lightdm.conf.d/10.conf', '[Seat:*]\nautologin-user=sam\n');
      expect(await look()).to.deep.equal({ on: true, person: 'sam' });
      tree.write('/etc/lightdm/lightdm.conf', '[Seat:*]\r\nautologin-user=\r\n');
      expect(await look()).to.deep.equal({ on: false, person: null });
      manager('sddm');
      tree.write('/etc/sddm.conf.d/kde_settings.conf', '[Autologin]\nRelogin=false\nSession=plasma\nUser=agency\n');
      expect(await look()).to.deep.equal({ on: true, person: 'agency' });
    });

    it('is on by a unit, a drop-in or a credential of any name', async () => {
      const on = { on: true, person: 'sam' };
      for (const [path, text] of [
        [
          '/etc/systemd/system/kiosk.service',
          '[Service]\nUser=sam\nPAMName=login\nExecStart=/usr/bin/cage -- firefox\n',
        ],
        ['/etc/systemd/system/tablet.service', '[Service]\nExecStart=/sbin/agetty -Ja sam tty3 linux\n'],
        ['/etc/systemd/system/x.service', '[Service]\nExecStart=/bin/login -f sam\n'],
        [
          '/usr/lib/systemd/system/getty@.service.d/10-live.conf',
          '[Service]\nExecStart=-/sbin/agetty -a sam - $TERM\n',
        ],
        ['/etc/credstore/agetty.autologin', 'sam\n'],
      ] as const) {
        tree.write(path, text);
        expect([path, await look()]).to.deep.equal([path, on]);
        tree.remove(path);
      }
      tree.write('/etc/systemd/system/backup.service', '[Service]\nUser=sam\nExecStart=/usr/bin/restic backup -a x\n');
      tree.write('/etc/systemd/system/getty@tty1.service.d/old.bak', '[Service]\nExecStart=/sbin/agetty -a sam tty1\n');
      expect(await look()).to.deep.equal({ on: false, person: null });
    });

    const settings: [string, string, string, boolean][] = [
      [
        'gdm',
        '/etc/gdm3/daemon.conf',
        '[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=\nTimedLoginEnable=1\nTimedLogin=sam\n',
        true,
      ],
      ['gdm', '/run/gdm3/custom.conf', '[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=sam\n', true],
      ['gdm', '/etc/gdm/custom.conf', '[daemon]\nAutomaticLoginEnable=false\nAutomaticLogin=sam\n', false],
      ['lightdm', '/etc/xdg/lightdm/lightdm.conf.d/50.conf', '[Seat:*]\nautologin-user=sam\n', true],
      ['lightdm', '/etc/lightdm/lightdm.conf', '[Seat:*]\nautologin-user=sam\n[Seat:seat1]\nautologin-user=\n', true],
      ['sddm', '/etc/sddm.conf.d/autologin', '[Autologin]\nUser=sam\nSession=plasma\n', true],
      ['lxdm', '/etc/lxdm/lxdm.conf', '[base]\n# autologin=dgod\nautologin=sam\n', true],
      ['greetd', '/etc/greetd/config.toml', '[initial_session]\ncommand = "sway"\nuser = "sam" # us\n', true],
      ['greetd', '/etc/greetd/config.toml', 'initial_session = { command = "sway", user = "sam" }\n', true],
      ['greetd', '/etc/greetd/config.toml', '["initial_session"]\nuser = "sam"\n', true],
      ['greetd', '/etc/greetd/config.toml', 'default_session = { command = "sway", user = "sam" }\n', true],
      ['greetd', '/etc/greetd/config.toml', 'default_session = { command = "agreety", user = "greeter" }\n', false],
      ['greetd', '/etc/greetd/config.toml', '[default_session]\ncommand = "sway"\nuser = "sam"\n', true],
      ['greetd', '/etc/greetd/config.toml', '[default_session]\ncommand = "agreety"\nuser = "_greetd"\n', false],
    ];
    for (const [name, path, text, on] of settings) {
      it(`is ${on ? 'on' : 'off'} by ${name}: ${path} ${JSON.stringify(text).slice(0, 60)}`, async () => {
        manager(name);
        tree.write(path, text);
        expect(await look()).to.deep.equal({ on, person: on ? 'sam' : null });
      });
    }

    it('is what openSUSE hands to its display manager, and unknown where another one is started by a target', async () => {
      tree.link('/etc/systemd/system/display-manager.service', '/usr/lib/systemd/system/display-manager.service');
      tree.write('/etc/sysconfig/displaymanager', 'DISPLAYMANAGER="sddm"\nDISPLAYMANAGER_AUTOLOGIN=""\n');
      expect(await look()).to.deep.equal({ on: false, person: null });
      tree.write('/etc/sysconfig/displaymanager', 'DISPLAYMANAGER="sddm"\nDISPLAYMANAGER_AUTOLOGIN="sam"\n');
      expect(await look()).to.deep.equal({ on: true, person: 'sam' });
      tree.remove('/etc/sysconfig');
      tree.remove('/etc/systemd/system/display-manager.service');
      tree.link('/etc/systemd/system/multi-user.target.wants/ly@tty2.service', '/usr/lib/systemd/system/ly@.service');
      expect(await look()).to.equal('not-supported');
    });

    it('is unknown with a display manager that is not known, or settings that may not be read', async () => {
      manager('nodm');
      expect(await look()).to.equal('not-supported');
      manager('gdm');
      tree.link('/etc/gdm3/custom.conf', 'custom.conf');
      expect(await look()).to.equal('permission-denied');
    });

    it('is off where a console or the display manager is switched off for good', async () => {
      tree.link('/etc/systemd/system/getty@tty1.service', '/dev/null');
      tree.link('/etc/systemd/system/display-manager.service', '/dev/null');
      expect(await look()).to.deep.equal({ on: false, person: null });
    });

    it('is unknown without systemd and a display manager', async () => {
      tree.remove('/run/systemd');
      expect(await look()).to.equal('not-supported');
    });
  });

  describe('protection against viruses', () => {
    const look = async () => said((await setup().look()).antivirus);

    it('is never "none", for Linux keeps no list of such products', async () => {
      expect(await look()).to.equal('not-supported');
    });

    it('is on where ClamAV’s daemon runs, with the age of its signatures, and off where it does not', async () => {
      tree.write('/usr/sbin/clamd', '');
      expect(await look()).to.deep.equal({ state: 'off', upToDate: null });
      tree.write('/sys/fs/cgroup/system.slice/clamav-daemon.service/cgroup.procs', '812\n');
      expect(await look()).to.deep.equal({ state: 'on', upToDate: null });
      tree.write('/var/lib/clamav/daily.cld', 'ClamAV-VDB:18 Nov 2026 03-38 -0500:27085:2040000:63:x:y:z:1');
      expect(await look()).to.deep.equal({ state: 'on', upToDate: true });
      tree.write('/var/lib/clamav/daily.cld', 'ClamAV-VDB:18 Jun 2026 03-38 -0500:27085:2040000:63:x:y:z:1');
      expect(await look()).to.deep.equal({ state: 'on', upToDate: false });
    });

    it('is on by a known product that runs, and unknown by one that does not seem to', async () => {
      tree.folder('/opt/microsoft/mdatp');
      expect(await look()).to.equal('not-understood');
      tree.write('/sys/fs/cgroup/system.slice/mdatp.service/cgroup.procs', '99\n');
      expect(await look()).to.deep.equal({ state: 'on', upToDate: null });
    });
  });

  it('answers about this very machine, in a form that may travel', async function () {
    if (process.platform !== 'linux') this.skip();
    const probe = createRightsProbe({
      clock: systemClock,
      exec: createExec(),
      files: createSystemFiles(),
      homeFiles: createHomeFiles(),
      isAdministrator: false,
      sessions: async () => known({ sessions: [session('root')] }, at),
    });
    const reading = await probe(live());
    if (reading.state === 'known') rightsSchema.parse(reading.value);
    expect(reading).to.have.nested.property('value.people[0].administrator.value', true);
    expect(readFileSync('/etc/passwd', 'utf8')).to.include('root');
  });
});
