import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createLinuxLocking } from '../../../../agent/platform/linux/lock.ts';
import { createLockDisk } from '../../../../agent/platform/linux/lock-disk.ts';
import { checkScript, codeScript, issueText, noticeText } from '../../../../agent/platform/linux/lock-hook.ts';
import type { LockTries } from '../../../../agent/platform/linux/lock-tries.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createTestClock, morning } from '../../agent/parts.ts';

const words = { breakGlass: 'hometime-rescue', codeCommand: ['/usr/bin/node', "/opt/it's/agent.cjs", 'release-code'] };
const notice = { text: 'Bring it back', challenge: 'K7QM-2XVD' };
const { signal } = new AbortController();

const debian = {
  'etc/passwd': 'root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n',
  'etc/pam.d/common-account': '# ours\naccount requisite pam_unix.so\n',
  'etc/pam.d/common-auth': 'auth required pam_unix.so',
  'etc/pam.d/login': '@include common-account\n',
  'etc/pam.d/sshd': '@include common-account\n',
  'etc/pam.d/su': '@include common-account\n',
  'usr/sbin/sshd': '',
  'usr/lib/x86_64-linux-gnu/security/pam_exec.so': '',
  'usr/lib/x86_64-linux-gnu/security/pam_succeed_if.so': '',
};

/** The lock on a file system in a folder; what it tries there is answered by `tries`. */
function createRig(files: Record<string, string> = debian, tries: Partial<LockTries> = {}, isAdministrator = true) {
  const root = makeTempFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const held: string[] = [];
  const locking = createLinuxLocking({
    exec: async () => ({ kind: 'missing' }),
    ...{ clock: createTestClock(), log: silentLog, words, isAdministrator },
    disk: createLockDisk({ words, root }),
    tries: {
      hookRefuses: async () => readable(join(root, 'var/lib/hometime-lock/locked')),
      pamRefuses: async () => true,
      sshAsksPam: async () => true,
      ...tries,
    },
    gettyHold: {
      async hold(how) {
        held.push(how);
        return 'not-set';
      },
      async release() {
        held.push('released');
      },
    },
  });
  const look = async () => {
    const reading = await locking.look(signal);
    return reading.state === 'known' ? reading.value : reading.reason;
  };
  return { root, locking, look, held, at: (path: string) => join(root, path) };
}

function readable(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Every file below, with its text and rights. */
function everything(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => join(realpathSync(entry.parentPath), entry.name))
    .map((path) => `${path} ${statSync(path).mode} ${statSync(path).isFile() ? readFileSync(path, 'utf8') : ''}`)
    .sort();
}

describe('the lock of a Linux device', () => {
  it('is locked by a flag, a hook and every way in; released, all is byte for byte as it was', async () => {
    const { root, locking, look, held, at } = createRig();
    chmodSync(at('etc/pam.d/common-account'), 0o640);
    mkdirSync(at('usr/local/sbin'), { recursive: true });
    mkdirSync(at('var/lib'), { recursive: true });
    const before = everything(root);
    expect(await look()).to.deep.equal({ locked: false, since: null, refused: [] });
    expect(await locking.lock(notice)).to.deep.equal({ done: true });
    const refused = ['password', 'key', 'switch-user', 'automatic'];
    expect(await look()).to.deep.equal({ locked: true, since: instant(morning), refused });
    expect(statSync(at('etc/pam.d/common-account')).mode & 0o777).to.equal(0o640);
    const once = everything(root);
    expect(await locking.lock(notice), 'once more').to.deep.equal({ done: true });
    expect(everything(root)).to.deep.equal(once);
    expect(await locking.release()).to.deep.equal({ done: true });
    expect(everything(root)).to.deep.equal(before);
    expect(await look()).to.deep.equal({ locked: false, since: null, refused: [] });
    expect(held).to.deep.equal(['until-released', 'until-released', 'released']);
  });

  it('goes into the file that a link leads to, and leaves the link', async () => {
    const { locking, at } = createRig();
    mkdirSync(at('etc/authselect'));
    writeFileSync(at('etc/authselect/system-auth'), 'account required pam_unix.so\n');
    symlinkSync('../authselect/system-auth', at('etc/pam.d/system-auth'));
    await locking.lock(notice);
    expect(readFileSync(at('etc/authselect/system-auth'), 'utf8')).to.match(
      /^auth .*\nauth .*\naccount .*\naccount .*\naccount required/,
    );
    await locking.release();
    expect(readFileSync(at('etc/authselect/system-auth'), 'utf8')).to.equal('account required pam_unix.so\n');
  });

  it('is refused without the administrator’s rights, and where PAM has no place or no module for the hook', async () => {
    const plain = createRig(debian, {}, false);
    expect(await plain.locking.lock(notice)).to.deep.equal({ done: false, reason: 'needs-administrator-rights' });
    expect(await plain.locking.release()).to.deep.equal({ done: false, reason: 'needs-administrator-rights' });
    expect(await plain.look()).to.equal('permission-denied');
    const { 'etc/pam.d/common-account': _file, ...noFile } = debian;
    const { 'usr/lib/x86_64-linux-gnu/security/pam_succeed_if.so': _module, ...noModule } = debian;
    for (const files of [noFile, noModule]) {
      const rig = createRig(files);
      const before = everything(rig.root);
      expect(await rig.locking.lock(notice)).to.deep.equal({ done: false, reason: 'not-supported' });
      expect(await rig.look()).to.equal('not-supported');
      expect(everything(rig.root)).to.deep.equal(before);
    }
  });

  const leaks: Record<string, { tries?: Partial<LockTries>; files?: Record<string, string>; without: string[] }> = {
    'ssh asks no PAM': { tries: { sshAsksPam: async () => false }, without: ['password', 'key'] },
    'a sign-in that was tried got in': {
      tries: { pamRefuses: async () => false },
      without: ['password', 'key', 'automatic'],
    },
    'one service leads past the hook': {
      files: { 'etc/pam.d/su': 'account required pam_unix.so\n' },
      without: ['switch-user'],
    },
    'the greeter leads past the hook': {
      files: { 'etc/pam.d/gdm-password': 'account required pam_unix.so\n' },
      without: ['screen'],
    },
    'the hook lets a person in': {
      tries: { hookRefuses: async () => false },
      without: ['password', 'key', 'switch-user', 'automatic'],
    },
  };
  for (const [why, { tries, files, without }] of Object.entries(leaks)) {
    it(`is never said to hold when ${why}`, async () => {
      const { locking, look } = createRig({ ...debian, ...files }, tries);
      await locking.lock(notice);
      const state = await look();
      expect(state).to.include({ locked: false, since: null });
      expect(state).to.have.property('refused').that.does.not.include.members(without);
    });
  }

  it('is not said to be released while sign-ins lead to a hook that is gone', async () => {
    const { locking, look, at } = createRig(debian, { hookRefuses: async () => undefined });
    await locking.lock(notice);
    rmSync(at('var/lib/hometime-lock/locked'));
    expect(await look())
      .to.deep.include({ locked: false })
      .and.to.have.property('refused')
      .that.includes('password');
  });

  it('is taken out again where it could not be put in whole, and comes out whatever became of its record', async () => {
    const { root, locking, look, at } = createRig();
    const before = everything(at('etc/pam.d'));
    mkdirSync(at('usr/local/sbin/hometime-lock-code'), { recursive: true });
    expect(await locking.lock(notice)).to.deep.equal({ done: false, reason: 'action-failed' });
    expect(everything(at('etc/pam.d'))).to.deep.equal(before);
    expect(await look()).to.include({ locked: false });
    rmSync(join(root, 'usr/local/sbin/hometime-lock-code'), { recursive: true });
    await locking.lock(notice);
    writeFileSync(at('var/lib/hometime-lock/changed.json'), '{"files":');
    expect(await locking.release()).to.deep.equal({ done: true });
    expect(everything(at('etc/pam.d'))).to.deep.equal(before);
  });

  it('goes on as it was, with the notice it had, where a new notice cannot be written', async () => {
    for (const broken of ['usr/local/sbin/hometime-lock-code', 'etc/issue.d/hometime-lock.issue']) {
      const { locking, look, at } = createRig();
      await locking.lock(notice);
      const before = [await look(), ...everything(at('var')), ...everything(at('etc/pam.d'))];
      rmSync(at(broken));
      mkdirSync(join(at(broken), 'in-the-way'), { recursive: true });
      const again = { text: 'Bring it back', challenge: 'AAAA-BBBB' };
      expect(await locking.lock(again), broken).to.deep.equal({ done: false, reason: 'action-failed' });
      expect([await look(), ...everything(at('var')), ...everything(at('etc/pam.d'))], broken).to.deep.equal(before);
    }
  });

  it('is not told at all, and so never as gone, while its files cannot be read', async () => {
    const { locking, at } = createRig();
    await locking.lock(notice);
    const path = at('etc/pam.d/common-account');
    rmSync(path);
    // Reading it fails with neither absence nor content, as with too many open files.
    symlinkSync('/proc/self/mem', path);
    const failure = await locking.look(signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Error);
  });

  it('spares root and the break-glass account', () => {
    const { locking } = createRig();
    expect(['root', 'hometime-rescue', 'anna', ''].map((name) => locking.spares?.(name))).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('what people read of a lock', () => {
  it('is the text, the challenge and what to do with it, with nothing that moves a cursor or gives an order', () => {
    expect(noticeText({ text: `a\u001b[2J\u009b2J\u202eb`, challenge: null })).to.equal(
      'This device is locked.\na [2J 2J b',
    );
    expect(noticeText(notice)).to.include('K7QM-2XVD').and.to.include('"release"');
    expect(issueText({ text: String.raw`\n\d`, challenge: null })).to.include('/n/d');
  });

  it('is asked for by scripts that no name or path can add a command to', () => {
    expect(codeScript(words.codeCommand, 'x')).to.include(String.raw`'/opt/it'\''s/agent.cjs'`);
    expect(checkScript("a';reboot;'")).to.include(String.raw`'a'\'';reboot;'\'''`);
  });
});
