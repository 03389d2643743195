import { expect } from 'chai';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createEndSession, guiDomain, parseGuiDomain } from '../../../../agent/platform/macos/end-session.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { exited, playback } from '../recordings.ts';
import { recordedOnMac } from './mac.ts';

const session: Session = {
  id: 'gui-501',
  person: 'sam',
  where: 'graphical',
  since: null,
  activity: 'active',
  locked: null,
};
const gone = exited('', 112, recordedOnMac('launchctl_print_gui-absent'));
const there = exited('gui/501 = {\n}\n');
const asRoot = (exec: ReturnType<typeof playback>) => createEndSession({ exec, isAdministrator: true })(session);

function launchctl(bootout: ExecResult, print: ExecResult) {
  return playback({ launchctl: ([word]) => (word === 'bootout' ? bootout : print) });
}

describe('ending a session on macOS', () => {
  it('removes the launchd domain of exactly that session, and looks whether it went', async () => {
    const exec = launchctl(exited(''), gone);
    expect(await asRoot(exec)).to.deep.equal({ done: true });
    expect(exec.calls).to.deep.equal(['launchctl bootout gui/501', 'launchctl print gui/501']);
  });

  it('makes a domain of graphical sessions of people only', () => {
    expect(guiDomain('gui-501')).to.equal('gui/501');
    for (const id of ['gui-0', 'gui-', 'gui-501/x', 'gui--1', 'ttys000', 'console', 'system', '501', 'gui-0501', ''])
      expect(guiDomain(id)).to.equal(undefined);
  });

  it('is done when the session was gone already, in either of launchd’s words', async () => {
    expect(await asRoot(launchctl(gone, gone))).to.deep.equal({ done: true });
    expect(await asRoot(launchctl(exited('', 125), exited('', 125)))).to.deep.equal({ done: true });
  });

  it('is done when launchd took the order, and failed when it did not and the session may be there', async () => {
    const notTold = exited('', 1);
    expect(await asRoot(launchctl(exited('', 36), notTold))).to.deep.equal({ done: true });
    const failed = { done: false, reason: 'action-failed' };
    expect(await asRoot(launchctl(exited('', 5), notTold))).to.deep.equal(failed);
    expect(await asRoot(launchctl({ kind: 'timed-out' }, { kind: 'timed-out' }))).to.deep.equal(failed);
  });

  it('never takes a failure to look for absence', () => {
    expect(parseGuiDomain(there)).to.equal(true);
    expect(parseGuiDomain(gone)).to.equal(false);
    for (const result of [exited('', 1), exited('', 113), { kind: 'missing' }, { kind: 'timed-out' }] as const)
      expect(parseGuiDomain(result)).to.equal(undefined);
  });

  it('refuses without the administrator’s rights, and for remote and terminal sessions', async () => {
    const exec = launchctl(exited(''), gone);
    const refused = await createEndSession({ exec, isAdministrator: false })(session);
    expect(refused).to.deep.equal({ done: false, reason: 'needs-administrator-rights' });
    const remote = await createEndSession({ exec, isAdministrator: true })({ ...session, id: 'ttys003' });
    expect(remote).to.deep.equal({ done: false, reason: 'not-supported' });
    expect(exec.calls).to.deep.equal([]);
    expect(await asRoot(playback({}))).to.deep.equal({ done: false, reason: 'not-supported' });
  });
});
