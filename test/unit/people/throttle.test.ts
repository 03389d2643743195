import { expect } from 'chai';
import fc from 'fast-check';
import { createGate } from '../../../server/people/gate.ts';
import { createThrottle, TurnedAway } from '../../../server/people/throttle.ts';
import { TooManyTries } from '../../../server/people/too-many-tries.ts';
import { auditOf, codeOf, hour, owner, type Rig, refusal, rightPassword, second, startRig } from './people-rig.ts';

describe('ten thousand wrong passwords', () => {
  let rig: Rig;
  const attacker = { address: '198.51.100.66' };
  const home = { address: '192.0.2.10' };
  const right = { email: owner.email, password: rightPassword };
  const wrong = (n: number) => ({ email: owner.email, password: `guess number ${n}` });

  beforeEach(async () => {
    rig = await startRig();
    await rig.people.addAdministrator(owner, 'command line');
  });
  afterEach(async () => {
    await rig.stop();
  });

  it('one after the other are tested five times, and the owner still signs in from elsewhere', async () => {
    const codes = new Map<string, number>();
    for (let n = 0; n < 10_000; n += 1) {
      const code = await codeOf(rig.people.signIn(wrong(n), attacker));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(codes)).to.deep.equal({ 'wrong-credentials': 5, 'too-many-tries': 9_995 });
    expect(rig.verifyCalls()).to.equal(5);
    expect((await rig.people.signIn(right, home)).view.email).to.equal(owner.email);
  });

  it('all at once are tested five times', async () => {
    const codes = await Promise.all(
      Array.from({ length: 10_000 }, (_, n) => codeOf(rig.people.signIn(wrong(n), attacker))),
    );
    expect(codes.filter((code) => code === 'wrong-credentials')).to.have.length(5);
    expect(rig.verifyCalls()).to.equal(5);
  });

  it('one a second are tested fewer than thirty times in three hours', async () => {
    for (let n = 0; n < 10_000; n += 1) {
      await codeOf(rig.people.signIn(wrong(n), attacker));
      rig.time.now += second;
    }
    expect(rig.verifyCalls()).to.be.within(10, 30);
  });

  it('for ten thousand names from one address are tested twenty times, and other addresses are not held up', async () => {
    for (let n = 0; n < 10_000; n += 1) {
      await codeOf(rig.people.signIn({ email: `person-${n}@example.org`, password: 'one password' }, attacker));
    }
    expect(rig.verifyCalls()).to.equal(20);
    await rig.people.signIn(right, home);
  });

  it('do not get in with the right one while the wait lasts, and it says how long that is', async () => {
    for (let n = 0; n < 5; n += 1) await codeOf(rig.people.signIn(wrong(n), attacker));
    const error = await refusal(rig.people.signIn(right, attacker));
    expect(error.body()).to.deep.equal({
      code: 'too-many-tries',
      message: 'Too many tries to sign in. Wait 2 seconds, then try again.',
    });
    expect(error).to.be.instanceOf(TooManyTries).and.to.have.property('waitS', 2);
    rig.time.now += 2 * second;
    await rig.people.signIn(right, attacker);
  });

  it('leave a few lines on record, with how many were turned away', async () => {
    for (let n = 0; n < 100; n += 1) await codeOf(rig.people.signIn(wrong(n), attacker));
    expect(await auditOf(rig, 'sign-in.refused')).to.have.length(5);
    const throttled = await auditOf(rig, 'sign-in.throttled');
    expect(throttled.map((entry) => entry.data)).to.deep.equal([{ address: attacker.address, waitS: 2 }]);
    rig.time.now += hour;
    await rig.people.signIn(right, attacker);
    expect((await auditOf(rig, 'sign-in.done'))[0]?.data.turnedAway).to.equal(95);
  });

  it('from two hundred addresses at once find a queue with an end; those turned away are not counted as wrong', async () => {
    const from = (n: number) => ({ address: `203.0.113.${n}` });
    const codes = await Promise.all(
      Array.from({ length: 200 }, (_, n) => codeOf(rig.people.signIn(wrong(n), from(n)))),
    );
    const tested = codes.filter((code) => code === 'wrong-credentials').length;
    expect(rig.verifyCalls()).to.equal(tested);
    // Two run and 64 wait; a few more find a place when the first are through.
    expect(tested).to.be.within(66, 120);
    const turned = codes.indexOf('too-many-tries');
    for (let n = 0; n < 5; n += 1) {
      expect(await codeOf(rig.people.signIn(wrong(n), from(turned)))).to.equal('wrong-credentials');
    }
  }).timeout(60_000);
});

describe('the throttle', () => {
  const account = 'amina@nursery.example';
  function start(atMost?: number) {
    const time = { now: 0 };
    const throttle = createThrottle({ clock: { now: () => time.now }, ...(atMost === undefined ? {} : { atMost }) });
    return { time, throttle };
  }

  it('begins anew for the account after a success, and takes its try off the address', () => {
    const { throttle } = start();
    for (let n = 0; n < 1_000; n += 1) throttle.admit({ address: '192.0.2.1', account }).succeeded();
  });

  it('does not let a right sign-in wipe out the wrong ones for other accounts at the address', () => {
    const { throttle } = start();
    for (let n = 0; n < 19; n += 1) throttle.admit({ address: '192.0.2.1', account: `p${n}` });
    throttle.admit({ address: '192.0.2.1', account }).succeeded();
    throttle.admit({ address: '192.0.2.1', account: 'p20' });
    expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway);
  });

  it('holds up others at the address for a minute at most, the account there for a quarter of an hour', () => {
    const { time, throttle } = start();
    for (let n = 0; n < 40; n += 1) {
      throttle.admit({ address: '192.0.2.1', account });
      time.now += 15 * 60 * second;
    }
    throttle.admit({ address: '192.0.2.1', account });
    expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway, '900 seconds');
    expect(() => throttle.admit({ address: '192.0.2.1', account: 'other' })).to.throw(TurnedAway, '60 seconds');
  });

  it('makes nobody wait for months whose wait began before the clock was put back, and lets nobody off', () => {
    const { time, throttle } = start();
    time.now = 400 * 24 * hour;
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: '192.0.2.1', account });
    time.now = 24 * hour;
    expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway, '2 seconds');
    time.now += 2 * second;
    throttle.admit({ address: '192.0.2.1', account });
    expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway, '4 seconds');
  });

  it('counts the addresses of one IPv6 network as one, and an IPv4 address however it is written', () => {
    const { throttle } = start();
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: `2001:db8:1:${n}::${n}`, account });
    expect(() => throttle.admit({ address: '2001:db8:1:9::9', account })).to.throw(TurnedAway);
    throttle.admit({ address: '2001:db8:ffff::1', account });
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: '192.0.2.7', account });
    expect(() => throttle.admit({ address: '::ffff:192.0.2.7', account })).to.throw(TurnedAway);
  });

  it('forgets after an hour without a try, no sooner', () => {
    const { time, throttle } = start();
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: '192.0.2.1', account });
    time.now += hour - 1;
    throttle.admit({ address: '192.0.2.1', account });
    expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway, '4 seconds');
    time.now += hour;
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: '192.0.2.1', account });
  });

  it('keeps a bounded number of counts: the one touched longest ago goes first', () => {
    const { throttle } = start(10);
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: '192.0.2.1', account });
    for (let n = 0; n < 9; n += 1) throttle.admit({ address: `198.51.100.${n}`, account });
    expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway);
    throttle.admit({ address: '198.51.100.99', account });
    throttle.admit({ address: '192.0.2.1', account });
  });

  it('a withdrawn try leaves no trace, in whatever order tries end', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 4 }), (wrongs) => {
        const { throttle } = start();
        const tries = wrongs.map(() => throttle.admit({ address: '192.0.2.1', account }));
        for (const [n, isWrong] of wrongs.entries()) if (!isWrong) tries[n]?.withdraw();
        const left = 5 - wrongs.filter(Boolean).length;
        for (let n = 0; n < left; n += 1) throttle.admit({ address: '192.0.2.1', account });
        expect(() => throttle.admit({ address: '192.0.2.1', account })).to.throw(TurnedAway);
      }),
    );
  });
});

describe('the gate', () => {
  it('runs so many at once, queues so many, turns the rest away, and works on after a failure', async () => {
    const gate = createGate({ atOnce: 2, queued: 1 });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    const ends: ((fault?: Error) => void)[] = [];
    const slow = () =>
      gate.run(
        () =>
          new Promise<string>((resolve, reject) => {
            ends.push((fault) => (fault === undefined ? resolve('done') : reject(fault)));
          }),
      );
    const outcomes = Promise.allSettled([slow(), slow(), slow()]);
    expect(await codeOf(slow())).to.equal('too-many-tries');
    await settled();
    expect(ends).to.have.length(2);
    ends[0]?.(new Error('broken'));
    await settled();
    expect(ends).to.have.length(3);
    for (const end of ends) end();
    expect((await outcomes).map((outcome) => outcome.status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled']);
    expect(await gate.run(() => Promise.resolve('free again'))).to.equal('free again');
  });
});
