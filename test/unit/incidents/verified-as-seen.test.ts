import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { asked, type IncidentsRig, startIncidentsRig } from './rig.ts';

describe('the check of the record as a lead is shown it (INC4)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  let second: Asker;
  let staff: Asker;
  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead', 'Lena');
    second = await rig.person('safeguarding-lead', 'Lou');
    staff = await rig.person('staff', 'Stan');
    await rig.report(lead, { text: 'A cracked screen.' });
  });
  afterEach(() => rig.stop());

  const shownTo = (asker: Asker) => rig.routes.verifyIncidents(asked(asker, {}, undefined));
  /** A case about the first lead, with a file; answers its id. */
  const aboutLead = async (): Promise<string> => {
    const { id } = await rig.report(staff, {
      text: 'She took a picture.',
      confidential: true,
      concerns: { people: [lead.id], roles: [] },
    });
    await rig.routes.writeEntry(asked(second, { id }, { kind: 'narrative', text: 'I asked her.' }));
    return id;
  };

  it('is to a lead the same, byte for byte, whether a case that concerns them is there or not', async () => {
    const before = await shownTo(lead);
    await aboutLead();
    expect(await shownTo(lead)).to.deep.equal(before);
    expect(await shownTo(lead)).to.include({ intact: true, cases: 1, entries: 1, elsewhere: false });
    expect(await shownTo(second)).to.include({ intact: true, cases: 2 });
  });

  it('names faults of cases that are seen, and says of everything else only that there is more', async () => {
    const hidden = await aboutLead();
    const seen = await rig.report(lead, { text: 'A lost cable.' });
    await rig.db('incidents').where({ id: hidden }).update({ severity: 'check' });
    expect(await shownTo(lead)).to.deep.include({ intact: false, faults: [], elsewhere: true });
    const [fault] = (await shownTo(second)).faults;
    expect(fault?.incidentId).to.equal(hidden);
    await rig.db('incidents').where({ id: seen.id }).update({ severity: 'check' });
    const both = await shownTo(lead);
    expect(both.faults.map(({ incidentId }) => incidentId)).to.deep.equal([seen.id]);
    expect(both.elsewhere).to.equal(true);
  });

  it('tells no line of the register, which has one for every entry of every case', async () => {
    await aboutLead();
    await rig.db('incident_heads').update({ signature: 'forged' });
    expect(await shownTo(lead)).to.deep.include({ intact: false, faults: [], elsewhere: true });
    expect(await shownTo(second)).to.deep.include({ intact: false, faults: [], elsewhere: true });
  });
});
