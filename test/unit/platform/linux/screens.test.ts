import { join } from 'node:path';
import { expect } from 'chai';
import type { Exec, ExecResult } from '../../../../agent/platform/exec.ts';
import {
  createAutomaticSignInHold,
  createGettyHold,
  type Held,
  isPlainConsole,
  promptText,
} from '../../../../agent/platform/linux/automatic-sign-in-hold.ts';
import { createIsBusy, isEnding, isForbidden, isScheduled, locksHeld } from '../../../../agent/platform/linux/busy.ts';
import { createSystemFiles } from '../../../../agent/platform/linux/files.ts';
import { createShowText, notifyCall, parseScreen, terminalText } from '../../../../agent/platform/linux/show-text.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { session } from '../../agent/parts.ts';
import { createSystemTree } from './system-tree.ts';

const said = (stdout: string, code = 0): ExecResult => ({ kind: 'exited', code, stdout, stderr: '' });
const screenOf = (name: string, tty: string, type: string) => `Name=${name}\nUser=1000\nTTY=${tty}\nType=${type}\n`;

describe('a text on people’s screens on Linux', () => {
  /** What loginctl says of session 1, and what the desktop's service answers. */
  function createScene(shown: ExecResult, notified: ExecResult = said('u 7\n'), isAdministrator = true) {
    const written: string[] = [];
    const exec: Exec = async (tool) => (tool === 'loginctl' ? shown : notified);
    const showText = createShowText({
      ...{ exec, isAdministrator },
      async writeTerminal(path, text) {
        written.push(`${path}: ${text.trim()}`);
        return true;
      },
    });
    return { written, show: () => showText('Tea at three', [session('1', 'anna')]) };
  }

  it('is written on the terminal of a console or of ssh', async () => {
    const { show, written } = createScene(said(screenOf('anna', 'pts/1', 'tty')));
    expect(await show()).to.deep.equal([true]);
    expect(written).to.deep.equal(['/dev/pts/1: *** Tea at three ***']);
  });

  it('goes to the desktop’s own service, and is shown only when that took it', async () => {
    const desktop = said(screenOf('anna', 'tty2', 'wayland'));
    const answers: [ExecResult, boolean][] = [
      [said('u 7\n'), true],
      [said('', 1), false],
      [{ kind: 'missing' }, false],
      [{ kind: 'timed-out' }, false],
    ];
    for (const [answer, shown] of answers) {
      const { show, written } = createScene(desktop, answer);
      expect(await show()).to.deep.equal([shown]);
      expect(written).to.deep.equal([]);
    }
  });

  const unseen: Record<string, ExecResult> = {
    'the session is gone': said('', 1),
    'the session is another person’s by now': said(screenOf('ben', 'pts/1', 'tty')),
    'it has no terminal': said(screenOf('anna', '', 'tty')),
    'its terminal is no name of one': said(screenOf('anna', '../../etc/passwd', 'tty')),
    'there is no loginctl': { kind: 'missing' },
  };
  for (const [why, shown] of Object.entries(unseen)) {
    it(`is not shown when ${why}`, async () => {
      const { show, written } = createScene(shown);
      expect(await show()).to.deep.equal([false]);
      expect(written).to.deep.equal([]);
    });
  }

  it('is shown to nobody without the administrator’s rights', async () => {
    expect(await createScene(said(screenOf('anna', 'pts/1', 'tty')), said('u 7\n'), false).show()).to.deep.equal([
      false,
    ]);
  });

  it('holds nothing that moves a cursor, and no markup', () => {
    expect(terminalText('a\u001b[2J\u009b2Jb\u0007')).to.equal('\r\n\r\n*** a [2J 2Jb ***\r\n\r\n');
    expect(notifyCall('--help <a href="x">', 1000)).to.include('--help &lt;a href="x"&gt;');
    expect(parseScreen('Name=anna\nUser=\n')).to.equal(undefined);
  });
});

describe('whether a Linux device had better not be disturbed', () => {
  const dpkgHeld = '1: POSIX  ADVISORY  WRITE 812 08:01:4711 0 EOF\n2: FLOCK  ADVISORY  READ 9 08:01:99 0 EOF\n';

  it('is asked of the locks of package tools, and of logind', async () => {
    const calm = {
      PreparingForShutdown: '{"type":"b","data":false}',
      ScheduledShutdown: '{"type":"(st)","data":["",0]}',
    };
    const busy = async (answers: Record<string, string>, locks = '') => {
      const exec: Exec = async (_tool, args) => said(answers[args.at(-1) ?? ''] ?? '');
      const files = { text: async () => ({ found: locks }) };
      return createIsBusy({ exec, files, inodeOf: (path) => (path.endsWith('lock-frontend') ? 4711 : undefined) })();
    };
    expect(await busy(calm)).to.equal(false);
    expect(await busy({})).to.equal(false);
    expect(await busy(calm, dpkgHeld)).to.equal(true);
    expect(await busy({ ...calm, PreparingForShutdown: '{"type":"b","data":true}' })).to.equal(true);
    expect(await busy({ ...calm, ScheduledShutdown: '{"type":"(st)","data":["poweroff",1795000000000000]}' })).to.equal(
      true,
    );
  });

  it('is told apart by who only wants to hear of a shutdown and who forbids it', () => {
    const list = (what: string, mode: string) =>
      `{"type":"a(ssssuu)","data":[[["${what}","Unattended \\"Upgrades\\"","Stop","${mode}",0,812]]]}`;
    expect(isForbidden(list('shutdown:sleep', 'block'))).to.equal(true);
    expect(isForbidden(list('shutdown', 'delay'))).to.equal(false);
    expect(isForbidden(list('sleep', 'block'))).to.equal(false);
    expect(isEnding('')).to.equal(false);
    expect(isScheduled('')).to.equal(false);
    expect([...locksHeld(dpkgHeld)]).to.deep.equal([4711]);
  });
});

describe('keeping a Linux device from signing somebody in by itself', () => {
  const autologin = '[Service]\nExecStart=-/sbin/agetty --autologin anna - $TERM\nStandardInput=tty\n';

  it('gives a console a prompt, without what its own command may say of passwords', async () => {
    const root = makeTempFolder();
    const calls: string[] = [];
    const exec: Exec = async (_tool, args) => {
      calls.push(args.join(' '));
      if (args[0] === 'list-units') return said('getty@tty1.service loaded active running Getty\nsshd.service x\n');
      return args[0] === 'cat' ? said(args.at(-1) === 'getty@tty1.service' ? autologin : '') : said('');
    };
    const hold = createGettyHold({ exec, root });
    expect(await hold.hold('until-released')).to.equal('held-back');
    const added = join(root, 'etc/systemd/system/getty@tty1.service.d/zzz-hometime-lock.conf');
    const files = createSystemFiles();
    expect(await files.text(added)).to.deep.equal({ found: promptText('getty@tty1.service') });
    await hold.release();
    expect(await files.text(added)).to.deep.equal({ missing: 'absent' });
    expect(calls.filter((call) => call === 'daemon-reload')).to.have.lengthOf(2);
  });

  it('is not said of what is no console’s program, or of a system without systemd', async () => {
    const kiosk: Exec = async (_tool, args) =>
      args[0] === 'list-units' ? said('getty@tty1.service x\n') : said('[Service]\nExecStart=/bin/login -f anna\n');
    expect(await createGettyHold({ exec: kiosk }).hold('until-start')).to.equal(undefined);
    expect(await createGettyHold({ exec: async () => ({ kind: 'missing' }) }).hold('until-start')).to.equal(undefined);
    expect(isPlainConsole(autologin)).to.equal(true);
    expect(isPlainConsole('ExecStart=-/sbin/agetty\n')).to.equal(false);
    expect(promptText('serial-getty@ttyS0.service')).to.include('--keep-baud').and.not.include('-f');
  });

  const gdm = '[daemon]\nAutomaticLoginEnable=true\nAutomaticLogin=anna\n';
  const managers: Record<string, { files: Record<string, string>; manager: string; held: Held }> = {
    'GDM that has signed in once': {
      manager: 'gdm3',
      files: { 'etc/gdm3/daemon.conf': gdm, 'run/gdm3/ran-once-marker': '' },
      held: 'held-back',
    },
    'GDM that has not yet': { manager: 'gdm3', files: { 'etc/gdm3/daemon.conf': gdm }, held: undefined },
    'GDM that signs in again after a while': {
      manager: 'gdm3',
      files: {
        'etc/gdm3/daemon.conf': `${gdm}TimedLoginEnable=true\nTimedLogin=anna\n`,
        'run/gdm3/ran-once-marker': '',
      },
      held: undefined,
    },
    'SDDM that signs in at its start': {
      manager: 'sddm',
      files: { 'etc/sddm.conf': '[Autologin]\nUser=anna\n' },
      held: 'held-back',
    },
    'SDDM that signs in again': {
      manager: 'sddm',
      files: { 'etc/sddm.conf': '[Autologin]\nUser=anna\nRelogin=true\n' },
      held: undefined,
    },
    'LightDM that signs in again after a while': {
      manager: 'lightdm',
      files: { 'etc/lightdm/lightdm.conf': '[Seat:*]\nautologin-user=anna\nautologin-user-timeout=5\n' },
      held: undefined,
    },
    'LightDM that signs nobody in': { manager: 'lightdm', files: { 'etc/lightdm/lightdm.conf': '' }, held: 'not-set' },
  };
  for (const [what, { manager, files, held }] of Object.entries(managers)) {
    it(`is ${held ?? 'not said to be done'} with ${what}`, async () => {
      const tree = createSystemTree();
      for (const [path, text] of Object.entries(files)) tree.write(path, text);
      tree.folder('run/systemd/system');
      tree.link('etc/systemd/system/display-manager.service', `/usr/lib/systemd/system/${manager}.service`);
      const gettyHold = { hold: async (): Promise<Held> => 'not-set', release: async () => {} };
      expect(await createAutomaticSignInHold({ files: createSystemFiles(tree.root), gettyHold })()).to.equal(held);
      tree.clean();
    });
  }
});
