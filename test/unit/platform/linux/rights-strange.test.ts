import { expect } from 'chai';
import { isAdministrator, readAdminRules } from '../../../../agent/platform/linux/administrators.ts';
import { permittedByDoas } from '../../../../agent/platform/linux/doas-text.ts';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { judgeRuleset } from '../../../../agent/platform/linux/nft-text.ts';
import { autologinOf } from '../../../../agent/platform/linux/unit-sign-in.ts';
import { damaged, playback } from '../recordings.ts';
import { createSystemTree, type SystemTree } from './system-tree.ts';

/** A second round of settings from elsewhere: what could pass for "no administrator", "nobody signed in by itself" or "closed". */
describe('rights on Linux, strange settings (DEV7, DEV8)', () => {
  describe('who may administer', () => {
    let tree: SystemTree;
    beforeEach(() => {
      tree = createSystemTree();
      tree.write('/etc/passwd', 'root:x:0:0::/root:/bin/sh\nsam:x:1000:1000::/home/sam:/bin/sh\n');
      tree.write('/etc/group', 'root:x:0:\nsam:x:1000:\nkitchen:x:1005:sam\n');
      tree.write('/etc/sudoers', 'root ALL=(ALL:ALL) ALL\n');
      tree.write('/proc/sys/kernel/hostname', 'nursery-lt-07\n');
    });
    afterEach(() => tree.clean());

    async function ask(id = '') {
      const rules = await readAdminRules(createSystemFiles(tree.root));
      if (rules === undefined) return 'no lists';
      const exec = playback(id === '' ? {} : { id });
      const answer = await isAdministrator('sam', rules, exec, new AbortController().signal);
      return 'value' in answer ? answer.value : answer.reason;
    }

    it('is nobody whom no list names', async () => {
      expect(await ask()).to.equal(false);
    });

    it('is whom the file of sudo-rs names, which goes before the usual one', async () => {
      tree.write('/etc/sudoers-rs', '%kitchen ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers-rs.d\n');
      expect(await ask()).to.equal(true);
      tree.write('/etc/sudoers-rs', '%office ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers-rs.d\n');
      expect(await ask()).to.equal(false);
      tree.write('/etc/sudoers-rs.d/10', 'sam ALL=(ALL) NOPASSWD: ALL\n');
      expect(await ask()).to.equal(true);
    });

    it('is whom a file in Alpine’s folder of doas names, and no file that is none of its', async () => {
      tree.write('/etc/doas.d/doas.conf', 'permit persist :kitchen\n');
      expect(await ask()).to.equal(true);
      tree.write('/etc/doas.d/doas.conf', 'permit persist :wheel');
      tree.write('/etc/doas.d/README', 'permit :kitchen\n');
      tree.write('/etc/doas.conf', 'permit kim\n');
      expect(await ask()).to.equal(false);
      tree.write('/etc/doas.conf', 'permit nopass sam\n');
      expect(await ask()).to.equal(true);
    });

    it('is whom systemd or another list than the usual one puts into a group', async () => {
      tree.write('/etc/userdb/kim.user', '{}');
      expect(await ask()).to.equal(false);
      tree.write('/etc/userdb/sam:wheel.membership', '');
      expect(await ask('sam\0wheel\0')).to.equal(true);
      expect(await ask('sam\0kitchen\0')).to.equal(false);
      expect(await ask()).to.equal('tool-missing');
      tree.remove('/etc/userdb');
      tree.write('/etc/nsswitch.conf', 'group: files extrausers\n');
      expect(await ask('sam\0sudo\0')).to.equal(true);
      expect(await ask()).to.equal('tool-missing');
    });

    it('cannot be told where a rule of doas has another form', async () => {
      tree.write('/etc/doas.conf', 'permit nopass keepenv { ENV PS1 } :kitchen\n');
      expect(await ask()).to.equal('not-understood');
      const person = { names: ['sam'], uid: '1000', isInGroup: () => false, gids: [] };
      expect(permittedByDoas('permit\n', person)).to.equal('unknown');
      expect(permittedByDoas('deny sam\n# permit\n', person)).to.equal('no');
      expect(permittedByDoas('permit nopass keepenv { A } :x\npermit sam\n', person)).to.equal('yes');
    });
  });

  describe('who is signed in without being asked', () => {
    const unit = (command: string) => `[Service]\nExecStart=\nExecStart=${command}\n`;
    const signsIn: [string, string][] = [
      ['-/sbin/agetty --noclear -n -l /usr/bin/alogin %I $TERM', ''],
      ['-/sbin/agetty --login-program /usr/local/bin/auto.sh --skip-login tty1', ''],
      ["-/sbin/agetty -o '-p -f sam' --skip-login --noclear %I", 'sam'],
      ['-/sbin/agetty --login-options "-p -f sam" tty1', 'sam'],
      ["-/sbin/agetty -o '-f -p -- \\\\u' --autologin sam --noclear - $TERM", 'sam'],
      ["-/sbin/agetty -o '-p -f -- \\\\u' --noclear --autologin sam %I $TERM", 'sam'],
      ['/bin/su - sam -c startx', 'sam'],
      ['/usr/sbin/runuser -u sam -- /usr/bin/startx', 'sam'],
    ];
    for (const [command, name] of signsIn) {
      it(`is ${name || 'somebody'} by ${command}`, () => {
        expect(autologinOf(unit(command))).to.equal(name);
      });
    }

    const asks = [
      '-/sbin/agetty --noclear %I $TERM',
      "-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM",
      '-/sbin/agetty -n -l /bin/login tty1',
      '-/sbin/agetty --skip-login --nonewline --noissue %I',
      '/bin/su - sam -c /usr/bin/backup',
      '/usr/bin/su - root -c startx',
    ];
    for (const command of asks) {
      it(`is nobody by ${command}`, () => {
        expect(autologinOf(unit(command))).to.equal(undefined);
      });
    }
  });

  describe('what the kernel’s rules let in', () => {
    const ruleset = (...rules: string[]) => {
      const lines = ['type filter hook input priority filter; policy drop;', 'iifname "lo" accept', ...rules];
      return `table inet filter {\n\tchain input {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n}\n`;
    };
    const open = [
      'iifname != "lo" accept',
      'iifname { "eth0", "wlan0" } accept',
      'ip saddr != 127.0.0.1 counter packets 1 bytes 2 accept',
      'ct state != invalid accept',
      'tcp dport != { 22, 23 } accept',
      'fib daddr type local accept',
      'meta pkttype host accept',
      'tcp flags syn accept',
      'tcp flags & (fin | syn | rst | ack) == syn accept',
      'ip saddr 0.0.0.0/1 accept',
      'ip saddr { 0.0.0.0/1, 128.0.0.0/1 } accept',
      'ip daddr 0.0.0.0/0 accept',
      'meta l4proto 6 accept',
      'ip6 nexthdr tcp accept',
      'tcp dport { 1-65535 } accept',
      'ct direction original accept',
      'iiftype ether accept',
    ];
    for (const rule of open) {
      it(`is nearly everything by ${rule}`, () => {
        expect(judgeRuleset(ruleset(rule))).to.equal('leaky');
        for (const hurt of damaged(ruleset(rule))) expect(judgeRuleset(hurt)).to.not.equal('on');
      });
    }

    it('is what an earlier rule did not refuse', () => {
      for (const some of ['ip saddr != 192.168.1.0/24 drop', 'ip saddr 0.0.0.0/1 drop', 'meta nfproto ipv6 drop'])
        expect(judgeRuleset(ruleset(some, 'accept')), some).to.equal('leaky');
      expect(judgeRuleset(ruleset('counter packets 1 bytes 2 log prefix "x" drop', 'accept'))).to.equal('on');
    });

    it('is little by what many have', () => {
      for (const rule of [
        'iifname { "lo", "virbr0" } accept',
        'ct state { established, related } accept',
        'ip saddr 192.168.0.0/16 accept',
        'ip saddr 10.0.0.0/8 tcp dport 22 accept',
        'ip6 saddr fe80::/10 accept',
        'ct status dnat accept',
        'meta pkttype { broadcast, multicast } accept',
        'iifname != "lo" ip daddr 127.0.0.0/8 drop',
        'tcp dport 22 ct state new limit rate 10/minute accept',
      ])
        expect(judgeRuleset(ruleset(rule)), rule).to.equal('on');
    });
  });
});
