import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import type { Role } from '../../../shared/api/people.ts';
import { instant } from '../../../shared/instant.ts';
import { hour, type IncidentsRig, oak, startIncidentsRig } from './rig.ts';

describe('somebody who comes to read confidential cases (INC4)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  let manager: Asker;
  let administrator: Asker;
  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead');
    manager = await rig.person('manager');
    administrator = await rig.person('administrator');
    await rig.incidents.look.readers();
  });
  afterEach(() => rig.stop());

  const row = (who: Asker) => rig.db('memberships').where({ person_id: who.id, setting_id: oak });
  const become = (who: Asker, role: Role) => row(who).update({ role });
  /** Who is asked to look, and at whom. */
  const told = async (): Promise<Record<string, string[]>> => {
    const rows: { matter_id: string; recipient_id: string }[] = await rig
      .db('notices')
      .join('notice_matters', 'notice_matters.id', 'notices.notice_matter_id')
      .where({ kind: 'confidential-reader', severity: 'urgent', looked_at: null })
      .select('matter_id', 'recipient_id');
    return Object.fromEntries(
      rows.map(({ matter_id: who }) => [
        who,
        rows.filter((each) => each.matter_id === who).map((each) => each.recipient_id),
      ]),
    );
  };
  const look = () => rig.incidents.look.readers();

  it('is told of to nobody when it is the first of a setting, nor while nothing changes', async () => {
    await look();
    rig.clock.move(hour);
    await look();
    expect(await told()).to.deep.equal({});
  });

  it('is told of to the other leads, and not to whoever made themselves one', async () => {
    await become(administrator, 'safeguarding-lead');
    await look();
    expect(await told()).to.deep.equal({ [administrator.id]: [lead.id] });
    await look();
    expect(rig.readers, 'once').to.deep.equal([administrator.id]);
  });

  it('is told of to who could read them before, though they cannot any more, and to the manager where no lead is left', async () => {
    await become(lead, 'staff');
    await become(administrator, 'safeguarding-lead');
    await look();
    expect((await told())[administrator.id]?.sort()).to.deep.equal([lead.id, manager.id].sort());
  });

  it('is told of where it is by a lead’s leaving alone, or by a role that ran out', async () => {
    await row(lead).update({ until: instant(rig.clock.now() + hour) });
    await look();
    expect(await told()).to.deep.equal({});
    rig.clock.move(2 * hour);
    await look();
    expect(await told(), 'nobody else stands in').to.deep.equal({ [manager.id]: [administrator.id] });
  });

  it('is told of anew each time, though it was looked at before', async () => {
    for (let time = 0; time < 2; time += 1) {
      await become(administrator, 'safeguarding-lead');
      await look();
      expect(await told()).to.deep.equal({ [administrator.id]: [lead.id] });
      await rig.db('notices').update({ looked_at: rig.now() });
      await become(administrator, 'administrator');
      await look();
    }
  });

  it('is told of as well when their account is set back by a link', async () => {
    const second = await rig.person('safeguarding-lead', 'Lou');
    await look();
    await rig.db('notices').delete();
    await rig.db.transaction((connection) => rig.incidents.rolesChanged(connection, oak, second.id));
    expect(await told()).to.deep.equal({ [second.id]: [lead.id] });
    await rig.db.transaction((connection) => rig.incidents.rolesChanged(connection, oak, manager.id));
    expect(await told(), 'who reads none is no news').to.deep.equal({ [second.id]: [lead.id] });
  });

  it('falls with what it tells of: a change that is rolled back tells nobody', async () => {
    await rig.db
      .transaction(async (connection) => {
        await connection('memberships').where({ person_id: administrator.id }).update({ role: 'safeguarding-lead' });
        await rig.incidents.rolesChanged(connection, oak);
        throw new Error('undone');
      })
      .catch(() => {});
    expect(await told()).to.deep.equal({});
    await become(administrator, 'safeguarding-lead');
    await look();
    expect(await told()).to.deep.equal({ [administrator.id]: [lead.id] });
  });
});
