import { expect } from 'chai';
import {
  auditOf,
  codeOf,
  countOf,
  everythingStored,
  hour,
  owner,
  type Rig,
  refusal,
  rightPassword,
  startRig,
} from './people-rig.ts';

describe('signing in', () => {
  let rig: Rig;
  const here = { address: '192.0.2.10' };
  const right = { email: owner.email, password: rightPassword };

  beforeEach(async () => {
    rig = await startRig();
    await rig.people.addAdministrator(owner, 'command line');
  });
  afterEach(async () => {
    await rig.stop();
  });

  it('opens a session with the right password and puts it on record', async () => {
    const { secret, view } = await rig.people.signIn(right, here);
    expect(view).to.include({ name: owner.name, email: owner.email, role: 'administrator', settingName: 'My setting' });
    const found = await rig.people.findSession(secret);
    expect(await rig.people.showSession(secret)).to.deep.equal(view);
    expect(found?.signedIn.asker).to.include({ kind: 'person', id: view.personId, role: 'administrator' });
    const [entry] = await auditOf(rig, 'sign-in.done');
    expect(entry).to.deep.include({ actor: owner.name, subject: view.personId });
    expect(entry?.data).to.deep.equal({
      address: here.address,
      turnedAway: 0,
      usedRecoveryCode: false,
      endedEarlier: false,
    });
  });

  it('stores neither the password nor the secret of the cookie', async () => {
    const { secret } = await rig.people.signIn(right, here);
    const stored = await everythingStored(rig);
    expect(stored).to.include('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(stored).not.to.include(rightPassword);
    expect(stored).not.to.include(secret);
  });

  it('refuses a wrong password and puts it on record without the password', async () => {
    const error = await refusal(rig.people.signIn({ ...right, password: 'hunter2 hunter2' }, here));
    expect(error.code).to.equal('wrong-credentials');
    const [entry] = await auditOf(rig, 'sign-in.refused');
    expect(entry?.data).to.deep.equal({
      code: 'wrong-credentials',
      address: here.address,
      turnedAway: 0,
      accountKnown: true,
    });
    expect(await everythingStored(rig)).not.to.include('hunter2');
    expect(await countOf(rig, 'sign_ins')).to.equal(0);
  });

  it('answers an unknown address like a wrong password, runs argon2 as often, and does not store what was typed', async () => {
    const wrong = await refusal(rig.people.signIn({ ...right, password: 'hunter2 hunter2' }, here));
    expect(rig.verifyCalls()).to.equal(1);
    const typed = { email: 'my-password@example.org', password: rightPassword };
    const unknown = await refusal(rig.people.signIn(typed, here));
    expect(unknown.body()).to.deep.equal(wrong.body());
    expect(rig.verifyCalls()).to.equal(2);
    expect(await everythingStored(rig)).not.to.include('my-password');
    const entries = await auditOf(rig, 'sign-in.refused');
    expect(entries[1]).to.include({ subject: null, setting_id: null });
  });

  it('refuses a person who belongs to no setting any more, only after the right password', async () => {
    await rig.db('memberships').delete();
    expect(await codeOf(rig.people.signIn({ ...right, password: 'not that one' }, here))).to.equal('wrong-credentials');
    expect(await codeOf(rig.people.signIn(right, here))).to.equal('forbidden');
    expect((await auditOf(rig, 'sign-in.refused')).map((entry) => entry.data.code)).to.deep.equal([
      'wrong-credentials',
      'forbidden',
    ]);
  });

  it('takes a password typed in another form of the same letters', async () => {
    await rig.people.addAdministrator(
      { email: 'zoe@nursery.example', name: 'Zoë', password: 'cafe\u0301 cafe\u0301 crème' },
      'command line',
    );
    const { view } = await rig.people.signIn({ email: 'zoe@nursery.example', password: 'café café crème' }, here);
    expect(view.name).to.equal('Zoë');
  });

  it('gives each sign-in a new secret and ends the one the browser carried', async () => {
    const first = await rig.people.signIn(right, here);
    const firstId = (await rig.people.findSession(first.secret))?.signedIn.sessionId;
    const elsewhere = await rig.people.signIn(right, { address: '192.0.2.11' });
    const second = await rig.people.signIn(right, { ...here, oldSecret: first.secret });
    expect(new Set([first.secret, elsewhere.secret, second.secret]).size).to.equal(3);
    expect(await rig.people.findSession(first.secret)).to.equal(undefined);
    expect(await rig.people.findSession(elsewhere.secret)).not.to.equal(undefined);
    expect(rig.sessionEnded.args).to.deep.equal([[firstId]]);
  });

  it('ends the session at sign-out, tells who must know, and puts it on record', async () => {
    const { secret, view } = await rig.people.signIn(right, here);
    const found = await rig.people.findSession(secret);
    if (found === undefined) expect.fail('no session');
    await rig.people.signOut(found.signedIn);
    expect(await rig.people.findSession(secret)).to.equal(undefined);
    expect(rig.sessionEnded.args).to.deep.equal([[found.signedIn.sessionId]]);
    expect((await auditOf(rig, 'sign-in.ended'))[0]?.subject).to.equal(view.personId);
  });

  it('ends a session twelve hours after the sign-in, however much it was used', async () => {
    const { secret } = await rig.people.signIn(right, here);
    for (let hours = 1; hours < 12; hours += 1) {
      rig.time.now += hour;
      expect(await rig.people.findSession(secret), `after ${hours} h`).not.to.equal(undefined);
    }
    rig.time.now += hour - 1;
    expect(await rig.people.findSession(secret)).not.to.equal(undefined);
    rig.time.now += 1;
    expect(await rig.people.findSession(secret)).to.equal(undefined);
  });

  it('forgets expired sessions at the next sign-in', async () => {
    await rig.people.signIn(right, here);
    rig.time.now += 13 * hour;
    await rig.people.signIn(right, here);
    expect(await countOf(rig, 'sign_ins')).to.equal(1);
  });

  it('takes a role away from an open session at once', async () => {
    const { secret } = await rig.people.signIn(right, here);
    await rig.db('memberships').update({ role: 'manager' });
    expect((await rig.people.findSession(secret))?.signedIn.asker.role).to.equal('manager');
    await rig.db('memberships').delete();
    expect(await rig.people.findSession(secret)).to.equal(undefined);
  });
});
