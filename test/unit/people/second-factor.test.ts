import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import type { NewSession } from '../../../server/people/sessions.ts';
import { createThrottle } from '../../../server/people/throttle.ts';
import {
  auditOf,
  codeOf,
  countOf,
  everythingStored,
  hour,
  owner,
  type Rig,
  rightPassword,
  second,
  startRig,
} from './people-rig.ts';

describe('the second factor', () => {
  let rig: Rig;
  const here = { address: '192.0.2.10' };
  const right = { email: owner.email, password: rightPassword };

  beforeEach(async () => {
    rig = await startRig();
    await rig.people.addAdministrator(owner, 'command line');
  });
  afterEach(() => rig.stop());

  const sessionOf = async ({ secret }: NewSession) =>
    (await rig.people.findSession(secret))?.signedIn ?? expect.fail('no session');
  const codeOfApp = (secret: string, atMs = rig.time.now) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: atMs });

  /** Switches it on, and answers the app's secret and the recovery codes. */
  async function switchedOn() {
    const made = await rig.people.signIn(right, here);
    const session = await sessionOf(made);
    const { secret } = await rig.people.offerSecondFactor(session);
    const recoveryCodes = await rig.people.proveSecondFactor(session, codeOfApp(secret));
    rig.time.now += 60 * second;
    return { secret, recoveryCodes, session, made };
  }

  it('is off until the app’s first code was given', async () => {
    const made = await rig.people.signIn(right, here);
    const session = await sessionOf(made);
    const { secret, uri } = await rig.people.offerSecondFactor(session);
    expect(uri)
      .to.match(/^otpauth:\/\/totp\/Hometime:/)
      .and.to.include(secret);
    expect((await rig.people.signIn(right, here)).view.secondFactor.on).to.equal(false);
    expect(await codeOf(rig.people.proveSecondFactor(session, '000000'))).to.equal('wrong-code');
    const codes = await rig.people.proveSecondFactor(session, codeOfApp(secret));
    expect(new Set(codes).size).to.equal(10);
    expect((await rig.people.showSession(made.secret))?.secondFactor).to.deep.equal({
      on: true,
      dueAt: null,
      recoveryCodesLeft: 10,
    });
    expect(await codeOf(rig.people.offerSecondFactor(session))).to.equal('conflict');
  });

  it('asks for a code only after the right password, and takes it one step early or late, each step once', async () => {
    const { secret } = await switchedOn();
    expect(await codeOf(rig.people.signIn({ ...right, password: 'not the password' }, here))).to.equal(
      'wrong-credentials',
    );
    expect(await codeOf(rig.people.signIn(right, here))).to.equal('code-required');
    const late = codeOfApp(secret, rig.time.now - 30 * second);
    await rig.people.signIn({ ...right, code: late }, here);
    expect(await codeOf(rig.people.signIn({ ...right, code: late }, here))).to.equal('wrong-code');
    const early = codeOfApp(secret, rig.time.now + 30 * second);
    await rig.people.signIn({ ...right, code: early }, here);
    expect(await codeOf(rig.people.signIn({ ...right, code: codeOfApp(secret) }, here)), 'an earlier step').to.equal(
      'wrong-code',
    );
    rig.time.now += 300 * second;
    expect(
      await codeOf(rig.people.signIn({ ...right, code: codeOfApp(secret, rig.time.now - 90 * second) }, here)),
    ).to.equal('wrong-code');
  });

  it('gives one code to one of two at once', async () => {
    const { secret } = await switchedOn();
    const typed = { ...right, code: codeOfApp(secret) };
    const both = await Promise.allSettled([rig.people.signIn(typed, here), rig.people.signIn(typed, here)]);
    expect(both.map((each) => each.status).sort()).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('takes each recovery code once, however it is typed, and counts those left', async () => {
    const { recoveryCodes } = await switchedOn();
    const [code = ''] = recoveryCodes;
    const typed = { ...right, code: code.toUpperCase().replaceAll('-', '') };
    expect((await rig.people.signIn(typed, here)).view.secondFactor.recoveryCodesLeft).to.equal(9);
    expect(await codeOf(rig.people.signIn(typed, here))).to.equal('wrong-code');
    expect((await auditOf(rig, 'sign-in.done')).at(-1)?.data.usedRecoveryCode).to.equal(true);
  });

  it('gives one recovery code to one of two at once', async () => {
    const { recoveryCodes } = await switchedOn();
    const typed = { ...right, code: recoveryCodes[0] ?? '' };
    const both = await Promise.allSettled([rig.people.signIn(typed, here), rig.people.signIn(typed, here)]);
    expect(both.map((each) => each.status).sort()).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('makes new recovery codes that end the old ones, and ends with them', async () => {
    const { recoveryCodes, session } = await switchedOn();
    const renewed = await rig.people.renewRecoveryCodes(session);
    expect(await codeOf(rig.people.signIn({ ...right, code: recoveryCodes[0] }, here))).to.equal('wrong-code');
    await rig.people.signIn({ ...right, code: renewed[0] }, here);
    await rig.people.endSecondFactor(session);
    expect(await countOf(rig, 'recovery_codes')).to.equal(0);
    await rig.people.signIn(right, here);
    expect(await codeOf(rig.people.endSecondFactor(session))).to.equal('conflict');
  });

  it('stores neither the app’s secret nor a recovery code: a copy of the database does not give them', async () => {
    const { secret, recoveryCodes } = await switchedOn();
    const stored = await everythingStored(rig);
    for (const told of [secret, ...recoveryCodes]) expect(stored).not.to.include(told);
  });

  it('cannot be guessed from many addresses: wrong codes count for the account', async () => {
    await switchedOn();
    const codes = [];
    for (let n = 0; n < 40; n += 1) {
      codes.push(await codeOf(rig.people.signIn({ ...right, code: '000000' }, { address: `198.51.100.${n}` })));
    }
    expect(codes.filter((code) => code === 'wrong-code')).to.have.length(5);
    expect(codes.slice(5).every((code) => code === 'too-many-tries')).to.equal(true);
  });

  it('is demanded of an administrator after a day, and of nobody else', async () => {
    const overdue = async () => (await sessionOf(await rig.people.signIn(right, here))).secondFactor.overdue;
    expect(await overdue()).to.equal(false);
    rig.time.now += 24 * hour - 1;
    expect(await overdue()).to.equal(false);
    rig.time.now += 1;
    expect(await overdue()).to.equal(true);
    await rig.db('memberships').update({ role: 'manager' });
    expect(await overdue()).to.equal(false);
  });
});

describe('a browser that signed in before', () => {
  let rig: Rig;
  const home = { address: '192.0.2.10' };
  const right = { email: owner.email, password: rightPassword };
  const wrong = { email: owner.email, password: 'not the password' };

  beforeEach(async () => {
    rig = await startRig();
    await rig.people.addAdministrator(owner, 'command line');
  });
  afterEach(() => rig.stop());

  it('gets in while somebody at its own address tries wrong passwords at its account and at many others', async () => {
    const { knownBrowser } = await rig.people.signIn(right, home);
    for (let n = 0; n < 50; n += 1) await codeOf(rig.people.signIn(wrong, home));
    for (let n = 0; n < 50; n += 1) await codeOf(rig.people.signIn({ ...wrong, email: `p${n}@example.org` }, home));
    expect(await codeOf(rig.people.signIn(right, home))).to.equal('too-many-tries');
    await rig.people.signIn(right, { ...home, knownBrowser });
  });

  it('is held up by its own wrong tries, and these hold up nobody else', async () => {
    const { knownBrowser } = await rig.people.signIn(right, home);
    const from = { ...home, knownBrowser };
    const codes = [];
    for (let n = 0; n < 8; n += 1) codes.push(await codeOf(rig.people.signIn(wrong, from)));
    expect(codes.filter((code) => code === 'wrong-credentials')).to.have.length(5);
    expect(await codeOf(rig.people.signIn(right, from))).to.equal('too-many-tries');
    await rig.people.signIn(right, home);
  });

  it('is known by its own cookie alone: not by one forged, of another account, or older than 180 days', async () => {
    const { knownBrowser } = await rig.people.signIn(right, home);
    await rig.people.addAdministrator({ ...owner, email: 'ben@nursery.example', name: 'Ben' }, 'command line');
    const other = await rig.people.signIn({ ...right, email: 'ben@nursery.example' }, home);
    for (let n = 0; n < 6; n += 1) await codeOf(rig.people.signIn(wrong, home));
    const name = knownBrowser.split('~')[0];
    for (const forged of ['', 'x', other.knownBrowser, `${name}~20000~${'a'.repeat(43)}`, knownBrowser.slice(0, -1)]) {
      expect(await codeOf(rig.people.signIn(right, { ...home, knownBrowser: forged })), forged).to.equal(
        'too-many-tries',
      );
    }
    await rig.people.signIn(right, { ...home, knownBrowser });
    rig.time.now += 181 * 24 * hour;
    for (let n = 0; n < 6; n += 1) await codeOf(rig.people.signIn(wrong, home));
    expect(await codeOf(rig.people.signIn(right, { ...home, knownBrowser }))).to.equal('too-many-tries');
  });

  it('is known to each of the people who share it', async () => {
    await rig.people.addAdministrator({ ...owner, email: 'ben@nursery.example', name: 'Ben' }, 'command line');
    const one = await rig.people.signIn(right, home);
    const both = await rig.people.signIn(
      { ...right, email: 'ben@nursery.example' },
      { ...home, knownBrowser: one.knownBrowser },
    );
    expect(both.knownBrowser.split('.')).to.have.length(2);
    expect(both.knownBrowser).not.to.include('nursery');
    for (let n = 0; n < 6; n += 1) await codeOf(rig.people.signIn(wrong, home));
    await rig.people.signIn(right, { ...home, knownBrowser: both.knownBrowser });
  });

  it('leaves the counts of others as they are when it succeeds', () => {
    const throttle = createThrottle({ clock: rig.clock });
    for (let n = 0; n < 5; n += 1) throttle.admit({ address: '192.0.2.1', account: 'a' });
    throttle.admit({ alone: 'browser' }).succeeded();
    expect(() => throttle.admit({ address: '192.0.2.1', account: 'a' })).to.throw(/Wait/);
  });
});
