import { expect } from 'chai';
import { forgetful } from '../../../agent/platform/keeper.ts';
import { createHealth } from '../../../agent/probe/health.ts';
import { instant, systemClock } from '../../../shared/instant.ts';
import { type Reading, unknown } from '../../../shared/reading.ts';
import { type Health, healthSchema } from '../../../shared/report/health.ts';
import { type ProbedSection, probedSectionNames } from '../../../shared/report/report.ts';
import { createMemoryKeeper, createTestClock } from '../agent/parts.ts';

const minute = 60_000;
const hour = 60 * minute;

function createRig(disk = createMemoryKeeper(), clock = createTestClock()) {
  const now = { residentBytes: 61e6, cpuMicroseconds: 0, skewMs: null as number | null, steady: 0 };
  const health = createHealth({
    clock,
    keeper: disk.keeper,
    skewMs: () => now.skewMs,
    usage: { residentBytes: () => now.residentBytes, cpuMicroseconds: () => now.cpuMicroseconds },
    steady: () => now.steady,
  });
  const pass = (ms: number) => {
    clock.at += ms;
    now.steady += ms;
  };
  const ask = async (): Promise<Health> => healthOf(await health.probe(new AbortController().signal));
  const see = (section: ProbedSection, reason: Parameters<typeof unknown>[0] = 'not-supported') =>
    health.saw({ [section]: unknown(reason, instant(clock.now())) });
  return { ...disk, clock, now, health, pass, ask, see };
}

function healthOf(reading: Reading<Health>): Health {
  if (reading.state === 'unknown') throw new Error(reading.reason);
  return healthSchema.parse(reading.value);
}

describe('the agent’s own health', () => {
  it('is told by the real process: this one', async () => {
    const health = createHealth({ clock: systemClock, keeper: forgetful });
    const { memoryMb, cpuPercent, starts } = healthOf(await health.probe(new AbortController().signal));
    expect(memoryMb).to.be.within(30, 4_000);
    expect(cpuPercent).to.be.within(0, 6_400);
    expect(starts).to.equal(1);
  });

  it('tells by which settings the device looks, where there are any to look by', async () => {
    const told = [];
    for (const version of [null, 5]) {
      const { probe } = createHealth({ clock: systemClock, keeper: forgetful, settingsVersion: () => version });
      told.push(healthOf(await probe(new AbortController().signal)).settingsVersion);
    }
    const { probe } = createHealth({ clock: systemClock, keeper: forgetful });
    told.push(healthOf(await probe(new AbortController().signal)).settingsVersion);
    expect(told).to.deep.equal([null, 5, undefined]);
  });

  it('counts starts over the last 24 hours, also those before this one', async () => {
    const disk = createMemoryKeeper();
    const clock = createTestClock();
    for (let start = 1; start <= 3; start += 1) {
      expect((await createRig(disk, clock).ask()).starts).to.equal(start);
      clock.at += hour;
    }
    const last = createRig(disk, clock);
    expect((await last.ask()).starts).to.equal(4);
    expect((await last.ask()).starts, 'asked twice is no start').to.equal(4);
    last.pass(22 * hour);
    expect((await last.ask()).starts).to.equal(2);
    last.pass(10 * 24 * hour);
    expect((await last.ask()).starts, 'an agent that runs for days').to.equal(1);
  });

  it('counts no single look as a start, and is not lost over damaged or impossible counts', async () => {
    const disk = createMemoryKeeper();
    const clock = createTestClock();
    await createRig(disk, clock).ask();
    const look = createHealth({ clock, keeper: disk.keeper, isLook: true });
    expect(healthOf(await look.probe(new AbortController().signal)).starts).to.equal(1);
    for (const text of ['', 'garbage', '[-1]', `[${clock.at + hour}]`, '{"a":1}']) {
      disk.kept.set('starts', text);
      expect((await createRig(disk, clock).ask()).starts, text).to.equal(1);
    }
  });

  it('keeps its figures while they hover between two steps', async () => {
    const { ask, now, pass } = createRig();
    pass(100 * minute);
    const first = await ask();
    expect(first).to.include({ memoryMb: 60, cpuPercent: 0, clockSkewSeconds: null });
    for (const [residentBytes, share] of [
      [66e6, 0.3],
      [55e6, 0.2],
      [69e6, 0.49],
    ] as const) {
      now.residentBytes = residentBytes;
      now.cpuMicroseconds = (share / 100) * 100 * minute * 1000;
      expect(await ask()).to.deep.equal(first);
    }
    now.residentBytes = 75e6;
    now.cpuMicroseconds = (1.2 / 100) * 100 * minute * 1000;
    expect(await ask()).to.include({ memoryMb: 80, cpuPercent: 1 });
  });

  it('does not call the work of starting how it always is', async () => {
    const { ask, now } = createRig();
    now.cpuMicroseconds = 900_000;
    now.steady = 400;
    expect((await ask()).cpuPercent).to.equal(0);
    now.steady = 10 * minute;
    expect((await ask()).cpuPercent, 'and says the same once it has run for a while').to.equal(0);
    now.cpuMicroseconds = 60_000_000;
    now.steady = minute;
    expect((await ask()).cpuPercent, 'one that never rests').to.equal(10);
  });

  it('tells the clock’s error in steps of five seconds, once it was compared, and does not flap', async () => {
    const { ask, now } = createRig();
    const told = [];
    for (const skewMs of [null, 1_900, -2_400, 4_900, 5_100, 3_000, -130_000]) {
      now.skewMs = skewMs;
      told.push((await ask()).clockSkewSeconds);
    }
    expect(told).to.deep.equal([null, 0, 0, 0, 5, 5, -130]);
    expect(Object.is(told[1], 0)).to.equal(true);
  });

  it('keeps its start where it was, but for a clock that was set right', async () => {
    const { ask, clock, pass } = createRig();
    const began = instant(clock.at);
    pass(hour);
    clock.at += 90_000;
    expect((await ask()).startedAt).to.equal(began);
    clock.at += 10 * 365 * 24 * hour;
    expect(Date.parse((await ask()).startedAt)).to.equal(clock.at - hour);
  });

  it('tells the hour in which everything had been asked, and not one in which a section was never asked', async () => {
    const { ask, see, pass, clock } = createRig();
    const but = probedSectionNames.slice(1);
    for (const section of but) see(section);
    expect((await ask()).lastFullCycleAt).to.equal(null);
    see('encryption');
    const first = instant(Math.floor(clock.at / hour) * hour);
    expect((await ask()).lastFullCycleAt).to.equal(first);
    for (let more = 0; more < 5; more += 1) {
      pass(hour);
      for (const section of but) see(section);
    }
    expect((await ask()).lastFullCycleAt, 'one hangs').to.equal(instant(Date.parse(first) + hour));
    see('encryption');
    expect((await ask()).lastFullCycleAt).to.equal(instant(Date.parse(first) + 5 * hour));
  });

  it('counts failed looks by section over 24 hours, in steps, and no system that says it does not know', async () => {
    const { ask, see, pass } = createRig();
    see('encryption', 'tool-missing');
    see('sessions', 'timed-out');
    see('photos', 'timed-out');
    for (let more = 0; more < 16; more += 1) see('photos', 'probe-failed');
    expect((await ask()).failures).to.deep.equal([
      { section: 'photos', count: 10, last: 'probe-failed' },
      { section: 'sessions', count: 1, last: 'timed-out' },
    ]);
    pass(20 * hour);
    see('sessions', 'timed-out');
    pass(5 * hour);
    expect((await ask()).failures).to.deep.equal([{ section: 'sessions', count: 1, last: 'timed-out' }]);
  });
});
