import { expect } from 'chai';
import { judgePresence, offlineAfterMs, quietAfterMs } from '../../../shared/policy/presence.ts';

describe('presence, by the server’s clock alone', () => {
  const rows = [
    [0, 'online'],
    [quietAfterMs - 1, 'online'],
    [quietAfterMs, 'quiet'],
    [offlineAfterMs - 1, 'quiet'],
    [offlineAfterMs, 'offline'],
    [365 * 24 * 3_600_000, 'offline'],
  ] as const;
  for (const [ms, state] of rows) {
    it(`is ${state} ${ms} ms after the device spoke`, () => {
      expect(judgePresence(ms, true)).to.equal(state);
    });
  }

  it('is quiet after 75 s and offline after 150 s, as the design says', () => {
    expect([quietAfterMs, offlineAfterMs]).to.deep.equal([75_000, 150_000]);
  });

  it('is nobody’s at the start of the server: offline for who spoke once, never for who did not', () => {
    expect(judgePresence(null, true)).to.equal('offline');
    expect(judgePresence(null, false)).to.equal('never');
  });
});
