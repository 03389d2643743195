import { expect } from 'chai';
import sinon from 'sinon';
import { createRounds } from '../../../agent/probe/rounds.ts';
import type { SectionName } from '../../../shared/report/report.ts';

const minute = 60_000;

type Rhythms = Partial<Record<SectionName, number>>;

describe('rounds', () => {
  let time: sinon.SinonFakeTimers;
  beforeEach(() => {
    time = sinon.useFakeTimers();
  });
  afterEach(() => time.restore());

  /** Two sections of interest; the others are asked once a day. */
  function begin(everyMs: Rhythms, random = () => 0.5, firstMs: Rhythms = {}) {
    const ran: string[] = [];
    const began = time.now;
    const rounds = createRounds({
      everyMs: (section) => everyMs[section] ?? 24 * 60 * minute,
      firstMs: (section) => firstMs[section],
      run: (section) => {
        if (everyMs[section] !== undefined) ran.push(`${section} ${(time.now - began) / 1000}`);
      },
      random,
    });
    rounds.start();
    return { rounds, ran };
  }

  it('begin with everything at once, and ask each section at its rhythm', async () => {
    const { ran, rounds } = begin({ sessions: minute, media: 7 * minute });
    await time.tickAsync(7 * minute);
    expect(ran.filter((each) => each.startsWith('sessions'))).to.have.length(8);
    expect(ran.filter((each) => each.startsWith('media'))).to.deep.equal(['media 0', 'media 420']);
    rounds.stop();
    await time.tickAsync(7 * minute);
    expect(ran).to.have.length(10);
  });

  it('take along what is nearly due, so that one waking serves several, and nothing else', async () => {
    const { ran } = begin({ location: minute, sessions: 1.2 * minute, media: 2 * minute });
    await time.tickAsync(minute);
    expect(ran.slice(3)).to.deep.equal(['sessions 60', 'location 60']);
  });

  it('come along with what woke the processor anyway, when they are nearly due, and are then not due for a whole rhythm', async () => {
    const { ran, rounds } = begin({ location: minute });
    await time.tickAsync(25_000);
    rounds.awake();
    expect(ran).to.deep.equal(['location 0']);
    await time.tickAsync(25_000);
    rounds.awake();
    rounds.awake();
    expect(ran).to.deep.equal(['location 0', 'location 50']);
    await time.tickAsync(59_999);
    expect(ran).to.have.length(2);
    await time.tickAsync(1);
    expect(ran).to.have.length(3);
  });

  it('of a section that is soon out of date after the start come sooner once', async () => {
    const { ran } = begin({ agent: 10 * minute }, () => 0.5, { agent: minute });
    await time.tickAsync(22 * minute);
    expect(ran).to.deep.equal(['agent 0', 'agent 60', 'agent 660', 'agent 1260']);
  });

  it('of several sections find together and stay so, each within its rhythm', async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const { ran, rounds } = begin({ sessions: 5 * minute, media: 5 * minute, system: 10 * minute }, random);
    for (let ping = 0; ping < 6 * 60 * 2.4; ping += 1) {
      await time.tickAsync(25_000);
      rounds.awake();
    }
    const wakings = new Set(ran.map((each) => each.split(' ')[1]));
    expect(wakings.size).to.be.within(72, 92);
    expect(ran.filter((each) => each.startsWith('system')).length).to.be.within(33, 55);
    for (const at of wakings) expect(Number(at) % 25, 'none has a waking of its own').to.equal(0);
  });

  it('are never more than half a minute early for a ping, and two minutes beside another, however long the rhythm', async () => {
    const { ran, rounds } = begin({ encryption: 15 * minute });
    await time.tickAsync(15 * minute - 30_001);
    rounds.awake();
    expect(ran).to.have.length(1);
    await time.tickAsync(1);
    rounds.awake();
    expect(ran).to.have.length(2);
  });

  it('are never late by more than a tenth, whatever wakes the processor or is put off', async () => {
    let last = 0;
    let latest = 0;
    const rounds = createRounds({
      everyMs: (section) => (section === 'location' ? minute : 10 * minute),
      run(section) {
        if (section !== 'location') return;
        latest = Math.max(latest, time.now - last);
        last = time.now;
      },
      random: () => 0.999999,
    });
    last = time.now;
    rounds.start();
    for (let step = 0; step < 200; step += 1) {
      await time.tickAsync((step * 7_919) % 31_000);
      if (step % 3 === 0) rounds.awake();
      if (step % 5 === 0) rounds.postpone('media');
    }
    expect(latest).to.be.at.most(1.1 * minute + 1);
    rounds.stop();
  });

  it('of a section that was asked for another reason begin anew from there', async () => {
    const { ran, rounds } = begin({ sessions: minute });
    await time.tickAsync(50_000);
    rounds.postpone('sessions');
    await time.tickAsync(59_999);
    expect(ran).to.deep.equal(['sessions 0']);
    await time.tickAsync(1);
    expect(ran).to.deep.equal(['sessions 0', 'sessions 110']);
  });
});
