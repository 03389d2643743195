import { expect } from 'chai';
import sinon from 'sinon';
import { createSilenceWatch } from '../../../server/policy/silence-watch.ts';
import { silentLog } from '../../../shared/log.ts';
import { manualClock } from './manual-clock.ts';

const minuteMs = 60_000;

describe('the watch for devices that say nothing', () => {
  let timers: sinon.SinonFakeTimers;
  beforeEach(() => {
    timers = sinon.useFakeTimers();
  });
  afterEach(() => timers.restore());

  /** Two devices are silent; the judgement of the first goes on until `end` is called. */
  const rig = () => {
    let end = () => {};
    const first = new Promise<void>((resolve) => {
      end = resolve;
    });
    const judged: string[] = [];
    const judgeNow = async (id: string) => {
      judged.push(id);
      if (id === 'a') await first;
    };
    const silentSince = sinon.fake.resolves(['a', 'b']);
    const watch = createSilenceWatch({ clock: manualClock(), log: silentLog, silentSince, judgeNow });
    return { judged, silentSince, watch, end };
  };

  it('gives everybody five minutes after the start, and looks each minute then', async () => {
    const { judged, silentSince, watch, end } = rig();
    end();
    watch.start();
    await timers.tickAsync(5 * minuteMs - 1);
    expect(silentSince.callCount).to.equal(0);
    await timers.tickAsync(1);
    expect(judged).to.deep.equal(['a', 'b']);
    await timers.tickAsync(minuteMs);
    expect(silentSince.callCount).to.equal(2);
    await watch.stop();
  });

  it('has ended when its stop resolves: the judgement under way is finished, and none is begun', async () => {
    const { judged, watch, end } = rig();
    watch.start();
    await timers.tickAsync(5 * minuteMs);
    let isStopped = false;
    const stopped = watch.stop().then(() => {
      isStopped = true;
    });
    await timers.tickAsync(minuteMs);
    expect(isStopped).to.equal(false);
    end();
    await stopped;
    await timers.tickAsync(10 * minuteMs);
    expect(judged).to.deep.equal(['a']);
  });
});
