import { expect } from 'chai';
import sinon from 'sinon';
import { createPresence } from '../../../server/realtime/presence.ts';
import { instant } from '../../../shared/instant.ts';
import { manualClock } from './manual-clock.ts';

describe('presence', () => {
  let timers: sinon.SinonFakeTimers;
  beforeEach(() => {
    timers = sinon.useFakeTimers({ shouldClearNativeTimers: true });
  });
  afterEach(() => {
    timers.restore();
  });

  const rig = () => {
    const clock = manualClock();
    let elapsed = 0;
    const changed = sinon.fake();
    const flush = sinon.fake.resolves(undefined);
    const presence = createPresence({ clock, elapsed: () => elapsed, changed, flush });
    presence.start(() => {});
    const pass = async (ms: number) => {
      clock.move(ms);
      elapsed += ms;
      await timers.tickAsync(ms);
    };
    return { clock, changed, flush, presence, pass };
  };

  it('calls nobody online at start, whatever the database remembers', () => {
    const { presence, clock } = rig();
    expect(presence.of({ id: 'a', lastSeenAt: instant(clock.now()) })).to.include({ state: 'offline' });
    expect(presence.of({ id: 'b', lastSeenAt: null })).to.include({ state: 'never' });
  });

  it('tells when a device falls quiet and when it goes, each once', async () => {
    const { presence, pass, changed } = rig();
    presence.spoke('a');
    expect(changed.callCount).to.equal(1);
    await pass(70_000);
    presence.spoke('a');
    await pass(80_000);
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('quiet');
    await pass(80_000);
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('offline');
    expect(changed.callCount).to.equal(3);
    presence.spoke('a');
    expect(changed.callCount).to.equal(4);
  });

  it('goes by the time that passed, not by a clock that is set back or forward', async () => {
    const { presence, clock, pass } = rig();
    presence.spoke('a');
    clock.move(3_600_000);
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('online');
    clock.move(-7_200_000);
    await pass(160_000);
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('offline');
  });

  it('does not call a device online whose report could not be stored, until one can', () => {
    const { presence } = rig();
    presence.spoke('a');
    presence.lost('a');
    presence.spoke('a');
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('offline');
    presence.kept('a');
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('online');
  });

  it('calls a device quiet soon after its connection ended, unless it comes back', async () => {
    const { presence, pass } = rig();
    presence.spoke('a');
    presence.left('a');
    await pass(5_000);
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('online');
    await pass(10_000);
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('quiet');
    presence.spoke('a');
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('online');
  });

  it('writes last-seen times together and at the end, not at each word', async () => {
    const { presence, pass, flush } = rig();
    for (let word = 0; word < 100; word += 1) presence.spoke('a');
    presence.spoke('b');
    expect(flush.callCount).to.equal(0);
    await pass(15_000);
    expect(flush.callCount).to.equal(1);
    expect([...flush.firstCall.args[0].keys()]).to.deep.equal(['a', 'b']);
    presence.spoke('a');
    await presence.stop();
    expect(flush.callCount).to.equal(2);
  });

  it('writes one time after the other, and has written all when it is stopped', async () => {
    const written: string[][] = [];
    const ends: (() => void)[] = [];
    const flush = async (seen: ReadonlyMap<string, string>) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      written.push([...seen.keys()]);
    };
    const presence = createPresence({ clock: manualClock(), elapsed: () => 0, changed: () => {}, flush });
    presence.start(() => {});
    presence.spoke('a');
    await timers.tickAsync(15_000);
    presence.spoke('b');
    await timers.tickAsync(30_000);
    expect(ends).to.have.length(1);
    const stopped = presence.stop();
    ends[0]?.();
    await timers.tickAsync(0);
    ends[1]?.();
    await stopped;
    expect(written).to.deep.equal([['a'], ['b']]);
  });

  it('forgets a device that was enrolled again: the new one has said nothing', () => {
    const { presence } = rig();
    presence.spoke('a');
    presence.forget('a');
    expect(presence.of({ id: 'a', lastSeenAt: null }).state).to.equal('never');
  });
});
