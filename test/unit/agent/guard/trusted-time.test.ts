import { expect } from 'chai';
import { createTrustedTime, type KeptTime } from '../../../../agent/guard/trusted-time.ts';
import { createTestClock, morning } from '../parts.ts';

const hour = 60 * 60_000;

function createRig(before?: KeptTime, boot = 'boot-1', uptime = 10_000) {
  const clock = createTestClock();
  const device = { uptimeMs: uptime };
  const time = createTrustedTime({ clock, bootId: boot, uptimeMs: () => device.uptimeMs, before });
  const pass = (ms: number) => {
    clock.at += ms;
    device.uptimeMs += ms;
  };
  return { clock, device, time, pass };
}

describe('the time that nobody turns back', () => {
  it('goes on as the computer runs, whatever is done to its clock', () => {
    const { clock, time, pass } = createRig();
    expect(time.now()).to.equal(morning);
    clock.at -= 48 * hour;
    pass(hour);
    expect(time.now()).to.equal(morning + hour);
    clock.at += 500 * hour;
    expect(time.now()).to.equal(morning + hour);
  });

  it('tells once that the clock was turned back, and not of a clock that is put right', () => {
    const { clock, time, pass } = createRig();
    clock.at -= 60_000;
    expect(time.turnedBackMs()).to.equal(0);
    clock.at -= 3 * hour;
    expect(time.turnedBackMs()).to.equal(3 * hour + 60_000);
    expect(time.turnedBackMs()).to.equal(0);
    clock.at += 3 * hour;
    pass(hour);
    expect(time.now()).to.equal(morning + hour);
    expect(time.turnedBackMs()).to.equal(0);
    clock.at -= 3 * hour;
    expect(time.turnedBackMs(), 'again').to.be.greaterThan(2 * hour);
  });

  it('tells nothing of a clock that ran ahead at the start and is set right before the server is met', () => {
    const rig = createRig();
    rig.time.measured(morning);
    const before = rig.time.kept();
    const next = createRig(before, 'boot-2', 5000);
    next.clock.at += 9 * hour;
    const ahead = createTrustedTime({
      ...{ clock: next.clock, bootId: 'boot-2', uptimeMs: () => next.device.uptimeMs, before },
    });
    next.pass(60_000);
    next.clock.at -= hour;
    expect(ahead.turnedBackMs(), 'set right by an hour').to.equal(0);
    ahead.measured(next.clock.at);
    expect(ahead.now()).to.equal(next.clock.at);
    next.clock.at -= hour;
    expect(ahead.turnedBackMs(), 'turned back after the server was met').to.equal(hour);
  });

  it('tells of one that is turned back behind what was known, whether or not the server was met', () => {
    const rig = createRig();
    rig.time.measured(morning);
    const next = createRig(rig.time.kept(), 'boot-2', 5000);
    next.clock.at += 2 * hour;
    const time = createTrustedTime({
      ...{ clock: next.clock, bootId: 'boot-2', uptimeMs: () => next.device.uptimeMs, before: rig.time.kept() },
    });
    next.clock.at -= 3 * hour;
    expect(time.turnedBackMs()).to.equal(3 * hour);
  });

  it('goes on from the latest there was after a start, also with a clock that lies behind', () => {
    const first = createRig();
    first.pass(5 * hour);
    const kept = first.time.kept();
    const second = createRig(kept, 'boot-2', 20_000);
    second.clock.at = morning - 24 * hour;
    const { time, clock } = createRig(kept, 'boot-2', 20_000);
    expect(time.now()).to.equal(morning + 5 * hour + 20_000);
    clock.at = morning + 9 * hour;
    expect(time.now(), 'set by the network').to.equal(morning + 9 * hour);
  });

  it('counts the time it was off by the clock, and an agent’s restart by the computer', () => {
    const first = createRig();
    const kept = first.time.kept();
    const clockAhead = createTestClock(morning + 7 * hour);
    const uptimeMs = () => 10_000 + hour;
    const off = createTrustedTime({ clock: clockAhead, bootId: 'boot-2', uptimeMs, before: kept });
    expect(off.now()).to.equal(morning + 7 * hour);
    const restarted = createTrustedTime({ clock: clockAhead, bootId: 'boot-1', uptimeMs, before: kept });
    expect(restarted.now()).to.equal(morning + hour);
  });

  it('is the server’s once it was met, also back, and keeps how far the clock was off', () => {
    const { clock, time, pass } = createRig();
    clock.at += 40 * hour;
    time.measured(morning - hour);
    expect(time.now()).to.equal(morning - hour);
    pass(hour);
    expect(time.now()).to.equal(morning);
    expect(time.turnedBackMs()).to.equal(0);
    expect(time.kept().offsetMs).to.equal(-41 * hour);
  });
});
