import { expect } from 'chai';
import sinon from 'sinon';
import { createCourier, type Sent } from '../../../../agent/transport/courier.ts';
import { silentLog } from '../../../../shared/log.ts';

function createScene(results: (Sent | Error)[]) {
  let calls = 0;
  let under = 0;
  let most = 0;
  const courier = createCourier({
    log: silentLog,
    retryMs: 20,
    async sendOldest() {
      calls += 1;
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 1));
      under -= 1;
      const result = results.shift() ?? 'nothing';
      if (result instanceof Error) throw result;
      return result;
    },
  });
  return { courier, calls: () => calls, most: () => most, results };
}

describe('the courier', () => {
  /** The time of its waits: a machine that is busy makes none of them longer than the other. */
  let time: sinon.SinonFakeTimers;
  const sleep = (ms: number) => time.tickAsync(ms);

  beforeEach(() => {
    time = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => time.restore());

  it('sends nothing before it is opened, and not before its slot', async () => {
    const { courier, calls } = createScene([]);
    courier.nudge();
    courier.open(60);
    await sleep(30);
    expect(calls()).to.equal(0);
    await sleep(60);
    expect(calls()).to.equal(1);
    await courier.stop();
  });

  it('sends one after the other until nothing is left, however often it is nudged', async () => {
    const { courier, calls, most } = createScene(['settled', 'settled', 'settled']);
    courier.open(0);
    await sleep(5);
    for (let count = 0; count < 5; count += 1) courier.nudge();
    await sleep(40);
    expect(calls()).to.be.at.least(4);
    expect(most()).to.equal(1);
    await courier.stop();
  });

  it('tries again later after a failure, thrown or told', async () => {
    const { courier, calls } = createScene([new Error('SQLITE_FULL'), 'later', 'settled']);
    courier.open(0);
    await sleep(150);
    expect(calls()).to.equal(4);
    await courier.stop();
  });

  it('looks again when something came while it looked', async () => {
    const { courier, calls, results } = createScene([]);
    courier.open(0);
    await sleep(20);
    results.push('settled');
    courier.nudge();
    await sleep(20);
    expect(calls()).to.equal(3);
    await courier.stop();
  });

  it('stays shut after it was stopped', async () => {
    const { courier, calls } = createScene([]);
    await courier.stop();
    courier.open(0);
    courier.nudge();
    await sleep(20);
    expect(calls()).to.equal(0);
  });
});
