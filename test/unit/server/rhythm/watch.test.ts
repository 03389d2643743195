import { expect } from 'chai';
import sinon from 'sinon';
import { createWatch } from '../../../../server/rhythm/watch.ts';

describe('what is looked at again and again', () => {
  let time: sinon.SinonFakeTimers;
  beforeEach(() => {
    time = sinon.useFakeTimers();
  });
  afterEach(() => time.restore());

  /** Each look lasts until `end` is called, or fails with `fail`. */
  function lastingLooks() {
    let ends: { resolve: () => void; reject: (error: Error) => void } | undefined;
    const stopping: AbortSignal[] = [];
    let underWay = 0;
    let most = 0;
    const look = async (signal: AbortSignal): Promise<void> => {
      stopping.push(signal);
      underWay += 1;
      most = Math.max(most, underWay);
      try {
        await new Promise<void>((resolve, reject) => {
          ends = { resolve, reject };
        });
      } finally {
        underWay -= 1;
      }
    };
    return {
      look,
      stopping,
      most: () => most,
      end: () => ends?.resolve(),
      fail: (why: string) => ends?.reject(new Error(why)),
    };
  }

  const quick = (firstMs?: number) => {
    const look = sinon.fake.resolves(undefined);
    const failed = sinon.fake();
    return {
      look,
      failed,
      watch: createWatch({ look, failed, everyMs: 100, ...(firstMs === undefined ? {} : { firstMs }) }),
    };
  };

  it('is looked at each time the while has passed, and not before', async () => {
    const { look, watch } = quick();
    expect(time.countTimers()).to.equal(0);
    watch.start();
    await time.tickAsync(99);
    expect(look.callCount).to.equal(0);
    await time.tickAsync(1);
    expect(look.callCount).to.equal(1);
    await time.tickAsync(300);
    expect(look.callCount).to.equal(4);
    await watch.stop();
  });

  it('has a first look at a time of its own where one is given', async () => {
    for (const firstMs of [5, 250]) {
      const { look, watch } = quick(firstMs);
      watch.start();
      await time.tickAsync(firstMs - 1);
      expect(look.callCount).to.equal(0);
      await time.tickAsync(1);
      expect(look.callCount).to.equal(1);
      await time.tickAsync(100);
      expect(look.callCount).to.equal(2);
      await watch.stop();
    }
  });

  it('is never looked at twice at once: the while runs from the end of a look', async () => {
    const looks = lastingLooks();
    const watch = createWatch({ look: looks.look, everyMs: 100, failed: () => {} });
    watch.start();
    await time.tickAsync(1_000);
    expect(looks.stopping).to.have.length(1);
    looks.end();
    await time.tickAsync(99);
    expect(looks.stopping).to.have.length(1);
    await time.tickAsync(1);
    expect(looks.stopping).to.have.length(2);
    expect(looks.most()).to.equal(1);
    looks.end();
    await watch.stop();
  });

  it('is started once, however often it is asked to', async () => {
    const { look, watch } = quick();
    watch.start();
    watch.start();
    await time.tickAsync(100);
    watch.start();
    await time.tickAsync(100);
    expect(look.callCount).to.equal(2);
    await watch.stop();
  });

  it('tells of each look that failed, whichever way, and goes on', async () => {
    const failed = sinon.fake();
    const look = sinon.stub().resolves(undefined);
    look.onFirstCall().rejects(new Error('the database is away'));
    look.onSecondCall().throws(new Error('it did not even begin'));
    const watch = createWatch({ look, everyMs: 100, failed });
    watch.start();
    await time.tickAsync(400);
    expect(look.callCount).to.equal(4);
    expect(failed.args.map(([error]) => error.message)).to.deep.equal([
      'the database is away',
      'it did not even begin',
    ]);
    await watch.stop();
  });

  it('is finished by a stop that comes in the middle of a look, which is told of it, and then no more', async () => {
    const looks = lastingLooks();
    const watch = createWatch({ look: looks.look, everyMs: 100, failed: () => {} });
    watch.start();
    await time.tickAsync(100);
    expect(looks.stopping[0]?.aborted).to.equal(false);
    let isStopped = false;
    const stopped = watch.stop().then(() => {
      isStopped = true;
    });
    await time.tickAsync(1_000);
    expect(looks.stopping[0]?.aborted).to.equal(true);
    expect(isStopped).to.equal(false);
    looks.end();
    await stopped;
    await time.tickAsync(1_000);
    expect(looks.stopping).to.have.length(1);
    expect(time.countTimers()).to.equal(0);
  });

  it('is stopped by a stop in a look that then fails: that is told, and it does not come back', async () => {
    const looks = lastingLooks();
    const failed = sinon.fake();
    const watch = createWatch({ look: looks.look, everyMs: 100, failed });
    watch.start();
    await time.tickAsync(100);
    const stopped = watch.stop();
    looks.fail('the database was closed');
    await stopped;
    expect(failed.callCount).to.equal(1);
    expect(time.countTimers()).to.equal(0);
  });

  it('is not looked at after a stop between two looks, nor one before the first, and is not started again', async () => {
    for (const passedMs of [0, 99, 150]) {
      const { look, watch } = quick();
      watch.start();
      await time.tickAsync(passedMs);
      const before = look.callCount;
      await watch.stop();
      watch.start();
      await time.tickAsync(1_000);
      expect(look.callCount).to.equal(before);
      expect(time.countTimers()).to.equal(0);
    }
  });

  it('can be stopped without ever being started, and stays so', async () => {
    const { look, watch } = quick();
    await watch.stop();
    watch.start();
    await time.tickAsync(1_000);
    expect(look.callCount).to.equal(0);
  });

  it('keeps the program alive while it waits, as the server counts on', () => {
    time.restore();
    const { watch } = quick();
    const before = process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    watch.start();
    const during = process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    return watch.stop().then(() => expect(during).to.equal(before + 1));
  });
});
