import { expect } from 'chai';
import { requireConfirmed, requireSecondFactor, requireSettled } from '../../../server/http/confirmed.ts';
import { refuseKnownPassword } from '../../../server/people/known-passwords.ts';
import { seal, unseal } from '../../../server/people/sealed.ts';
import { codeOf, hour, owner, type Rig, refusal, rightPassword, second, startRig } from './people-rig.ts';

const here = { address: '192.0.2.10', browser: `Mozilla/5.0 \u001b[31m(X11)\n${'x'.repeat(300)}` };
const right = { email: owner.email, password: rightPassword };

describe('a person’s own account', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.people.addAdministrator(owner, 'command line');
  });
  afterEach(() => rig.stop());

  async function signedIn() {
    const { secret } = await rig.people.signIn(right, here);
    const session = async () => (await rig.people.findSession(secret))?.signedIn ?? expect.fail('no session');
    return { secret, session };
  }

  it('is confirmed by the password again, for five minutes, and only in that sign-in', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    expect(() => requireConfirmed({ session: undefined })).to.throw(/person/);
    expect(
      await codeOf(Promise.resolve().then(async () => requireConfirmed({ session: await one.session() }))),
    ).to.equal('confirm-password');
    const view = await rig.people.confirmSession(await one.session(), { password: rightPassword, secret: one.secret });
    expect(view.confirmedUntil).to.equal('2026-11-02T08:05:00.000Z');
    requireConfirmed({ session: await one.session() });
    expect((await other.session()).confirmedUntil).to.equal(null);
    rig.time.now += 300 * second;
    expect((await one.session()).confirmedUntil).to.equal(null);
  });

  it('is not confirmed for a day because the clock was put back by one', async () => {
    const { secret, session } = await signedIn();
    await rig.people.confirmSession(await session(), { password: rightPassword, secret });
    const before = await session();
    rig.time.now -= 24 * 60 * 60 * second;
    expect((await session()).confirmedUntil).to.equal(null);
    const use = rig.db.transaction((connection) => rig.people.useUpConfirmation(connection, before));
    expect(await codeOf(use)).to.equal('confirm-password');
  });

  it('has its confirmation used up by one of two orders at once', async () => {
    const { secret, session } = await signedIn();
    await rig.people.confirmSession(await session(), { password: rightPassword, secret });
    const mine = await session();
    const use = () => rig.db.transaction((connection) => rig.people.useUpConfirmation(connection, mine));
    const both = await Promise.allSettled([use(), use()]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    expect((await session()).confirmedUntil).to.equal(null);
    expect(
      await codeOf(rig.db.transaction((connection) => rig.people.useUpConfirmation(connection, undefined))),
    ).to.equal('confirm-password');
  });

  it('slows wrong passwords of a stolen sign-in down, without keeping its owner from signing in', async () => {
    const { secret, session } = await signedIn();
    const codes = [];
    for (let n = 0; n < 10; n += 1) {
      codes.push(await codeOf(rig.people.confirmSession(await session(), { password: `guess ${n}`, secret })));
    }
    expect(codes.filter((code) => code === 'wrong-credentials')).to.have.length(5);
    expect(await codeOf(rig.people.changePassword(await session(), { old: rightPassword, new: 'x' }))).to.equal(
      'too-many-tries',
    );
    await rig.people.signIn(right, here);
  });

  it('lists its sign-ins with a short line of the browser, ends one or all others, and no one else’s', async () => {
    const [one, two, three] = [await signedIn(), await signedIn(), await signedIn()];
    const list = await rig.people.ownSessions(await one.session());
    expect(list).to.have.length(3);
    expect(list.filter(({ current }) => current)).to.have.length(1);
    expect(list[0]?.browser)
      .to.match(/^Mozilla\/5\.0 \[31m\(X11\)x+$/)
      .and.to.have.length(120);
    expect(list[0]?.address).to.equal(here.address);
    const ben = await rig.people.addAdministrator(
      { ...owner, email: 'ben@nursery.example', name: 'Ben' },
      'command line',
    );
    expect(ben.personId).not.to.equal((await one.session()).asker.id);
    const his = await rig.people.signIn({ ...right, email: 'ben@nursery.example' }, here);
    const hisId = (await rig.people.findSession(his.secret))?.signedIn.sessionId ?? '';
    expect(await codeOf(rig.people.endOwnSessions(await one.session(), { id: hisId })), 'Ben’s').to.equal('not-found');
    expect(await rig.people.endOwnSessions(await one.session(), { id: (await two.session()).sessionId })).to.equal(1);
    expect(await rig.people.findSession(two.secret)).to.equal(undefined);
    expect(await rig.people.endOwnSessions(await one.session(), 'others')).to.equal(1);
    expect(await rig.people.findSession(three.secret)).to.equal(undefined);
    expect(await rig.people.findSession(his.secret)).not.to.equal(undefined);
  });

  it('tells when a sign-in was last used to five minutes, not finer', async () => {
    const { session } = await signedIn();
    rig.time.now += 62 * second;
    const first = (await rig.people.ownSessions(await session()))[0]?.lastUsedAt;
    expect(first).to.equal('2026-11-02T08:00:00.000Z');
    rig.time.now += 500 * second;
    expect((await rig.people.ownSessions(await session()))[0]?.lastUsedAt).to.equal('2026-11-02T08:05:00.000Z');
  });

  it('changes its password, which ends all other sign-ins, and refuses a known one', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const change = async (to: string, old = rightPassword) =>
      rig.people.changePassword(await one.session(), { old, new: to });
    expect(await codeOf(change('seven quiet grey geese', 'not it'))).to.equal('wrong-credentials');
    expect((await refusal(change('password123456'))).fields).to.have.property('new');
    await change('seven quiet grey geese');
    expect(await rig.people.findSession(two.secret)).to.equal(undefined);
    await one.session();
    expect(await codeOf(rig.people.signIn(right, here))).to.equal('wrong-credentials');
  });

  it('needs a second factor for a wipe among two, and a day as administrator to approve', async () => {
    const { session } = await signedIn();
    const mine = await session();
    expect(await codeOf(Promise.resolve().then(() => requireSecondFactor({ session: mine })))).to.equal(
      'second-factor-required',
    );
    const fresh = { ...mine, approvesFrom: '2026-11-03T08:00:00.000Z' };
    expect(
      await codeOf(Promise.resolve().then(() => requireSettled({ session: fresh }, '2026-11-03T07:59:59.999Z'))),
    ).to.equal('forbidden');
    requireSettled({ session: fresh }, '2026-11-03T08:00:00.000Z');
    rig.time.now += hour;
  });
});

describe('known passwords', () => {
  const own = ['Amina Khan', 'amina@nursery.example', 'Acorns'];
  for (const password of [
    ...[
      'password1234',
      'P@ssw0rd2024!!',
      'QWERTYUIOP123456',
      'aaaaaaaaaaaa',
      'abcabcabcabc',
      'Liverpool 2025',
      'passwordqwerty',
    ],
    ...[
      'Acorns Nursery 1',
      'amina@nursery.example',
      'Summertime2025!',
      'hunter2 hunter2',
      '123456789012',
      '!!!!!!!!!!!!',
    ],
  ]) {
    it(`refuse "${password}" where it is set, and name the field`, async () => {
      expect((await refusal(refuseKnownPassword(password, own))).fields).to.have.property('password');
    });
  }
  for (const password of [
    'correct horse battery',
    'three old garden chairs',
    'purple elephant',
    'k7Fq-2mZx-9rTw',
    'café café crème',
  ]) {
    it(`let "${password}" be`, () => refuseKnownPassword(password, own));
  }
});

describe('what is sealed', () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

  it('opens with its key for its owner, and is never the same text twice', () => {
    const sealed = seal(key, 'amina', 'JBSWY3DP');
    expect(unseal(key, 'amina', sealed)).to.equal('JBSWY3DP');
    expect(sealed).not.to.equal(seal(key, 'amina', 'JBSWY3DP'));
  });

  it('opens for nobody else, with no other key, and not when a byte was changed', () => {
    const sealed = seal(key, 'amina', 'JBSWY3DP');
    expect(() => unseal(key, 'ben', sealed)).to.throw();
    expect(() => unseal(other, 'amina', sealed)).to.throw();
    const bytes = Buffer.from(sealed, 'base64');
    for (let n = 0; n < bytes.length; n += 1) {
      const changed = Buffer.from(bytes);
      changed[n] = (changed[n] ?? 0) ^ 1;
      expect(() => unseal(key, 'amina', changed.toString('base64')), `byte ${n}`).to.throw();
    }
  });
});
