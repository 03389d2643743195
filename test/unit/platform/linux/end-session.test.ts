import { expect } from 'chai';
import { createEndSession } from '../../../../agent/platform/linux/end-session.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { exited, playback, recorded } from '../recordings.ts';

const session: Session = { id: '3', person: 'agency', where: 'remote', since: null, activity: 'active', locked: null };
const there = recorded('busctl-ListSessions-json.txt');
const gone = '{"type":"a(susso)","data":[[]]}';

describe('ending a session on Linux', () => {
  it('is done when the session left the list, without killing anything', async () => {
    let asked = 0;
    const exec = playback({ busctl: () => (++asked > 2 ? gone : there), loginctl: '' });
    expect(await createEndSession({ exec, isAdministrator: true })(session)).to.deep.equal({ done: true });
    expect(exec.calls.filter((call) => call.startsWith('loginctl'))).to.deep.equal(['loginctl terminate-session 3']);
  });

  it('is done when the session was gone already', async () => {
    const exec = playback({ busctl: gone, loginctl: exited('', 1, 'No session') });
    expect(await createEndSession({ exec, isAdministrator: true })(session)).to.deep.equal({ done: true });
  });

  it('kills what is left after the patience, by the older option where the newer is refused', async () => {
    let killed = false;
    const exec = playback({
      busctl: () => (killed ? gone : there),
      loginctl: (args) => {
        if (args.includes('--kill-whom=all')) return exited('', 1, 'unrecognized option');
        killed ||= args.includes('--kill-who=all');
        return '';
      },
    });
    expect(await createEndSession({ exec, isAdministrator: true })(session)).to.deep.equal({ done: true });
    expect(exec.calls).to.include('loginctl kill-session --kill-who=all --signal=SIGKILL 3');
  });

  it('refuses without the administrator’s rights, and without loginctl', async () => {
    const exec = playback({ busctl: there });
    const refused = await createEndSession({ exec, isAdministrator: false })(session);
    expect(refused).to.deep.equal({ done: false, reason: 'needs-administrator-rights' });
    expect(exec.calls).to.deep.equal([]);
    const missing = await createEndSession({ exec, isAdministrator: true })(session);
    expect(missing).to.deep.equal({ done: false, reason: 'not-supported' });
  });
});
