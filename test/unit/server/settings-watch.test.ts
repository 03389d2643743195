import { expect } from 'chai';
import sinon from 'sinon';
import { createSettingsWatch } from '../../../server/policy/settings-watch.ts';
import { silentLog } from '../../../shared/log.ts';

describe('the watch for devices that do not take up their settings', () => {
  let timers: sinon.SinonFakeTimers;
  beforeEach(() => {
    timers = sinon.useFakeTimers();
  });
  afterEach(() => timers.restore());

  const rig = () => {
    const judged: string[] = [];
    const judgeNow = async (id: string) => {
      judged.push(id);
      if (id === 'bad') throw new Error('no such device');
    };
    return { judged, watch: createSettingsWatch({ log: silentLog, isConnected: (id) => id !== 'away', judgeNow }) };
  };

  it('judges each that is connected once they had the time, and one that fails costs no other', async () => {
    const { judged, watch } = rig();
    watch.changed(['bad', 'away', 'good']);
    await timers.tickAsync(5 * 60_000);
    expect(judged).to.deep.equal([]);
    await timers.tickAsync(2 * 60_000);
    expect(judged).to.deep.equal(['bad', 'good']);
  });

  it('ends with the server', async () => {
    const { judged, watch } = rig();
    watch.changed(['good']);
    await watch.stop();
    watch.changed(['good']);
    await timers.tickAsync(60 * 60_000);
    expect(judged).to.deep.equal([]);
  });
});
