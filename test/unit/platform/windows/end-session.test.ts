import { expect } from 'chai';
import { createEndSession, logOffCommand } from '../../../../agent/platform/windows/end-session.ts';
import type { PowerShell, PowerShellAnswer } from '../../../../agent/platform/windows/powershell.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { exited, playback } from '../recordings.ts';
import { said } from './windows-device.ts';

const session: Session = {
  id: '3',
  person: 'agency',
  where: 'graphical',
  since: null,
  activity: 'active',
  locked: null,
};
function noting(scripts: string[], answer: PowerShellAnswer): PowerShell {
  return {
    async ask(script) {
      scripts.push(script);
      return answer;
    },
  };
}

const refused = (reason: string) => ({ done: false, reason });

describe('ending a session on Windows', () => {
  it('orders it by number, and never the services’ own session or anything else', () => {
    expect(logOffCommand('3')).to.deep.equal({ tool: 'logoff.exe', args: ['3'], number: 3 });
    for (const id of ['0', '', 'console', '3 /v', '-1', '03', '99999999999'])
      expect(logOffCommand(id)).to.equal(undefined);
  });

  it('is done when logoff took the order, and PowerShell is not asked', async () => {
    const exec = playback({ 'logoff.exe': '' });
    const scripts: string[] = [];
    const end = createEndSession({ exec, powershell: noting(scripts, said('0')) });
    expect(await end(session)).to.deep.equal({ done: true });
    expect(exec.calls).to.deep.equal(['logoff.exe 3']);
    expect(scripts).to.deep.equal([]);
    expect(await end({ ...session, id: '0' })).to.deep.equal(refused('no-such-session'));
    expect(exec.calls).to.have.length(1);
  });

  it('says why logoff did not, by its number and not by its words', async () => {
    const ask = (stderr: string, code = 1) =>
      createEndSession({
        exec: playback({ 'logoff.exe': exited('', code, stderr) }),
        powershell: { ask: async () => said('0') },
      })(session);
    expect(await ask('Fehler [5]: Zugriff verweigert')).to.deep.equal(refused('needs-administrator-rights'));
    expect(await ask('Error [7022]:The requested session name is not found.')).to.deep.equal(
      refused('no-such-session'),
    );
    expect(await ask('')).to.deep.equal(refused('action-failed'));
  });

  it('orders it by the sessions API on Home editions, which lack logoff', async () => {
    const scripts: string[] = [];
    const ask = (answer: PowerShellAnswer) =>
      createEndSession({
        exec: playback({}),
        powershell: noting(scripts, answer),
      })(session);
    expect(await ask(said('0'))).to.deep.equal({ done: true });
    expect(scripts[0]).to.include('[Hometime.Wts]::LogOff(3)');
    expect(await ask(said('5'))).to.deep.equal(refused('needs-administrator-rights'));
    expect(await ask(said('7022'))).to.deep.equal(refused('no-such-session'));
    for (const odd of ['', 'yes', '1', '-1']) expect(await ask(said(odd))).to.deep.equal(refused('action-failed'));
    expect(await ask({ kind: 'missing' })).to.deep.equal(refused('not-supported'));
    expect(await ask({ kind: 'constrained' })).to.deep.equal(refused('not-supported'));
    expect(await ask({ kind: 'timed-out' })).to.deep.equal(refused('no-answer'));
    expect(await ask({ kind: 'failed' })).to.deep.equal(refused('action-failed'));
    expect(await ask({ kind: 'fault', code: -2147024891, elevated: false })).to.deep.equal(
      refused('needs-administrator-rights'),
    );
  });
});
