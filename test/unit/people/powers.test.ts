import { expect } from 'chai';
import { countAdministrators } from '../../../server/people/administrator-count.ts';
import { byAsker } from '../../../server/people/invitations.ts';
import type { Role } from '../../../shared/api/people.ts';
import { instant } from '../../../shared/instant.ts';
import { auditOf, codeOf, hour, owner, type Rig, startRig } from './people-rig.ts';

const day = 24 * hour;
const here = { address: '192.0.2.10' };
const password = 'tiny boats sail north';
const cleo = { email: 'cleo@nursery.example', name: 'Cleo', password };

describe('what an administrator could do, once they are none', () => {
  let rig: Rig;
  let settingId: string;
  let cleoId: string;
  beforeEach(async () => {
    rig = await startRig();
    ({ settingId } = await rig.people.addAdministrator(owner, 'command line'));
    ({ personId: cleoId } = await rig.people.addAdministrator(cleo, 'command line'));
  });
  afterEach(() => rig.stop());

  const signedIn = async (who: { email: string; password: string }) => {
    const { secret } = await rig.people.signIn({ email: who.email, password: who.password }, here);
    const found = await rig.people.findSession(secret);
    return { session: found?.signedIn ?? expect.fail('no session'), secret };
  };
  const tokenOf = ({ link }: { link: string }) => new URL(link).hash.replace('#token=', '');
  const change = async (personId: string, role: Role, days: number | null = null) =>
    rig.people.changePerson((await signedIn(owner)).session.asker, personId, { role, days });
  const counted = () =>
    countAdministrators(rig.db, settingId, { now: instant(rig.time.now), since: instant(rig.time.now - day) });

  it('ends: their invitations and API tokens are void with the role', async () => {
    const { session } = await signedIn(cleo);
    const invited = await rig.people.makeInvitation(byAsker(session.asker, 'https://a.example'), {
      ...{ email: 'mole@nursery.example', role: 'administrator', days: null },
    });
    const { token, id } = await rig.people.makeToken(session.asker, {
      name: 'back door',
      role: 'administrator',
      days: 9,
    });
    await change(cleoId, 'staff');
    expect(await rig.people.findToken(token)).to.equal(undefined);
    const accepting = rig.people.acceptInvitation({ token: tokenOf(invited), name: 'Mole', password }, here);
    expect(await codeOf(accepting)).to.equal('link-used');
    expect(rig.sessionEnded.args.flat()).to.include(id);
    expect((await auditOf(rig, 'person.changed'))[0]?.data).to.include({ tokensRevoked: 1, invitationsRevoked: 1 });
  });

  it('is remembered for a day, so that a wipe needs a second one as long', async () => {
    expect(await counted()).to.deep.equal({ now: 2, lately: 2 });
    await change(cleoId, 'manager');
    expect(await counted()).to.deep.equal({ now: 1, lately: 2 });
    await change(cleoId, 'administrator');
    expect(await counted()).to.deep.equal({ now: 2, lately: 2 });
    await rig.people.leavePerson((await signedIn(owner)).session.asker, { personId: cleoId, reason: 'moved away' });
    rig.time.now += day - 1;
    expect(await counted()).to.deep.equal({ now: 1, lately: 2 });
    rig.time.now += 1;
    expect(await counted()).to.deep.equal({ now: 1, lately: 1 });
  });

  it('is remembered too when the role ended by itself', async () => {
    await change(cleoId, 'administrator', 1);
    rig.time.now += day;
    expect(await counted()).to.deep.equal({ now: 1, lately: 2 });
    rig.time.now += day;
    expect(await counted()).to.deep.equal({ now: 1, lately: 1 });
  });

  it('is not done by a request that was let in a moment before: the confirmation is of the role they had', async () => {
    const { session, secret } = await signedIn(cleo);
    await rig.people.confirmSession(session, { password, secret });
    await change(cleoId, 'staff');
    const spend = () => rig.db.transaction((connection) => rig.people.useUpConfirmation(connection, session));
    expect(await codeOf(spend())).to.equal('confirm-password');
    await change(cleoId, 'administrator');
    await spend();
    expect(await codeOf(spend())).to.equal('confirm-password');
  });

  it('is not in another setting either: a link that resets a person is void once they belong to two', async () => {
    const { session } = await signedIn(owner);
    const link = await rig.people.resetPerson(byAsker(session.asker, 'https://a.example'), cleoId);
    await rig.people.addSetting({ name: 'Oaks', administrator: cleo.email }, 'command line');
    const taking = rig.people.acceptInvitation({ token: tokenOf(link), password: 'four words never joined' }, here);
    expect(await codeOf(taking)).to.equal('conflict');
    await signedIn(cleo);
    const served = await rig.people.resetByEmail({ ...cleo, by: 'command line', origin: 'https://a.example' });
    await rig.people.acceptInvitation({ token: tokenOf(served), password: 'four words never joined' }, here);
  });

  it('is answered with what to do when a link resets a person whose role has ended meanwhile', async () => {
    await change(cleoId, 'administrator', 1);
    const { session } = await signedIn(owner);
    const link = await rig.people.resetPerson(byAsker(session.asker, 'https://a.example'), cleoId);
    rig.time.now += day;
    const taking = rig.people.acceptInvitation({ token: tokenOf(link), password: 'four words never joined' }, here);
    expect(await codeOf(taking)).to.equal('forbidden');
  });

  it('is not lost to an old invitation: who is in the setting by then keeps their role', async () => {
    const by = byAsker((await signedIn(owner)).session.asker, 'https://a.example');
    const link = await rig.people.makeInvitation(by, { email: 'dora@nursery.example', role: 'staff', days: null });
    await rig.people.addAdministrator({ ...cleo, email: 'dora@nursery.example', name: 'Dora' }, 'command line');
    const taking = rig.people.acceptInvitation({ token: tokenOf(link), password }, here);
    expect(await codeOf(taking)).to.equal('conflict');
  });

  it('is not done through somebody whom they invited before their own role ended by itself', async () => {
    await change(cleoId, 'administrator', 1);
    const { session } = await signedIn(cleo);
    const by = byAsker(session.asker, 'https://a.example');
    const link = await rig.people.makeInvitation(by, { email: 'mole@nursery.example', role: 'manager', days: null });
    const { token } = await rig.people.makeToken(session.asker, { name: 'back door', role: 'administrator', days: 9 });
    rig.time.now += day;
    const taking = rig.people.acceptInvitation({ token: tokenOf(link), name: 'Mole', password }, here);
    expect(await codeOf(taking)).to.equal('link-used');
    expect(await rig.people.findToken(token)).to.equal(undefined);
    expect(await rig.people.tokensOf(session.asker)).to.deep.equal([]);
  });
});
