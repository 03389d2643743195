import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { createHomeFiles, createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { parseGvdb } from '../../../../agent/platform/linux/gvdb.ts';
import { parseIni } from '../../../../agent/platform/linux/ini-text.ts';
import {
  parseKscreenlocker,
  parseXfceScreensaver,
  parseXscreensaver,
} from '../../../../agent/platform/linux/locker-text.ts';
import { desktopOf } from '../../../../agent/platform/linux/rights.ts';
import { runningPrograms } from '../../../../agent/platform/linux/running-programs.ts';
import { readScreenLock } from '../../../../agent/platform/linux/screen-lock.ts';
import { createSystemTree, type SystemTree } from './system-tree.ts';

const recordings = new URL('../../../fixtures/platform/linux/', import.meta.url);
const recordedBytes = (name: string) => readFileSync(new URL(name, recordings));
const sam = { name: 'sam', uid: '1000', gid: '1000', home: '/home/sam' };
const off = { on: false, afterSeconds: null };
const xfce = (idle: string, lock: string) => `<?xml version="1.0"?>
<channel name="xfce4-screensaver" version="1.0">
  <property name="saver" type="empty">
    <property name="enabled" type="bool" value="true"/>
    <property name="idle-activation" type="empty">
      <property name="delay" type="int" value="${idle}"/>
    </property>
  </property>
  <property name="lock" type="empty">
    <property name="enabled" type="bool" value="${lock}"/>
    <property name="saver-activation" type="empty"><property name="delay" type="int" value="1"/></property>
  </property>
</channel>`;

describe('the screen lock on Linux (DEV7)', () => {
  let tree: SystemTree;
  beforeEach(() => {
    tree = createSystemTree();
  });
  afterEach(() => tree.clean());

  async function ask(desktop: string, running: readonly string[] = []) {
    const system = createSystemFiles(tree.root);
    const programsOf = async () => new Set(running);
    const answer = await readScreenLock(sam, desktop, { system, home: createHomeFiles(tree.root), programsOf });
    return 'value' in answer ? answer.value : answer.reason;
  }

  describe('of GNOME and its family', () => {
    it('is off where what is set is no time, or the last word is no', () => {
      for (const timeout of ['-1', '99999999999', 'never'])
        expect(parseKscreenlocker(`[Daemon]\nTimeout=${timeout}\n`, ''), timeout).to.deep.equal(off);
      expect(parseKscreenlocker('[Daemon]\nLockGrace=-1\n', '')).to.deep.equal({ on: true, afterSeconds: 305 });
      expect(parseXscreensaver('lock: True\nlock: False\n')).to.deep.equal(off);
      expect(parseXscreensaver('lock: True\ntimeout: 0:00:00\n')).to.deep.equal(off);
      expect(parseXscreensaver('lock: False\nlock: True\n')).to.deep.equal({ on: true, afterSeconds: 600 });
    });

    it('cannot be told of Cinnamon where another program locks in its place', async () => {
      const override = '/usr/share/glib-2.0/schemas/20.gschema.override';
      const command = (text: string) => `[org.cinnamon.desktop.screensaver]\ncustom-screensaver-command='${text}'\n`;
      tree.write(override, command(''));
      expect(await ask('X-Cinnamon')).to.deep.equal({ on: true, afterSeconds: 902 });
      tree.write(override, command('xsecurelock'));
      expect(await ask('X-Cinnamon')).to.equal('not-understood');
      tree.write(override, `${command('xsecurelock')}lock-enabled=false\n`);
      expect(await ask('X-Cinnamon')).to.deep.equal(off);
    });

    it('is GNOME’s own where nobody set anything, and the distribution’s where that did', async () => {
      expect(await ask('gnome')).to.deep.equal({ on: true, afterSeconds: 300 });
      expect(await ask('X-Cinnamon')).to.deep.equal({ on: true, afterSeconds: 902 });
      expect(await ask('mate', ['mate-screensave'])).to.deep.equal({ on: true, afterSeconds: 300 });
      expect(await ask('mate')).to.equal('not-understood');
      tree.write(
        '/usr/share/glib-2.0/schemas/10_ubuntu.gschema.override',
        '[org.gnome.desktop.session:ubuntu]\nidle-delay=uint32 900\n[org.gnome.desktop.screensaver]\nlock-delay=uint32 30\n',
      );
      expect(await ask('ubuntu:GNOME')).to.deep.equal({ on: true, afterSeconds: 930 });
    });

    it('is what the person set, as dconf wrote it', async () => {
      tree.write('/home/sam/.config/dconf/user', recordedBytes('dconf-user.bin'));
      expect(await ask('ubuntu')).to.deep.equal({ on: true, afterSeconds: 300 });
      expect(await ask('mate', ['mate-screensave'])).to.deep.equal({ on: true, afterSeconds: 420 });
    });

    it('is what the administrator set where the profile says so, whatever the person set where it is locked', async () => {
      tree.write('/etc/dconf/db/lab', recordedBytes('dconf-system-db.bin'));
      expect(await ask('gnome')).to.deep.equal({ on: true, afterSeconds: 300 });
      tree.write('/etc/dconf/profile/user', 'user-db:user\nsystem-db:lab # ours\n');
      expect(await ask('gnome')).to.deep.equal(off);
      tree.write('/home/sam/.config/dconf/user', recordedBytes('dconf-user.bin'));
      // The person locks after 300 seconds; the idle time is locked at 600, and the delay of 30 is not the person's.
      expect(await ask('gnome')).to.deep.equal({ on: true, afterSeconds: 630 });
    });

    it('takes what a distribution set for the desktop in use, not for another, before what it set for all', async () => {
      const overrides = '/usr/share/glib-2.0/schemas';
      const lock = (section: string, on: boolean) => `[${section}]\nlock-enabled=${on}\n`;
      const screensaver = 'org.gnome.desktop.screensaver';
      tree.write(`${overrides}/20.gschema.override`, lock(screensaver, false) + lock(`${screensaver}:Budgie`, true));
      expect(await ask('ubuntu')).to.deep.equal(off);
      tree.write(`${overrides}/10.gschema.override`, lock(`${screensaver}:ubuntu`, true));
      expect(await ask('ubuntu-xorg')).to.deep.equal({ on: true, afterSeconds: 300 });
      expect(await ask('gnome')).to.deep.equal(off);
    });

    it('is not believed of GNOME without GDM, which cannot lock there', async () => {
      const link = '/etc/systemd/system/display-manager.service';
      tree.link(link, '/usr/lib/systemd/system/lightdm.service');
      expect(await ask('gnome')).to.equal('not-understood');
      tree.link(link, '/usr/lib/systemd/system/gdm3.service');
      expect(await ask('gnome')).to.deep.equal({ on: true, afterSeconds: 300 });
    });

    it('is unknown where a database is there and is not understood', async () => {
      tree.write('/home/sam/.config/dconf/user', 'GVariant');
      expect(await ask('gnome')).to.equal('not-understood');
    });
  });

  it('is Plasma’s, by the person’s file and the system’s', async () => {
    expect(await ask('KDE')).to.deep.equal({ on: true, afterSeconds: 305 });
    tree.write('/home/sam/.config/kscreenlockerrc', '[$Version]\nupdate_info=x\n\n[Daemon]\nTimeout=10\nLockGrace=0\n');
    expect(await ask('plasma')).to.deep.equal({ on: true, afterSeconds: 600 });
    tree.write('/home/sam/.config/kscreenlockerrc', '[Daemon]\nAutolock=false\n');
    expect(await ask('plasmax11')).to.deep.equal(off);
    tree.write('/etc/xdg/kscreenlockerrc', '[Daemon]\nAutolock[$i]=true\nTimeout=3\n');
    expect(await ask('KDE')).to.deep.equal({ on: true, afterSeconds: 185 });
    tree.write('/home/sam/.config/kscreenlockerrc', '[Daemon]\nAutolock=true\nTimeout=3\n');
    for (const firm of ['[Daemon][$i]\nAutolock=false\n', '[$i]\n[Daemon]\nAutolock=false\n']) {
      tree.write('/etc/xdg/kscreenlockerrc', firm);
      expect(await ask('KDE')).to.deep.equal(off);
    }
  });

  it('is that of the program which is there to lock, on desktops without one of their own', async () => {
    expect(await ask('xubuntu')).to.equal('not-supported');
    expect(await ask('xfce', ['xfce4-screensav'])).to.deep.equal({ on: true, afterSeconds: 300 });
    tree.write('/home/sam/.config/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml', xfce('10', 'true'));
    expect(await ask('xfce', ['xfce4-screensav'])).to.deep.equal({ on: true, afterSeconds: 660 });
    tree.write('/home/sam/.config/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml', xfce('10', 'false'));
    expect(await ask('', ['xfce4-screensav'])).to.deep.equal(off);
    expect(await ask('i3', ['xscreensaver'])).to.deep.equal(off);
    tree.write(
      '/home/sam/.xscreensaver',
      '# XScreenSaver\ntimeout:\t0:05:00\ncycle: 0:10:00\nlock:\t\tTrue\nlockTimeout: 0:01:00\nmode:\tone\n',
    );
    expect(await ask('i3', ['xscreensaver'])).to.deep.equal({ on: true, afterSeconds: 360 });
    expect(await ask('xfce', ['light-locker'])).to.equal('not-understood');
    tree.write('/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml', xfce('10', 'false'));
    tree.remove('/home/sam/.config/xfce4');
    expect(await ask('xfce', ['xfce4-screensav'])).to.deep.equal(off);
  });

  it('is off where Plasma asks for no password', async () => {
    // The keys as in public recordings of Plasma 6 (nix-community/plasma-manager, driftile).
    const kept = (asks: string) => `[Daemon]\nAutolock=true\nLockGrace=0\nRequirePassword=${asks}\nTimeout=5\n`;
    tree.write('/home/sam/.config/kscreenlockerrc', kept('true'));
    expect(await ask('KDE')).to.deep.equal({ on: true, afterSeconds: 300 });
    tree.write('/etc/xdg/kscreenlockerrc', '[Daemon]\nRequirePassword[$i]=false\n');
    expect(await ask('KDE')).to.deep.equal(off);
    tree.remove('/etc/xdg/kscreenlockerrc');
    tree.write('/home/sam/.config/kscreenlockerrc', kept('false'));
    expect(await ask('KDE')).to.deep.equal(off);
  });

  it('is what the system’s file of Xfce forbids to change, by either word for it', () => {
    const own = xfce('10', 'true');
    const shared = (word: string) =>
      `<channel name="xfce4-screensaver" version="1.0"><property name="lock" type="empty">
      <property name="enabled" type="bool" value="false"${word}/></property></channel>`;
    expect(parseXfceScreensaver(own, shared(''))).to.deep.equal({ on: true, afterSeconds: 660 });
    for (const word of [' locked="*"', ' unlocked="root"', ' unlocked=""'])
      expect(parseXfceScreensaver(own, shared(word)), word).to.deep.equal(off);
  });

  it('finds a person’s running programs by the kernel’s own list', async () => {
    tree.write('/proc/7/status', 'Name:\tlight-locker\nUmask:\t0022\nUid:\t1000\t1000\t1000\t1000\n');
    tree.write('/proc/8/status', 'Name:\txscreensaver\nUid:\t1001\t1000\t1000\t1000\n');
    tree.folder('/proc/self');
    expect(await runningPrograms('1000', createSystemFiles(tree.root))).to.deep.equal(new Set(['light-locker']));
    const own = await runningPrograms(String(process.getuid?.()), createSystemFiles());
    expect(own.size).to.be.greaterThan(0);
  });

  it('takes the desktop from what logind wrote down', () => {
    expect(desktopOf('# This is private data. Do not parse.\nUID=1000\nDESKTOP=ubuntu\nTYPE=wayland\n')).to.equal(
      'ubuntu',
    );
    expect([desktopOf(''), desktopOf('DESKTOP=\n'), desktopOf('XDESKTOP=kde')]).to.deep.equal(['', '', '']);
  });
});

describe('databases of dconf', () => {
  const whole = recordedBytes('dconf-system-db.bin');

  it('are read as dconf itself wrote them, with their locks', () => {
    const database = parseGvdb(whole);
    expect(database?.values.get('/org/gnome/desktop/screensaver/lock-enabled')).to.equal(false);
    expect(database?.values.get('/org/gnome/desktop/screensaver/lock-delay')).to.equal(30);
    expect(database?.locks).to.deep.equal(new Set(['/org/gnome/desktop/session/idle-delay']));
  });

  it('never throw when they are cut, changed in any byte, or noise', () => {
    for (let end = 0; end < whole.length; end += 1) parseGvdb(whole.subarray(0, end));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 300 }), (at, byte, noise) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        parseGvdb(changed);
        parseGvdb(Buffer.concat([whole.subarray(0, 24), noise]));
        parseGvdb(Buffer.from(noise));
      }),
      { numRuns: 2000 },
    );
    expect(parseGvdb(Buffer.alloc(8_000_000, 0xff))).to.equal(undefined);
  });
});

describe('texts of screen lockers', () => {
  it('are read with any text in them without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseKscreenlocker(`[Daemon]\nTimeout=${text}`, text);
        parseXfceScreensaver(`<property ${text}>${text}</property>`);
        parseXscreensaver(`lock: True\ntimeout: ${text}`);
        parseIni(`[${text}]\n${text}=${text}`);
      }),
    );
    const noise = '<property name="a" [x]=1 '.repeat(300_000);
    parseXfceScreensaver(noise);
    parseKscreenlocker(noise, noise);
    parseXscreensaver(noise);
  });
});
