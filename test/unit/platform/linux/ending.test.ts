import { expect } from 'chai';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createEnding, endingOf } from '../../../../agent/platform/linux/ending.ts';

const groups = '0::/system.slice/hometime-agent.service\n';
const jobs = (type: string) => ` 41 network.target start waiting\n 40 hometime-agent.service ${type} running\n`;

describe('why an agent on Linux is told to end', () => {
  it('is the end of the system, while systemd stops it', () => {
    expect(endingOf({ state: 'stopping\n', jobs: jobs('stop'), groups })).to.equal('system-ends');
  });

  it('is a stop or a start anew of the agent alone, while the system goes on', () => {
    for (const state of ['running\n', 'degraded\n', 'starting\n', 'maintenance\n']) {
      expect(endingOf({ state, jobs: jobs('stop'), groups }), state).to.equal('stopped');
      expect(endingOf({ state, jobs: jobs('restart'), groups }), state).to.equal('restarts');
    }
  });

  it('is a stop where it is another unit that starts anew, or a signal alone', () => {
    expect(endingOf({ state: 'running', jobs: '40 other.service restart running\n', groups })).to.equal('stopped');
    expect(endingOf({ state: 'running', jobs: '', groups })).to.equal('stopped');
    expect(endingOf({ state: 'running', jobs: jobs('restart'), groups: '0::/user.slice/a.scope\n' })).to.equal(
      'stopped',
    );
  });

  it('is unknown without systemd, and wherever it does not answer', async () => {
    for (const state of ['', 'offline\n', 'unknown\n', 'something new\n'])
      expect(endingOf({ state, jobs: jobs('stop'), groups }), state).to.equal('unknown');
    const answers: ExecResult[] = [{ kind: 'missing' }, { kind: 'timed-out' }, { kind: 'failed', why: 'killed' }];
    for (const answer of answers) {
      const ending = createEnding({ exec: () => Promise.resolve(answer), read: () => Promise.resolve(undefined) });
      expect(await ending()).to.equal('unknown');
    }
  });
});
