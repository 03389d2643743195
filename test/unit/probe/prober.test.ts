import { expect } from 'chai';
import sinon from 'sinon';
import type { Probe, Probes } from '../../../agent/platform/platform.ts';
import { createProber } from '../../../agent/probe/prober.ts';
import { nextDelayMs, rhythms } from '../../../agent/probe/schedule.ts';
import { systemClock } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { known, unknown } from '../../../shared/reading.ts';
import type { ProbedSection, Sections } from '../../../shared/report/report.ts';

const at = '2026-11-21T12:00:00.000Z';
const nobody = { sessions: [] };

function createParts(probes: Partial<Probes> = {}) {
  const notAsked: Probe<never> = async () => unknown('not-supported', at);
  const readings: Partial<Sections>[] = [];
  let hint: (section: ProbedSection) => void = () => {};
  const stopped = sinon.fake();
  return {
    readings,
    stopped,
    hint: (section: ProbedSection) => hint(section),
    platform: {
      probes: {
        encryption: notAsked,
        sessions: notAsked,
        apps: notAsked,
        photos: notAsked,
        filtering: notAsked,
        location: notAsked,
        media: notAsked,
        programs: notAsked,
        rights: notAsked,
        system: notAsked,
        ...probes,
      },
      watch: (onHint: (section: ProbedSection) => void) => {
        hint = onHint;
        return stopped;
      },
    },
    health: async () => unknown('not-supported', at),
    clock: systemClock,
    log: { ...silentLog, error: sinon.fake() },
    onReading: (reading: Partial<Sections>) => void readings.push(reading),
    random: () => 0.5,
  };
}

/** A probe whose runs end when the test says so. */
function heldProbe() {
  const release: (() => void)[] = [];
  const probe = sinon.fake(
    () =>
      new Promise<ReturnType<typeof known<typeof nobody>>>((resolve) => release.push(() => resolve(known(nobody, at)))),
  );
  return { probe, release };
}

describe('the prober', () => {
  let time: sinon.SinonFakeTimers;
  beforeEach(() => {
    time = sinon.useFakeTimers();
  });
  afterEach(() => time.restore());

  it('gives every section an answer although one probe throws', async () => {
    const parts = createParts({
      photos: sinon.fake.rejects(new Error('broken')),
      sessions: async () => known(nobody, at),
    });
    const sections = await createProber(parts).askAll();
    expect(sections.photos).to.include({ state: 'unknown', reason: 'probe-failed' });
    expect(sections.sessions).to.include({ state: 'known' });
    expect(Object.keys(sections)).to.have.length(11);
    expect(parts.log.error.calledOnceWith('probe-failed', { section: 'photos', error: 'broken' })).to.equal(true);
    expect(parts.readings).to.have.length(11);
  });

  it('logs of a probe that fails nothing that its error quotes of people’s files (privacy rule)', async () => {
    const thrown = [
      [new Error("EIO: i/o error, scandir '/home/mia/Leo’s photos'"), 'EIO: i/o error, scandir'],
      [new SyntaxError('Unexpected token \'x\', ..."mia":x"... is not valid JSON'), 'Unexpected token'],
      [new SyntaxError('"mia" is not valid JSON'), 'SyntaxError'],
      [new Error('cannot open C:\\Users\\mia'), 'cannot open C:'],
    ] as const;
    for (const [error, said] of thrown) {
      const parts = createParts({ photos: () => Promise.reject(error) });
      await createProber(parts).askAll();
      expect(parts.log.error.calledOnceWith('probe-failed', { section: 'photos', error: said }), said).to.equal(true);
    }
  });

  it('answers timed-out for a probe that ignores its limit, and does not start it a second time', async () => {
    const { probe, release } = heldProbe();
    const prober = createProber(createParts({ sessions: probe }));
    const first = prober.ask(['sessions']);
    await time.tickAsync(rhythms.sessions.limitMs);
    expect((await first).sessions).to.include({ state: 'unknown', reason: 'timed-out' });
    expect((await prober.ask(['sessions'])).sessions).to.include({ reason: 'timed-out' });
    expect(probe.callCount).to.equal(1);
    release[0]?.();
    await time.tickAsync(0);
    const third = prober.ask(['sessions']);
    await time.tickAsync(0);
    release[1]?.();
    expect((await third).sessions).to.include({ state: 'known' });
  });

  it('fires the signal at the limit, so that a probe can end what it started', async () => {
    let signal: AbortSignal | undefined;
    const probe: Probe<typeof nobody> = (given) => {
      signal = given;
      return new Promise(() => {});
    };
    const answer = createProber(createParts({ sessions: probe })).ask(['sessions']);
    await time.tickAsync(rhythms.sessions.limitMs - 1);
    expect(signal?.aborted).to.equal(false);
    await time.tickAsync(1);
    expect(signal?.aborted).to.equal(true);
    await answer;
  });

  it('bears with a probe for as long as its system needs', async () => {
    const { platform, ...parts } = createParts({ sessions: () => new Promise(() => {}) });
    const answered = sinon.fake();
    const slow = createProber({ ...parts, platform: { ...platform, limitsMs: { sessions: 90_000 } } });
    void slow.ask(['sessions']).then(answered);
    await time.tickAsync(89_999);
    expect(answered.called).to.equal(false);
    await time.tickAsync(1);
    expect(answered.firstCall.args[0].sessions).to.include({ reason: 'timed-out' });
  });

  it('never answers from a look taken before the question: all who ask during a run share the next', async () => {
    const { probe, release } = heldProbe();
    const prober = createProber(createParts({ sessions: probe }));
    const first = prober.ask(['sessions']);
    const second = prober.ask(['sessions']);
    const third = prober.ask(['sessions']);
    await time.tickAsync(0);
    expect(probe.callCount).to.equal(1);
    release[0]?.();
    await first;
    await time.tickAsync(0);
    expect(probe.callCount).to.equal(2);
    release[1]?.();
    await Promise.all([second, third]);
    expect(probe.callCount).to.equal(2);
  });

  it('glances in its own rounds, and looks anew for whoever asks, for a hint, and for all who wait for the same run', async () => {
    const release: (() => void)[] = [];
    const looks: (string | undefined)[] = [];
    const probe: Probe<typeof nobody> = (_signal, look) => {
      looks.push(look);
      return new Promise((resolve) => release.push(() => resolve(known(nobody, at))));
    };
    const parts = createParts({ sessions: probe });
    const prober = createProber(parts);
    const end = async () => {
      release.shift()?.();
      await time.tickAsync(0);
    };
    prober.start();
    await end();
    await time.tickAsync(rhythms.sessions.everyMs);
    await end();
    expect(looks).to.deep.equal(['glance', 'glance']);
    void prober.ask(['sessions']);
    await end();
    parts.hint('sessions');
    await end();
    expect(looks.slice(2)).to.deep.equal(['new', 'new']);
    // A round and an order wait for the same run to end: the order counts.
    await time.tickAsync(rhythms.sessions.everyMs - 1_000);
    void prober.ask(['sessions']);
    await time.tickAsync(1_000);
    void prober.ask(['sessions']);
    await end();
    expect(looks.slice(4)).to.deep.equal(['new', 'new']);
    await end();
    await time.tickAsync(rhythms.sessions.everyMs);
    expect(looks.slice(6)).to.deep.equal(['glance']);
    prober.stop();
  });

  it('looks at the place seldom while the connection holds, at once when it ended, and often from then on (DEV1)', async () => {
    const looks: (string | undefined)[] = [];
    const location: Probe<never> = async (_signal, look) => {
      looks.push(look);
      return unknown('no-network', at);
    };
    const parts = createParts({ location });
    const prober = createProber(parts);
    prober.inTouch(false);
    expect(looks).to.deep.equal([]);
    prober.start();
    prober.inTouch(true);
    await time.tickAsync(rhythms.location.everyMs);
    await time.tickAsync(rhythms.location.inTouchMs ?? 0);
    expect(looks).to.deep.equal(['glance', 'glance', 'glance']);
    prober.inTouch(false);
    await time.tickAsync(0);
    expect(looks.slice(3)).to.deep.equal(['new']);
    await time.tickAsync(rhythms.location.everyMs * 2);
    expect(looks).to.have.length(6);
    prober.stop();
    prober.inTouch(false);
    await time.tickAsync(0);
    expect(looks).to.have.length(6);
  });

  it('comes along with what woke the processor, and not after its end', async () => {
    const probe = sinon.fake(async () => known(nobody, at));
    const prober = createProber(createParts({ sessions: probe }));
    prober.start();
    await time.tickAsync(rhythms.sessions.everyMs * 0.8);
    prober.awake();
    expect(probe.callCount).to.equal(2);
    prober.stop();
    await time.tickAsync(rhythms.sessions.everyMs);
    prober.awake();
    expect(probe.callCount).to.equal(2);
  });

  it('asks seldomer where the system says that its hints can be relied on', async () => {
    const probe = sinon.fake(async () => known(nobody, at));
    const { platform, ...parts } = createParts({ sessions: probe });
    const prober = createProber({ ...parts, platform: { ...platform, everyMs: { sessions: 5 * 60_000 } } });
    prober.start();
    await time.tickAsync(5 * 60_000 - 1);
    expect(probe.callCount).to.equal(1);
    await time.tickAsync(1);
    expect(probe.callCount).to.equal(2);
    prober.stop();
  });

  it('asks everything at its start, again at its rhythm, and not after its end', async () => {
    const probe = sinon.fake(async () => known(nobody, at));
    const parts = createParts({ sessions: probe });
    const prober = createProber(parts);
    prober.start();
    await time.tickAsync(0);
    expect(probe.callCount).to.equal(1);
    await time.tickAsync(rhythms.sessions.everyMs * 3);
    expect(probe.callCount).to.equal(4);
    prober.stop();
    expect(parts.stopped.callCount).to.equal(1);
    parts.hint('sessions');
    await time.tickAsync(rhythms.sessions.everyMs * 3);
    expect(probe.callCount).to.equal(4);
  });

  it('asks at once on a hint, and once more when the hint comes during a run', async () => {
    const { probe, release } = heldProbe();
    const parts = createParts({ sessions: probe });
    const prober = createProber(parts);
    prober.start();
    await time.tickAsync(0);
    parts.hint('sessions');
    parts.hint('sessions');
    await time.tickAsync(0);
    expect(probe.callCount).to.equal(1);
    release[0]?.();
    await time.tickAsync(0);
    expect(probe.callCount).to.equal(2);
    release[1]?.();
    await time.tickAsync(0);
    expect(probe.callCount).to.equal(2);
    prober.stop();
  });

  it('goes on although whoever takes the readings throws', async () => {
    const parts = { ...createParts(), onReading: () => expect.fail('a full disk') };
    expect(Object.keys(await createProber(parts).askAll())).to.have.length(11);
  });

  it('spreads its rounds by a tenth either way', () => {
    expect(nextDelayMs(1000, () => 0)).to.equal(900);
    expect(nextDelayMs(1000, () => 0.999999)).to.equal(1100);
  });
});
