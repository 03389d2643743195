import { expect } from 'chai';
import fc from 'fast-check';
import { groupsOf, parseGroups, parsePasswd } from '../../../../agent/platform/linux/account-text.ts';
import { isAdministrator, readAdminRules } from '../../../../agent/platform/linux/administrators.ts';
import { permittedByDoas } from '../../../../agent/platform/linux/doas-text.ts';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { parsePolkitAdmins } from '../../../../agent/platform/linux/polkit-admins.ts';
import { parsePkla, parsePolkitRules } from '../../../../agent/platform/linux/polkit-grants.ts';
import { parseSudoers } from '../../../../agent/platform/linux/sudoers-text.ts';
import { mayAdminister } from '../../../../agent/platform/linux/sudoers-verdict.ts';
import { damaged, exited, playback, recorded } from '../recordings.ts';
import { createSystemTree, type SystemTree } from './system-tree.ts';

const live = new AbortController().signal;
const machine = { hostname: 'host', roots: new Set<string>(), trusted: new Set(['sam']) };
const debianSudoers = `Defaults\tenv_reset
Defaults\tsecure_path="/usr/local/sbin:/usr/bin"
# User privilege specification
root\tALL=(ALL:ALL) ALL
# Allow members of group sudo to execute any command
%sudo\tALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
`;

describe('who may administer a Linux device (DEV8)', () => {
  let tree: SystemTree;
  beforeEach(() => {
    tree = createSystemTree();
    // The accounts of the recording id-groups.txt.
    const group = recorded('id-groups.txt').trim().split('\n').at(-1);
    const passwd = [
      'root:x:0:0::/root:/bin/sh',
      'sam:x:1000:1000::/home/sam:/bin/sh',
      'agency:x:1001:1001::/home/agency:/bin/sh',
      'toor:x:0:0::/root:/bin/sh',
    ];
    tree.write('/etc/passwd', `${passwd.join('\n')}\n`);
    tree.write('/etc/group', `root:x:0:\n${group}\nsam:x:1000:\nagency:x:1001:\nstaff:x:50:agency\n`);
    tree.write('/etc/sudoers', debianSudoers);
    tree.folder('/etc/sudoers.d');
    tree.write('/proc/sys/kernel/hostname', 'nursery-lt-07\n');
  });
  afterEach(() => tree.clean());

  async function ask(person: string, exec = playback({})) {
    const rules = await readAdminRules(createSystemFiles(tree.root));
    if (rules === undefined) return 'no lists';
    const answer = await isAdministrator(person, rules, exec, live);
    return 'value' in answer ? answer.value : answer.reason;
  }

  it('is the person in the recorded group sudo, and not the other', async () => {
    expect(await ask('sam')).to.equal(true);
    expect(await ask('agency')).to.equal(false);
    expect(await ask('root')).to.equal(true);
    expect(await ask('uid 1000')).to.equal(true);
  });

  it('is whoever has such a group as the group of the account itself, or another account of number 0', async () => {
    tree.write('/etc/passwd', 'kim:x:1002:27::/home/kim:\ntoor:x:0:0::/root:\n');
    expect(await ask('kim')).to.equal(true);
    expect(await ask('toor')).to.equal(true);
  });

  const grants: [string, boolean | string][] = [
    ['agency ALL=(ALL) NOPASSWD: ALL', true],
    ['agency ALL = (root) /usr/bin/apt, /bin/true', true],
    ['%staff nursery-lt-07=ALL, !/bin/su', true],
    ['#1001 ALL=ALL', true],
    ['%#50 ALL=ALL', true],
    ['User_Alias STAFF = agency, kim : BOSS = sam\nCmnd_Alias SHELLS = /bin/bash, /bin/sh\nSTAFF ALL=SHELLS', true],
    ['ALL ALL=(root) NOPASSWD: /usr/bin/', true],
    ['agency ALL=/usr/bin/apt install *', true],
    ['agency ALL=(ALL) \\\n  ALL', true],
    ['agency ALL=(postgres) ALL', false],
    ['agency ALL=(:video) ALL', false],
    ['ALL ALL=NOPASSWD: /usr/bin/mint-refresh-cache, /sbin/shutdown -h now', false],
    ['ALL, !agency ALL=ALL', false],
    ['sam ALL=ALL # agency ALL=ALL', false],
    ['agency kitchen-pc=ALL', false],
    ['agency 192.168.0.0/24=ALL', 'not-understood'],
    ['+teachers ALL=ALL', 'not-understood'],
    ['agency ALL=/usr/bin/apt update', 'not-understood'],
    ['agency may do everything', 'not-understood'],
    ['agency ALL=(ALL) TIMEOUT=10m NOPASSWD: ALL', true],
    ['agency ALL=(ALL) ROLE=unconfined_r TYPE=unconfined_t ALL', true],
    ['agency kitchen-pc=/bin/true : ALL=(ALL:ALL) NOPASSWD: ALL', true],
    ['agency ALL=/bin/true, sha256:Zm9v= /bin/false', false],
    ['Agency ALL=ALL', true],
    ['%Staff ALL=ALL', true],
    ['%"staff" ALL=ALL', true],
    ['agency ALL=/usr/bin/python3.12', true],
    ['agency ALL=/usr/bin/vim.tiny', true],
    ['agency ALL=(toor) ALL', true],
    ['agency ALL=(sam) ALL', 'not-understood'],
    ['agency ALL=(%sudo) ALL', 'not-understood'],
    ['agency ALL=NOPASSWD: /home/agency/update.sh', 'not-understood'],
    ['%:Teachers ALL=ALL', 'not-understood'],
    ['Defaults targetpw\nALL ALL=(ALL) ALL', 'not-understood'],
    ['Defaults targetpw\nagency ALL=(ALL) NOPASSWD: ALL', true],
    ['Defaults !targetpw\nagency ALL=(ALL) ALL', true],
    ['Defaults:agency !requiretty', false],
  ];
  for (const [rule, verdict] of grants) {
    it(`judges a rule of sudo: ${rule.replaceAll('\n', ' / ')}`, async () => {
      tree.write('/etc/sudoers.d/10-rule', `${rule}\n`);
      expect(await ask('agency')).to.equal(verdict);
    });
  }

  it('reads what is included, but not what sudo itself passes over', async () => {
    tree.write('/etc/sudoers.d/old~', 'agency ALL=ALL\n');
    tree.write('/etc/sudoers.d/rule.bak', 'agency ALL=ALL\n');
    expect(await ask('agency')).to.equal(false);
    tree.write('/etc/sudoers.d/more', '#include /etc/sudoers.local\n@include /etc/sudoers.d/more\n');
    tree.write('/etc/sudoers.local', 'agency ALL=ALL\n');
    expect(await ask('agency')).to.equal(true);
  });

  it('follows includes with comments, beside the file that names them, and by the name of the machine', async () => {
    tree.write('/etc/sudoers', '@includedir /etc/sudoers.d # ours\n');
    tree.write('/etc/sudoers.d/one', '@include two.local\n@include "/etc/sudoers.%h"\n');
    tree.write('/etc/sudoers.d/two.local', 'User_Alias STAFF = kim\nSTAFF ALL=ALL\n');
    expect(await ask('agency')).to.equal(false);
    tree.write('/etc/sudoers.nursery-lt-07', 'User_Alias STAFF += agency\n');
    expect(await ask('agency')).to.equal(true);
  });

  it('reads openSUSE’s own file as long as there is no other', async () => {
    tree.write('/usr/etc/sudoers', 'agency ALL=ALL\n');
    expect(await ask('agency')).to.equal(false);
    tree.remove('/etc/sudoers');
    expect(await ask('agency')).to.equal(true);
  });

  it('knows that a virtual machine’s or a disk’s master, or a second name of the same number, administers', async () => {
    for (const group of ['libvirt', 'docker', 'lxd', 'disk']) {
      tree.write('/etc/group', `${group}:x:130:agency\n`);
      expect([group, await ask('agency')]).to.deep.equal([group, true]);
    }
    tree.write('/etc/group', 'wheel:x:10:other\n');
    tree.write('/etc/passwd', 'agency:x:1001:1001::/home/agency:\nother:x:1001:1001::/home/agency:\n');
    expect(await ask('agency')).to.equal(true);
  });

  it('reads doas’s rules', async () => {
    for (const [rule, verdict] of [
      ['permit persist keepenv :staff', true],
      ['permit nopass agency as root', true],
      ['permit setenv { PATH=/bin } agency', true],
      ['permit nopass agency as root cmd reboot', 'not-understood'],
      ['# permit agency\npermit sam\ndeny agency', false],
    ] as const) {
      tree.write('/etc/doas.conf', `${rule}\n`);
      expect([rule, await ask('agency')]).to.deep.equal([rule, verdict]);
    }
  });

  it('does not say "no" of whom polkit grants without a password, or names in a way that is not worked out', async () => {
    const rule = (body: string) => `polkit.addRule(function(action, subject) {\n  ${body}\n});\n`;
    const yes = 'return polkit.Result.YES;';
    for (const [body, verdict] of [
      [rule(`if (subject.isInGroup("staff")) ${yes}`), 'not-understood'],
      [
        rule(`if (action.id == "org.freedesktop.packagekit.package-install" && subject.local) ${yes}`),
        'not-understood',
      ],
      [rule(`if (action.id == "org.freedesktop.policykit.exec" && subject.user == "agency") ${yes}`), 'not-understood'],
      [rule(`if (action.id.indexOf("org.libvirt.unix") == 0 && subject.isInGroup("sudo")) ${yes}`), false],
      [rule(`if (action.id == "org.freedesktop.login1.reboot") ${yes}`), false],
      ['polkit.addAdminRule(function() { return ["unix-netgroup:heads"]; });\n', 'not-understood'],
      ['polkit.addAdminRule(function() { return ["unix-group:" + name]; });\n', 'not-understood'],
    ] as const) {
      tree.write('/etc/polkit-1/rules.d/10-local.rules', body);
      expect([body, await ask('agency')]).to.deep.equal([body, verdict]);
    }
    tree.remove('/etc/polkit-1/rules.d');
    const pkla = '/var/lib/polkit-1/localauthority/50-local.d/x.pkla';
    tree.write(pkla, '[all]\nIdentity=unix-user:agency\nAction=*\nResultActive=yes\n');
    expect(await ask('agency')).to.equal(true);
    tree.write(pkla, '[net]\nIdentity=unix-group:staff\nAction=org.freedesktop.NetworkManager.*\nResultActive=yes\n');
    expect(await ask('agency')).to.equal(false);
  });

  it('asks for the groups of local people too where groups come from the network, and not where sssd is not set up', async () => {
    tree.write('/etc/nsswitch.conf', 'group: files [SUCCESS=merge] sss\nsudoers: files sss\n');
    expect(await ask('agency')).to.equal(false);
    tree.write('/etc/sssd/sssd.conf', '[sssd]\n');
    expect(await ask('agency', playback({ id: 'agency\0wheel\0' }))).to.equal(true);
    tree.write('/etc/nsswitch.conf', 'group: files winbind\n');
    expect(await ask('agency')).to.equal('tool-missing');
    expect(await ask('agency', playback({ id: 'agency\0' }))).to.equal(false);
  });

  it('is unknown, not "no", where rules are there and may not be read, or come from elsewhere', async () => {
    tree.write('/etc/nsswitch.conf', 'passwd: files\nsudoers: files ldap\n');
    expect(await ask('agency')).to.equal('not-understood');
    tree.link('/etc/sudoers', 'sudoers');
    expect([await ask('agency'), await ask('sam')]).to.deep.equal(['permission-denied', true]);
  });

  it('is unknown where the lists of people cannot be read', async () => {
    tree.remove('/etc/group');
    expect(await ask('sam')).to.equal('no lists');
  });

  it('takes whom polkit names for an administrator', async () => {
    tree.write(
      '/etc/polkit-1/rules.d/40-staff.rules',
      'polkit.addAdminRule(function(action, subject) {\n  return ["unix-group:staff", "unix-user:kim"];\n});\n',
    );
    expect(await ask('agency')).to.equal(true);
    tree.write(
      '/etc/polkit-1/rules.d/40-staff.rules',
      '// polkit.addAdminRule: "unix-group:staff"\npolkit.addRule(function(a, s) { return s.isInGroup("staff") ? "unix-group:staff" : null; });\n',
    );
    expect(await ask('agency')).to.equal(false);
    tree.write(
      '/etc/polkit-1/localauthority.conf.d/51-debian-sudo.conf',
      '[Configuration]\nAdminIdentities=unix-group:sudo;unix-group:staff\n',
    );
    expect(await ask('agency')).to.equal(true);
  });

  it('asks the system’s tool about accounts of the network, and knows nothing where it does not', async () => {
    const id = playback({ id: (args) => (args.at(-1) === 'SCHOOL\\agency' ? 'domain users\0sudo\0' : exited('', 1)) });
    expect(await ask('agency@SCHOOL', id)).to.equal(true);
    expect(id.calls).to.deep.equal(['id -Gnz -- agency@SCHOOL', 'id -Gnz -- SCHOOL\\agency']);
    expect(await ask('head@SCHOOL', playback({ id: 'domain users\0' }))).to.equal(false);
    tree.write('/etc/sudoers.d/domain', '%domain\\ users ALL=(ALL) ALL\n');
    expect(await ask('head@SCHOOL', playback({ id: 'domain users\0' }))).to.equal(true);
    tree.write('/etc/sudoers.d/domain', '%SCHOOL\\\\Domain\\ Users ALL=(ALL) ALL\n');
    expect(await ask('head@SCHOOL', playback({ id: 'domain users@school\0' }))).to.equal(true);
    tree.write('/etc/sudoers.d/domain', '%#5000 ALL=ALL\n');
    expect(await ask('head@SCHOOL', playback({ id: 'domain users\0' }))).to.equal('not-understood');
    expect(await ask('nobody-known', playback({ id: exited('', 1) }))).to.equal('tool-failed');
    expect(await ask('nobody-known')).to.equal('tool-missing');
  });
});

describe('texts of accounts and rules on Linux', () => {
  it('reads group lists with other line ends, and any text without throwing', () => {
    const passwd = parsePasswd('\uFEFFsam:x:1000:1000:Sam:/home/sam:/bin/sh\r\nbroken\r\n');
    const groups = parseGroups('sudo:x:27:kim,sam\r\nsam:x:1000:\r\nnoise::\r\n');
    expect(passwd.map((entry) => [...groupsOf(entry, groups)])).to.deep.equal([['sudo', 'sam']]);
    const person = { names: ['agency'], uid: '1001', isInGroup: () => false, gids: [] };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parsePasswd(text);
        parseGroups(`x:y:1:${text}`);
        parsePolkitAdmins(`addAdminRule(${text}`);
        parsePolkitRules(`addRule(Result.YES ${text}`);
        parsePkla(`[${text}]\nResultAny=yes\nAction=${text}`);
        permittedByDoas(`permit ${text}`, person);
        mayAdminister(parseSudoers(`${text}\n${text} ALL=${text}\nA_B = ${text}`), person, machine);
      }),
    );
    for (const text of damaged(debianSudoers)) mayAdminister(parseSudoers(text), person, machine);
  });

  it('never says that a rule grants nothing when the rule was cut off in its middle', () => {
    const rule = 'agency ALL=(ALL:ALL) NOPASSWD: ALL';
    const person = { names: ['agency'], uid: '1001', isInGroup: () => false, gids: [] };
    for (let end = 'agency ALL'.length; end < 'agency ALL='.length; end += 1) {
      expect(mayAdminister(parseSudoers(rule.slice(0, end)), person, machine)).to.equal('unknown');
    }
    expect(mayAdminister(parseSudoers(rule), person, machine)).to.equal('yes');
  });

  it('follows aliases that name themselves, without end and without harm', () => {
    const text = 'User_Alias A = B\nUser_Alias B = A\nA ALL=C\nCmnd_Alias C = C\n';
    const person = { names: ['agency'], uid: '1001', isInGroup: () => false, gids: [] };
    expect(mayAdminister(parseSudoers(text), person, machine)).to.equal('no');
  });

  it('reads eight megabytes of noise in a breath', function () {
    this.timeout(5000);
    const noise = 'ÿ{[" ALL=\\,'.repeat(700_000);
    expect(parseSudoers(noise).isUnderstood, 'it may grant anything').to.equal(false);
    parsePolkitAdmins(noise);
    parsePolkitRules(noise);
    parsePkla(noise);
    permittedByDoas(noise, { names: [], uid: '1', isInGroup: () => false, gids: [] });
    parseGroups(noise);
  });
});
