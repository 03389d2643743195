import { expect } from 'chai';
import sinon from 'sinon';
import { correctTimes } from '../../../../agent/report/correct-times.ts';
import { createReportSender } from '../../../../agent/report/report-sender.ts';
import type { ReportShelf, WaitingReport } from '../../../../agent/report/slices.ts';
import { createServerTime } from '../../../../agent/transport/server-time.ts';
import { instant } from '../../../../shared/instant.ts';
import { known } from '../../../../shared/reading.ts';
import type { ReportMessage } from '../../../../shared/wire/messages.ts';
import { createHeardLog, createTestClock, morning, session, sessionsReading } from '../parts.ts';

type Answer = { state: 'done' } | { state: 'later' } | { state: 'refused'; code: string; message: string };

function createScene(answers: Answer[]) {
  const reports: WaitingReport[] = [1, 2].map((sequence) => ({
    sequence,
    at: instant(morning),
    sections: sessionsReading([]),
  }));
  const setAside = sinon.fake();
  const drop = async () => void reports.shift();
  const shelf: ReportShelf = {
    oldest: async () => reports[0],
    acknowledge: drop,
    setAside: async (sequence, code) => {
      setAside(sequence, code);
      await drop();
    },
  };
  const sent: ReportMessage[] = [];
  const measureAgain = sinon.fake();
  const { log, events } = createHeardLog();
  const sender = createReportSender({
    epoch: 4,
    shelf,
    deliver: async (message) => {
      sent.push(message);
      return answers.shift() ?? { state: 'later' };
    },
    correct: (at) => at,
    measureAgain,
    onAcknowledged: () => {},
    log,
  });
  return { sender, sent, setAside, measureAgain, events };
}

const fromTheFuture: Answer = { state: 'refused', code: 'report-from-the-future', message: 'later than now' };

describe('sending reports', () => {
  it('sends the oldest again until it is acknowledged, then the next', async () => {
    const { sender, sent } = createScene([{ state: 'later' }, { state: 'done' }, { state: 'done' }]);
    expect(await sender.sendOldest()).to.equal('later');
    expect(await sender.sendOldest()).to.equal('settled');
    expect(await sender.sendOldest()).to.equal('settled');
    expect(await sender.sendOldest()).to.equal('nothing');
    expect(sent.map(({ epoch, sequence }) => [epoch, sequence])).to.deep.equal([
      [4, 1],
      [4, 1],
      [4, 2],
    ]);
  });

  it('puts a report that is refused for good aside with the reason, says so, and goes on', async () => {
    const { sender, setAside, events } = createScene([
      { state: 'refused', code: 'not-valid', message: 'no' },
      { state: 'done' },
    ]);
    await sender.sendOldest();
    expect(setAside.calledOnceWithExactly(1, 'not-valid')).to.equal(true);
    expect(events[0]).to.deep.include({ event: 'report-set-aside' });
    expect(await sender.sendOldest()).to.equal('settled');
  });

  it('has the clocks compared again for a report from the future, three times, before it gives that report up', async () => {
    const { sender, setAside, measureAgain } = createScene([
      fromTheFuture,
      fromTheFuture,
      fromTheFuture,
      fromTheFuture,
    ]);
    for (let count = 1; count <= 3; count += 1) {
      expect(await sender.sendOldest()).to.equal('later');
      expect(measureAgain.callCount).to.equal(count);
    }
    expect(await sender.sendOldest()).to.equal('settled');
    expect(setAside.calledOnceWithExactly(1, 'report-from-the-future')).to.equal(true);
  });
});

describe('the server’s time', () => {
  const enrolled = morning - 30 * 86_400_000;

  it('is measured at the middle of the round trip', () => {
    const clock = createTestClock();
    const time = createServerTime({ clock, notBefore: enrolled });
    expect(time.measure(morning, morning + 1_000, instant(morning + 3_600_500))).to.equal(3_600_000);
    expect(time.now()).to.equal(morning + 3_600_000);
  });

  for (const [what, offsetMs, correctedMs] of [
    ['a day behind', 86_400_000, 86_400_000],
    ['a day ahead', -86_400_000, -86_400_000],
    ['a second off, which may be the network', 1_000, 0],
  ] as const) {
    it(`corrects times of a clock that is ${what}`, () => {
      const clock = createTestClock(morning + 60_000);
      const time = createServerTime({ clock, notBefore: enrolled });
      time.measure(clock.now(), clock.now(), instant(clock.now() + offsetMs));
      expect(time.correct(instant(morning))).to.equal(instant(morning + correctedMs));
    });
  }

  it('counts times of a clock that was not set yet from the start, when it is set before the server is met', () => {
    let passed = 5_000;
    const clock = createTestClock(0);
    const time = createServerTime({ clock, notBefore: enrolled, steady: () => passed });
    passed += 10_000;
    clock.at += 10_000;
    const seen = instant(clock.now());
    passed += 20_000;
    clock.at = morning;
    time.measure(morning, morning, instant(morning));
    expect(time.correct(seen)).to.equal(instant(morning - 20_000));
    expect(time.correct(instant(morning - 1_000))).to.equal(instant(morning - 1_000));
  });

  it('gives no time earlier than the enrolment, of a run of which nothing is known any more', () => {
    const clock = createTestClock();
    const time = createServerTime({ clock, notBefore: enrolled });
    time.measure(morning, morning, instant(morning));
    expect(time.correct(instant(60_000))).to.equal(instant(enrolled));
  });

  it('never lets a time be later than the server’s now, whatever the device’s clock did since', () => {
    const clock = createTestClock();
    const time = createServerTime({ clock, notBefore: enrolled });
    time.measure(morning, morning, instant(morning - 1_500));
    expect(time.correct(instant(morning))).to.equal(instant(morning - 1_500));
    expect(time.correct(instant(morning + 86_400_000))).to.equal(instant(morning - 1_500));
  });

  it('moves the times of readings, also of those inside a reading, and no time that is a fact of the system', () => {
    const count = known({ photos: 3, videos: 0 }, instant(morning));
    const photos = { places: [{ place: 'camera' as const, count }], atLeast: count.value, complete: true };
    const later = (at: string) => instant(Date.parse(at) + 1_000);
    const corrected = correctTimes(
      { photos: known(photos, instant(morning)), ...sessionsReading([session('1', 'anna', instant(morning))]) },
      later,
    );
    expect(corrected.photos?.at).to.equal(instant(morning + 1_000));
    expect(JSON.stringify(corrected.photos)).to.not.contain(instant(morning));
    expect(corrected.sessions).to.deep.equal(
      sessionsReading([session('1', 'anna', instant(morning))], morning + 1_000).sessions,
    );
  });

  it('corrects since when a beacon has been so, for the agent’s clock told it', () => {
    const gateway = { address: '10.77.0.1', hardwareAddress: null, link: 'wired' as const };
    const beacon = { state: 'answered' as const, observedAt: instant(morning) };
    const location = known({ gateway, wifi: null, vpn: false, beacon }, instant(morning));
    const corrected = correctTimes({ location }, (at) => instant(Date.parse(at) + 1_000));
    expect(JSON.stringify(corrected.location)).to.not.contain(instant(morning));
  });
});
