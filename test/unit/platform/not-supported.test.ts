import { expect } from 'chai';
import { notSupported } from '../../../agent/platform/not-supported.ts';
import { createProber } from '../../../agent/probe/prober.ts';
import { silentLog } from '../../../shared/log.ts';
import { unknown } from '../../../shared/reading.ts';
import { fullReportSchema } from '../../../shared/report/report.ts';
import { atNoon } from './recordings.ts';

describe('a system Hometime cannot ask yet', () => {
  it('answers unknown to everything and refuses to act', async () => {
    const platform = notSupported('other', atNoon);
    const prober = createProber({
      platform,
      clock: atNoon,
      log: silentLog,
      health: async () => unknown('not-supported', '2026-11-21T12:00:00.000Z'),
      onReading: () => {},
    });
    const sections = await prober.askAll();
    for (const reading of Object.values(sections))
      expect(reading).to.include({ state: 'unknown', reason: 'not-supported' });
    fullReportSchema.parse({ platform: platform.name, at: '2026-11-21T12:00:00.000Z', sections });
    const session = {
      id: '1',
      person: 'x',
      where: 'console',
      since: null,
      activity: 'active',
      locked: null,
    } as const;
    expect(await platform.endSession(session)).to.deep.equal({ done: false, reason: 'not-supported' });
    expect(await platform.bootId()).to.equal(await platform.bootId());
  });
});
