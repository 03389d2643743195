import { expect } from 'chai';
import { noticeViewSchema } from '../../shared/api/notify.ts';
import type { Role } from '../../shared/api/people.ts';
import { type Everybody, startWithEverybody } from './as-everybody.ts';

describe('an administrator who gives the role of safeguarding lead (INC4)', () => {
  let everybody: Everybody;

  before(async function () {
    this.timeout(60_000);
    everybody = await startWithEverybody();
  });
  after(() => everybody.stop());

  const ask = async (role: Role, method: string, path: string, asked?: unknown) => {
    const { status, text, body } = await everybody.ask(role, method, path, asked);
    expect(status, text).to.be.below(300);
    return body;
  };
  const told = async (role: Role): Promise<string[]> =>
    noticeViewSchema
      .array()
      .parse((await ask(role, 'GET', '/notices')).items)
      .filter(({ matter, severity }) => matter.kind === 'confidential-reader' && severity === 'urgent')
      .map(({ matter }) => matter.id);
  const idOf = async (role: Role): Promise<string> =>
    (await everybody.base.db('memberships').join('people', 'people.id', 'person_id').where({ role }).first('people.id'))
      .id;

  it('has the lead told in the same moment, with what they did on record, and is not told themselves', async () => {
    const { base } = everybody;
    await base.db('confidential_readers').delete();
    const settings: string[] = await base.db('settings').pluck('id');
    const leads = await base.db('memberships').where({ role: 'safeguarding-lead' }).select('setting_id', 'person_id');
    expect(settings).to.have.length(2);
    await base.db('confidential_readers').insert(leads);
    await base.db('notices').delete();
    const [deputy, staff] = [await idOf('deputy'), await idOf('staff')];
    await ask('administrator', 'PATCH', `/people/${deputy}`, { role: 'safeguarding-lead', days: null });
    expect(await told('safeguarding-lead')).to.deep.equal([deputy]);
    expect(await told('deputy'), 'the new one').to.deep.equal([]);
    await ask('administrator', 'PATCH', `/people/${staff}`, { role: 'manager', days: null });
    expect(await told('safeguarding-lead'), 'who reads no confidential case').to.deep.equal([deputy]);
    await ask('safeguarding-lead', 'POST', `/notices/${(await noticeOf('safeguarding-lead')).id}/looked`, {});
    expect(await told('safeguarding-lead')).to.deep.equal([]);
  });

  const noticeOf = async (role: Role) => noticeViewSchema.parse((await ask(role, 'GET', '/notices')).items[0]);
});
