import { expect } from 'chai';
import { openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
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

const unknownId = '0b54c6a4-2f0e-4f55-9d0e-3a3a5a0c9d11';

describe('what the command line adds', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig.stop();
  });

  it('adds an administrator, with a setting in English time when there is none, and puts both on record', async () => {
    const { personId, settingId } = await rig.people.addAdministrator(owner, 'command line');
    expect(await rig.db('settings').select('id', 'name', 'time_zone')).to.deep.equal([
      { id: settingId, name: 'My setting', time_zone: 'Europe/London' },
    ]);
    expect((await auditOf(rig, 'setting.made'))[0]).to.include({ actor: 'command line', subject: settingId });
    expect((await auditOf(rig, 'administrator.added'))[0]).to.include({ actor: 'command line', subject: personId });
  });

  it('adds a second administrator to the same setting', async () => {
    const first = await rig.people.addAdministrator(owner, 'command line');
    const other = await rig.people.addAdministrator({ ...owner, email: 'ben@nursery.example' }, 'command line');
    expect(other.settingId).to.equal(first.settingId);
  });

  it('refuses an e-mail address that is taken, however its letters are cased, and puts that on record', async () => {
    await rig.people.addAdministrator(owner, 'command line');
    const again = { ...owner, email: 'Amina@Nursery.Example', password: 'another password' };
    expect(await codeOf(rig.people.addAdministrator(again, 'command line'))).to.equal('conflict');
    expect((await auditOf(rig, 'administrator.refused'))[0]?.data.code).to.equal('conflict');
    await rig.people.signIn({ email: owner.email, password: rightPassword }, { address: '127.0.0.1' });
  });

  it('names every field that is wrong, and adds nothing', async () => {
    const error = await refusal(
      rig.people.addAdministrator({ email: 'amina', name: '', password: 'short' }, 'command line'),
    );
    expect(error.code).to.equal('not-valid');
    expect(error.fields).to.have.all.keys('email', 'name', 'password');
    expect(error.message).to.include('at least 12 characters').and.not.to.include('short');
    expect(await countOf(rig, 'settings')).to.equal(0);
  });

  it('refuses a setting that is not there, and adds nobody', async () => {
    await rig.people.ensureSetting('server');
    const lost = rig.people.addAdministrator({ ...owner, settingId: unknownId }, 'command line');
    expect(await codeOf(lost)).to.equal('not-found');
    expect(await countOf(rig, 'people')).to.equal(0);
  });

  it('asks which setting when there are several', async () => {
    const row = { id: unknownId, name: 'Acorns', time_zone: 'Europe/London', created_at: '2026-01-01T00:00:00.000Z' };
    await rig.people.ensureSetting('server');
    await rig.db('settings').insert(row);
    const error = await refusal(rig.people.addToken({ name: 'report', role: 'manager' }, 'command line'));
    expect(error.message).to.include(`${unknownId} (Acorns)`);
    const { settingId } = await rig.people.addAdministrator({ ...owner, settingId: unknownId }, 'command line');
    expect(settingId).to.equal(unknownId);
  });

  it('makes a further setting for somebody who has an account, who then belongs to both', async () => {
    await rig.people.addAdministrator(owner, 'command line');
    const unknown = rig.people.addSetting({ name: 'Oak', administrator: 'eve@nursery.example' }, 'command line');
    expect(await codeOf(unknown)).to.equal('not-found');
    expect(await countOf(rig, 'settings')).to.equal(1);
    const id = await rig.people.addSetting({ name: 'Oak', administrator: 'Amina@Nursery.Example' }, 'command line');
    const { view } = await rig.people.signIn({ email: owner.email, password: rightPassword }, { address: '127.0.0.1' });
    expect(view.settings.map(({ name, role }) => `${name}: ${role}`)).to.have.members([
      'My setting: administrator',
      'Oak: administrator',
    ]);
    expect(await rig.people.ensureSetting('command line', id)).to.equal(id);
    expect(await codeOf(rig.people.ensureSetting('command line'))).to.equal('not-valid');
  });

  it('makes a token that stands for its name and role, for a year unless told otherwise, and stores its digest only', async () => {
    const { tokenId, secret } = await rig.people.addToken({ name: 'Evening report', role: 'manager' }, 'command line');
    expect(secret).to.match(/^ht_[\w-]{43}$/);
    const settingId = await rig.people.ensureSetting('server');
    expect(await rig.people.findToken(secret)).to.deep.equal({
      id: tokenId,
      name: 'Evening report',
      role: 'manager',
      settingId,
      expiresAt: instant(rig.time.now + 365 * 24 * hour),
    });
    expect(await everythingStored(rig)).not.to.include(secret.slice(3));
    expect((await auditOf(rig, 'token.added'))[0]).to.deep.include({
      subject: tokenId,
      data: { name: 'Evening report', role: 'manager', days: 365 },
    });
  });

  it('knows no token that was revoked', async () => {
    const { secret } = await rig.people.addToken({ name: 'report', role: 'manager' }, 'command line');
    await rig.db('tokens').update({ revoked_at: '2026-11-02T08:00:00.000Z' });
    expect(await rig.people.findToken(secret)).to.equal(undefined);
  });

  it('refuses a token without a name', async () => {
    expect(await codeOf(rig.people.addToken({ name: '', role: 'manager' }, 'command line'))).to.equal('not-valid');
    expect(await countOf(rig, 'tokens')).to.equal(0);
  });

  it('makes one setting when two processes ask at once', async () => {
    const other = await openDatabase(rig.url);
    try {
      const [here, there] = await Promise.all([
        rig.people.ensureSetting('server'),
        rig.serve(other).ensureSetting('command line'),
      ]);
      expect(here).to.equal(there);
      expect(await countOf(rig, 'settings')).to.equal(1);
    } finally {
      await other.destroy();
    }
  });
});
