import { expect } from 'chai';
import fc from 'fast-check';
import { createAutomaticSignInHold } from '../../../../agent/platform/macos/automatic-sign-in-hold.ts';
import { createIsBusy, isInstalling } from '../../../../agent/platform/macos/busy.ts';
import { createMacosPlatform } from '../../../../agent/platform/macos/platform.ts';
import { createShowText, notifyCommand } from '../../../../agent/platform/macos/show-text.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { startCpuTime } from '../../../support/cpu-time.ts';
import { platformParts } from '../platform-parts.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { plist, recordedOnMac } from './mac.ts';

const sam: Session = {
  id: 'gui-501',
  person: 'sam',
  where: 'graphical',
  since: null,
  activity: 'active',
  locked: null,
};
const there = exited('gui/501 = {\n}\n');
const gone = exited('', 112, recordedOnMac('launchctl_print_gui-absent'));
const assertions = recordedOnMac('pmset_assertions-installing');

describe('a text on the screens of a Mac', () => {
  function rig(print = there, told = exited(''), isAdministrator = true) {
    const exec = playback({ launchctl: ([word]) => (word === 'print' ? print : told) });
    return { exec, show: createShowText({ exec, isAdministrator }) };
  }

  it('is a notification in each person’s own name, after a look that the session is there', async () => {
    const { exec, show } = rig();
    expect(await show('Tea is ready', [sam])).to.deep.equal([true]);
    expect(exec.calls[0]).to.equal('launchctl print gui/501');
    expect(exec.calls[1]).to.match(
      /^launchctl asuser 501 sudo -n -u #501 osascript -e on run argv .*Hometime Tea is ready$/,
    );
  });

  it('is an argument of the program and never a part of it, nor an option', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const command = notifyCommand('gui-501', text) ?? [];
        expect(command.slice(-2)).to.deep.equal(['Hometime', text]);
        expect(command.slice(0, -1)).to.deep.equal(notifyCommand('gui-501', '')?.slice(0, -1));
      }),
    );
    for (const id of ['gui-0', 'ttys000', 'console', 'gui-501;x', ''])
      expect(notifyCommand(id, 'Tea')).to.equal(undefined);
  });

  it('is not shown in a session that is gone, in the background or a terminal’s, without rights or by a tool that failed', async () => {
    expect(await rig(gone).show('Tea', [sam])).to.deep.equal([false]);
    expect(await rig(exited('', 1)).show('Tea', [sam])).to.deep.equal([false]);
    expect(await rig(there, exited('', 1)).show('Tea', [sam])).to.deep.equal([false]);
    expect(
      await rig().show('Tea', [
        { ...sam, activity: 'disconnected' },
        { ...sam, id: 'ttys000' },
      ]),
    ).to.deep.equal([false, false]);
    const { exec, show } = rig(there, exited(''), false);
    expect(await show('Tea', [sam])).to.deep.equal([false]);
    expect(exec.calls).to.deep.equal([]);
  });
});

describe('automatic sign-in on a Mac, before somebody is signed out', () => {
  const ask = (defaults: ReturnType<typeof exited>) => createAutomaticSignInHold({ exec: playback({ defaults }) })();

  it('is not set, or cannot be told: a Mac is never said to be kept from it', async () => {
    expect(await ask(exited(plist('<dict><key>GuestEnabled</key><false/></dict>')))).to.equal('not-set');
    expect(await ask(exited(plist('<dict><key>autoLoginUser</key><string>sam</string></dict>')))).to.equal(undefined);
    for (const odd of [exited(plist('<dict></dict>')), exited('noise'), exited('', 1)])
      expect(await ask(odd)).to.equal(undefined);
    expect(await createAutomaticSignInHold({ exec: playback({}) })()).to.equal(undefined);
  });
});

describe('whether a Mac had better not be disturbed', () => {
  it('is said while it installs or waits to shut down, and by nothing else', async () => {
    const ask = (pmset: string, pgrep = exited('', 1)) => createIsBusy({ exec: playback({ pmset, pgrep }) })();
    expect(await ask(assertions)).to.equal(true);
    expect(await ask(recordedOnMac('pmset_assertions-idle'))).to.equal(false);
    expect(await ask('', exited('4711\n'))).to.equal(true);
    expect(await createIsBusy({ exec: playback({}) })()).to.equal(false);
  });

  it('is not said by damage and noise', () => {
    for (const text of damaged(recordedOnMac('pmset_assertions-idle'))) expect(isInstalling(text)).to.equal(false);
    fc.assert(fc.property(fc.string(), (text) => !isInstalling(text)));
    const usedMs = startCpuTime();
    expect(isInstalling('pid 1(softwareupdated): [0x'.repeat(300_000))).to.equal(false);
    expect(usedMs()).to.be.below(2_000);
  });
});

describe('what a Mac refuses before anything is begun', () => {
  it('is a lock, its release and a wipe, for only device management can do these', async () => {
    const platform = createMacosPlatform(platformParts(atNoon), playback({}));
    expect(await platform.refusal?.('lock')).to.equal('needs-device-management');
    expect(await platform.refusal?.('release')).to.equal('needs-device-management');
    expect(await platform.refusal?.('wipe')).to.equal('needs-device-management');
    for (const kind of ['logout', 'message', 'sign-out-app', 'clear-photos', 'refresh', 'retire'] as const)
      expect(await platform.refusal?.(kind)).to.equal(undefined);
    expect(await platform.locking.lock({ text: 'Off site', challenge: null })).to.have.property('done', false);
    expect(await platform.locking.look(AbortSignal.timeout(1_000))).to.have.property('state', 'unknown');
  });
});
