import { expect } from 'chai';
import sinon from 'sinon';
import { createTimeLimits } from '../../../agent/probe/time-limits.ts';

describe('time limits of many short questions', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('cost no timer for what was answered at once, and one for each that was not', () => {
    const start = createTimeLimits();
    const over: string[] = [];
    const done = start(1_000, () => over.push('quick'));
    start(2_000, () => over.push('slow'));
    start(500, () => over.push('slower'));
    done();
    clock.tick(0);
    expect(clock.countTimers()).to.equal(2);
    clock.tick(499);
    expect(over).to.deep.equal([]);
    clock.tick(5_000);
    expect(over).to.deep.equal(['slower', 'slow']);
  });

  it('end with what they are for, also when its timer runs', () => {
    const start = createTimeLimits();
    let over = 0;
    const done = start(1_000, () => {
      over += 1;
    });
    clock.tick(500);
    done();
    clock.tick(5_000);
    expect([over, clock.countTimers()]).to.deep.equal([0, 0]);
  });

  it('hold for each round anew', () => {
    const start = createTimeLimits();
    let over = 0;
    for (let round = 0; round < 3; round += 1) {
      start(1_000, () => {
        over += 1;
      });
      clock.tick(1_000);
    }
    clock.tick(1_000);
    expect(over).to.equal(3);
  });
});
