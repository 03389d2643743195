import { expect } from 'chai';
import { byAsker } from '../../../server/people/invitations.ts';
import type { Role } from '../../../shared/api/people.ts';
import {
  auditOf,
  codeOf,
  everythingStored,
  hour,
  owner,
  type Rig,
  refusal,
  rightPassword,
  startRig,
} from './people-rig.ts';

const day = 24 * hour;
const here = { address: '192.0.2.10' };
const password = 'tiny boats sail north';

describe('the people of a setting', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.people.addAdministrator(owner, 'command line');
  });
  afterEach(() => rig.stop());

  const sessionOf = async (secret: string) => (await rig.people.findSession(secret))?.signedIn;
  const amina = async () => {
    const { secret } = await rig.people.signIn({ email: owner.email, password: rightPassword }, here);
    return (await sessionOf(secret)) ?? expect.fail('no session');
  };
  const by = async () => byAsker((await amina()).asker, 'https://acorns.example');
  const tokenOf = ({ link }: { link: string }) => new URL(link).hash.replace('#token=', '');
  const invite = async (email: string, role: Role, days: number | null = null) =>
    tokenOf(await rig.people.makeInvitation(await by(), { email, role, days }));
  const join = async (email: string, role: Role, days: number | null = null) =>
    await rig.people.acceptInvitation(
      { token: await invite(email, role, days), name: email.split('@')[0], password },
      here,
    );

  it('are invited by a link that shows what it is for, works once, and whose token is not stored', async () => {
    const token = await invite('ben@nursery.example', 'deputy');
    const offer = await rig.people.lookAtInvitation(token, here);
    expect(offer).to.deep.equal({
      email: 'ben@nursery.example',
      role: 'deputy',
      purpose: 'join',
      settingName: 'My setting',
      known: false,
    });
    expect(await codeOf(rig.people.acceptInvitation({ token, password }, here))).to.equal('not-valid');
    const { view } = await rig.people.acceptInvitation({ token, name: 'Ben', password }, here);
    expect(view).to.include({ role: 'deputy', name: 'Ben' });
    expect(await codeOf(rig.people.acceptInvitation({ token, name: 'Eve', password }, here))).to.equal('link-used');
    expect(await everythingStored(rig)).not.to.include(token);
    expect((await auditOf(rig, 'person.joined'))[0]).to.include({ actor: 'Ben', subject: view.personId });
  });

  it('join once by a link that is opened twice at the same moment', async () => {
    const token = await invite('ben@nursery.example', 'deputy');
    const join = (name: string) => codeOf(rig.people.acceptInvitation({ token, name, password }, here));
    const codes = await Promise.allSettled([join('Ben'), join('Eve')]);
    const refused = codes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(refused).to.deep.equal(['link-used']);
    expect(await auditOf(rig, 'person.joined')).to.have.length(1);
  });

  it('cannot join by a link that is unknown, revoked, replaced or older than seven days', async () => {
    expect(await codeOf(rig.people.lookAtInvitation('x'.repeat(43), here))).to.equal('link-unknown');
    const first = await invite('ben@nursery.example', 'staff');
    const second = await invite('ben@nursery.example', 'staff');
    expect(await codeOf(rig.people.lookAtInvitation(first, here))).to.equal('link-used');
    const { asker } = await amina();
    const [open] = await rig.people.invitationsOf(asker);
    await rig.people.revokeInvitation(asker, open?.id ?? '');
    expect(await codeOf(rig.people.lookAtInvitation(second, here))).to.equal('link-used');
    const third = await invite('ben@nursery.example', 'staff');
    rig.time.now += 7 * day;
    expect(await codeOf(rig.people.acceptInvitation({ token: third, name: 'Ben', password }, here))).to.equal(
      'link-expired',
    );
    expect(await rig.people.invitationsOf(asker)).to.deep.equal([]);
  });

  it('join a second setting with their own password, and switch with a new session that is not confirmed', async () => {
    const other = await rig.people.addAdministrator(
      { email: 'cleo@nursery.example', name: 'Cleo', password, settingId: await secondSetting() },
      'command line',
    );
    const cleo = { settingId: other.settingId, name: 'Cleo', personId: other.personId, origin: 'http://x' };
    const token = tokenOf(await rig.people.makeInvitation(cleo, { email: owner.email, role: 'staff', days: null }));
    expect((await rig.people.lookAtInvitation(token, here)).known).to.equal(true);
    expect(await codeOf(rig.people.acceptInvitation({ token, password }, here)), 'not her own').to.equal(
      'wrong-credentials',
    );
    const joined = await rig.people.acceptInvitation({ token, password: rightPassword }, here);
    expect(joined.view).to.include({ role: 'staff', settingName: 'Second' });
    const signedIn = (await sessionOf(joined.secret)) ?? expect.fail('no session');
    await rig.people.confirmSession(signedIn, { password: rightPassword, secret: joined.secret });
    const [home] = joined.view.settings.filter(({ role }) => role === 'administrator');
    const switched = await rig.people.switchSetting(signedIn, home?.id ?? '', { ...here, oldSecret: joined.secret });
    expect(switched.view).to.include({ role: 'administrator', confirmedUntil: null });
    expect(await sessionOf(joined.secret)).to.equal(undefined);
    expect(await codeOf(rig.people.switchSetting(signedIn, '0b54c6a4-2f0e-4f55-9d0e-3a3a5a0c9d11', here))).to.equal(
      'forbidden',
    );
    const reset = rig.people.resetPerson(cleo, switched.view.personId);
    expect(await codeOf(reset), 'one setting alone').to.equal('conflict');
  });

  async function secondSetting(): Promise<string> {
    const id = '0d4a7a0e-63a4-4f3a-9c39-0000000000aa'.replace('4f3a-9', '4f3a-8');
    await rig
      .db('settings')
      .insert({ id, name: 'Second', time_zone: 'Europe/London', created_at: '2030-01-01T00:00:00.000Z' });
    return id;
  }

  it('let a committee member in for ninety days at most; when it ends, so does the session at its next request', async () => {
    for (const days of [null, 91]) {
      const error = await refusal(invite('insp@nursery.example', 'committee', days));
      expect(error.fields).to.have.property('days');
    }
    const { secret } = await join('insp@nursery.example', 'committee', 90);
    const found = await rig.people.findSession(secret);
    expect(found?.signedIn.asker.role).to.equal('committee');
    await rig.db('sign_ins').update({ expires_at: '2099-01-01T00:00:00.000Z' });
    rig.time.now += 90 * day - 1;
    expect(await sessionOf(secret)).not.to.equal(undefined);
    rig.time.now += 1;
    expect(await sessionOf(secret)).to.equal(undefined);
    const again = rig.people.signIn({ email: 'insp@nursery.example', password }, here);
    expect(await codeOf(again)).to.equal('forbidden');
  });

  it('change roles by an administrator, but never the last one, and sockets open anew', async () => {
    const { asker } = await amina();
    for (const change of [
      { role: 'staff', days: null },
      { role: 'administrator', days: 30 },
    ] as const) {
      expect(await codeOf(rig.people.changePerson(asker, asker.id, change))).to.equal('conflict');
    }
    const ben = await join('ben@nursery.example', 'staff');
    rig.sessionEnded.resetHistory();
    expect(
      (await rig.people.changePerson(asker, ben.view.personId, { role: 'administrator', days: null })).role,
    ).to.equal('administrator');
    expect(rig.sessionEnded.callCount).to.equal(1);
    const session = await sessionOf(ben.secret);
    expect(session?.asker.role).to.equal('administrator');
    expect(Date.parse(session?.approvesFrom ?? '') - rig.time.now, 'approves after a day').to.equal(day);
    await rig.people.changePerson(asker, asker.id, { role: 'staff', days: null });
    expect(await codeOf(rig.people.changePerson(asker, ben.view.personId, { role: 'committee', days: 5 }))).to.equal(
      'conflict',
    );
  });

  it('leave: sign-ins, tokens and invitations end at once, open orders are named', async () => {
    const { asker } = await amina();
    expect(await codeOf(rig.people.leavePerson(asker, { personId: asker.id, reason: 'left' }))).to.equal('conflict');
    const ben = await join('ben@nursery.example', 'administrator');
    const his = (await sessionOf(ben.secret)) ?? expect.fail('no session');
    const made = await rig.people.makeToken(his.asker, { name: 'x', role: 'staff', days: 9 });
    const link = await rig.people.makeInvitation(byAsker(his.asker, 'http://x'), {
      email: 'eve@nursery.example',
      role: 'administrator',
      days: null,
    });
    const left = await rig.people.leavePerson(asker, { personId: ben.view.personId, reason: 'left us' });
    expect(left).to.deep.equal({
      sessionsEnded: 1,
      tokensRevoked: 1,
      invitationsRevoked: 1,
      openOrders: ['open-order'],
      otherSettings: 0,
    });
    expect(await sessionOf(ben.secret)).to.equal(undefined);
    expect(await rig.people.findToken(made.token)).to.equal(undefined);
    expect(await codeOf(rig.people.lookAtInvitation(tokenOf(link), here))).to.equal('link-used');
    expect(await codeOf(rig.people.signIn({ email: 'ben@nursery.example', password }, here))).to.equal('forbidden');
    expect((await rig.people.peopleOf(asker)).map(({ name }) => name)).to.deep.equal([owner.name]);
    expect(await codeOf(rig.people.leavePerson(asker, { personId: ben.view.personId, reason: 'again' }))).to.equal(
      'not-found',
    );
  });

  it('are reset by a link: a new password, no second factor, every sign-in ended, and no approving for a day', async () => {
    const ben = await join('ben@nursery.example', 'administrator');
    const his = (await sessionOf(ben.secret)) ?? expect.fail('no session');
    await rig
      .db('second_factors')
      .insert({ person_id: his.asker.id, sealed_secret: 'x', offered_at: 'x', proved_at: '2026-01-01' });
    rig.time.now += 3 * day;
    const token = tokenOf(await rig.people.resetPerson(await by(), his.asker.id));
    const done = await rig.people.acceptInvitation({ token, password: 'seven quiet grey geese' }, here);
    expect(done.view.secondFactor.on).to.equal(false);
    expect(await sessionOf(ben.secret)).to.equal(undefined);
    expect((await sessionOf(done.secret))?.approvesFrom).to.equal(new Date(rig.time.now + day).toISOString());
    expect(await codeOf(rig.people.signIn({ email: 'ben@nursery.example', password }, here))).to.equal(
      'wrong-credentials',
    );
  });

  it('give API tokens a role and an end, after which they open nothing', async () => {
    const { asker } = await amina();
    const { token, id } = await rig.people.makeToken(asker, { name: 'report', role: 'committee', days: 2 });
    expect(await rig.people.findToken(token)).to.include({ id, role: 'committee' });
    expect((await rig.people.tokensOf(asker))[0]).to.include({ madeBy: owner.name });
    rig.time.now += 2 * day;
    expect(await rig.people.findToken(token)).to.equal(undefined);
    expect(await rig.people.tokensOf(asker)).to.deep.equal([]);
  });
});
