import { expect } from 'chai';
import { argon2 } from '../../../server/people/passwords.ts';
import { openDatabase } from '../../../server/storage/database.ts';
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

describe('setting up the first administrator', () => {
  let rig: Rig;
  const here = { address: '127.0.0.1' };
  const asked = (token: string) => ({ token, settingName: 'Acorns', ...owner });
  async function freshToken(): Promise<string> {
    return (await rig.people.issueSetUpToken())?.secret ?? expect.fail('no token was issued');
  }

  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.stop();
  });

  it('makes the setting and the administrator, and signs in', async () => {
    expect(await rig.people.setUpNeeded()).to.equal(true);
    const token = await freshToken();
    const { secret, view } = await rig.people.setUp(asked(token), here);
    expect(view).to.include({ name: owner.name, email: owner.email, role: 'administrator', settingName: 'Acorns' });
    expect(await rig.people.showSession(secret)).to.deep.equal(view);
    expect(await rig.people.setUpNeeded()).to.equal(false);
    expect(await rig.db('settings').first('name', 'time_zone')).to.deep.equal({
      name: 'Acorns',
      time_zone: 'Europe/London',
    });
    expect((await auditOf(rig, 'set-up.done'))[0]).to.include({ actor: owner.name, subject: view.personId });
    await rig.people.signIn({ email: owner.email, password: rightPassword }, here);
    expect(await everythingStored(rig)).not.to.include(token);
  });

  it('gives its name to the one setting that this computer’s own agent already needed', async () => {
    const settingId = await rig.people.ensureSetting('server');
    expect(await rig.people.ensureSetting('server')).to.equal(settingId);
    const { secret } = await rig.people.setUp(asked(await freshToken()), here);
    expect((await rig.people.findSession(secret))?.signedIn.asker.settingId).to.equal(settingId);
    expect(await rig.db('settings').select('name')).to.deep.equal([{ name: 'Acorns' }]);
  });

  it('refuses a second use of the link', async () => {
    const token = await freshToken();
    await rig.people.setUp(asked(token), here);
    const again = rig.people.setUp({ ...asked(token), email: 'eve@example.org' }, here);
    expect(await codeOf(again)).to.equal('set-up-done');
    expect((await auditOf(rig, 'set-up.refused'))[0]?.data).to.include({ code: 'set-up-done', address: '127.0.0.1' });
    expect(await countOf(rig, 'people')).to.equal(1);
  });

  it('refuses a link it did not make, without hashing the password that came with it', async () => {
    await freshToken();
    expect(await codeOf(rig.people.setUp(asked('x'.repeat(43)), here))).to.equal('link-unknown');
    expect((await auditOf(rig, 'set-up.refused'))[0]?.data.code).to.equal('link-unknown');
    expect(rig.hashCalls()).to.equal(0);
  });

  it('refuses a link after twenty-four hours, not a moment before', async () => {
    const token = await freshToken();
    rig.time.now += 24 * hour;
    expect(await codeOf(rig.people.setUp(asked(token), here))).to.equal('link-expired');
    expect((await auditOf(rig, 'set-up.refused'))[0]?.data.code).to.equal('link-expired');
    rig.time.now -= 1;
    await rig.people.setUp(asked(token), here);
  });

  it('makes earlier links void when the server starts again', async () => {
    const earlier = await freshToken();
    const latest = await freshToken();
    expect(await codeOf(rig.people.setUp(asked(earlier), here))).to.equal('link-unknown');
    await rig.people.setUp(asked(latest), here);
  });

  it('issues no link, and voids the one before, once there is an administrator', async () => {
    const token = await freshToken();
    await rig.people.addAdministrator(owner, 'command line');
    expect(await codeOf(rig.people.setUp({ ...asked(token), email: 'eve@example.org' }, here))).to.equal('set-up-done');
    expect(await rig.people.issueSetUpToken()).to.equal(undefined);
    expect(await countOf(rig, 'set_up_tokens')).to.equal(0);
  });

  it('refuses an e-mail address that is taken, and leaves the link good for another', async () => {
    await rig.people.addAdministrator(owner, 'command line');
    await rig.db('memberships').update({ role: 'manager' });
    const token = await freshToken();
    expect(await codeOf(rig.people.setUp(asked(token), here))).to.equal('conflict');
    await rig.people.setUp({ ...asked(token), email: 'ben@nursery.example' }, here);
  });

  it('slows down guesses at the link', async () => {
    await freshToken();
    for (let n = 0; n < 5; n += 1) await codeOf(rig.people.setUp(asked(`guess-${n}`), here));
    expect(await codeOf(rig.people.setUp(asked('guess'), here))).to.equal('too-many-tries');
    expect((await auditOf(rig, 'set-up.throttled'))[0]?.data).to.deep.equal({ address: '127.0.0.1', waitS: 2 });
    rig.time.now += 2 * second;
    await rig.people.setUp(asked(await freshToken()), here);
  });

  it('lets exactly one of several at once win, with everything that belongs to it', async () => {
    const token = await freshToken();
    const tries = [1, 2, 3, 4].map((n) =>
      rig.people.setUp({ ...asked(token), email: `person-${n}@example.org` }, { address: `192.0.2.${n}` }),
    );
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).to.have.length(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).to.have.property('code', 'set-up-done');
    }
    for (const table of ['people', 'memberships', 'settings', 'sign_ins']) {
      expect(await countOf(rig, table), table).to.equal(1);
    }
    expect(await auditOf(rig, 'set-up.refused')).to.have.length(3);
  });

  /** A service that is overtaken between its first look at the link and its transaction. */
  function overtakenBy(overtake: () => Promise<unknown>) {
    return rig.serve(rig.db, async (password, cost) => {
      await overtake();
      return await argon2.hash(password, cost);
    });
  }

  it('refuses when the command line added an administrator while the password was hashed', async () => {
    const token = await freshToken();
    const slow = overtakenBy(() => rig.people.addAdministrator(owner, 'command line'));
    expect(await codeOf(slow.setUp({ ...asked(token), email: 'eve@example.org' }, here))).to.equal('set-up-done');
    expect(await countOf(rig, 'people')).to.equal(1);
  });

  it('refuses a link used while the password was hashed, even when no administrator is left', async () => {
    const token = await freshToken();
    const slow = overtakenBy(async () => {
      await rig.people.setUp(asked(token), here);
      await rig.db('memberships').update({ role: 'manager' });
    });
    expect(await codeOf(slow.setUp({ ...asked(token), email: 'eve@example.org' }, here))).to.equal('set-up-done');
    expect(await countOf(rig, 'people')).to.equal(1);
  });

  it('lets exactly one of two processes on the same database win', async () => {
    const token = await freshToken();
    const other = await openDatabase(rig.url);
    try {
      const outcomes = await Promise.allSettled([
        rig.people.setUp({ ...asked(token), email: 'one@example.org' }, here),
        rig.serve(other).setUp({ ...asked(token), email: 'two@example.org' }, here),
      ]);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost.map((outcome) => outcome.reason.code)).to.deep.equal(['set-up-done']);
      expect(await countOf(rig, 'people')).to.equal(1);
    } finally {
      await other.destroy();
    }
  });
});
