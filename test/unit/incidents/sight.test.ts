import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { sightOfCase } from '../../../server/incidents/sight.ts';
import type { Role } from '../../../shared/api/people.ts';
import { roleSchema } from '../../../shared/api/people.ts';
import type { Sight } from '../../../shared/incident/visibility.ts';
import { asked, type IncidentsRig, oak, refusal, startIncidentsRig } from './rig.ts';

describe('who sees what of a case (INC3, INC4)', () => {
  let rig: IncidentsRig;
  let people: Record<Role, Asker>;

  beforeEach(async () => {
    rig = await startIncidentsRig();
    const made: Partial<Record<Role, Asker>> = {};
    for (const role of roleSchema.options) made[role] = await rig.person(role);
    people = made as Record<Role, Asker>;
  });
  afterEach(() => rig.stop());

  const sights = async (incidentId: string, kind: 'person' | 'token' = 'person') => {
    const found: Partial<Record<Role, Sight>> = {};
    for (const role of roleSchema.options)
      found[role] = await sightOfCase(rig.db, { ...people[role], kind }, { incidentId, now: rig.now() });
    return found;
  };
  /** In every way a case could be met, whether it is there: the list, a count, a search by its reference, by its words, itself, the log. */
  const meets = async (asker: Asker, id: string): Promise<boolean[]> => {
    const row = await rig.db('incidents').where({ id }).first();
    const hits = async (query: Record<string, unknown>) =>
      (await rig.list(asker, query)).items.some((item) => item.id === id);
    const csv = await rig.routes.exportIncidentLog(
      asked(asker, {}, undefined, { from: '2026-01-01', to: '2027-01-01' }),
    );
    let log = '';
    for await (const piece of csv.pieces) log += String(piece);
    const { open } = await rig.routes.countIncidents(asked(asker, {}, undefined));
    return [
      await hits({}),
      await hits({ q: row.reference }),
      await hits({ category: row.category }),
      open > 0,
      log.includes(row.reference),
      await rig.show(asker, id).then(
        () => true,
        () => false,
      ),
    ];
  };

  it('is the table for a plain and a confidential case, and nothing else for tokens but less', async () => {
    const plain = await rig.misuse(await rig.device('Tablet 1'));
    expect(await sights(plain)).to.deep.equal({
      manager: 'whole',
      deputy: 'whole',
      administrator: 'record',
      'safeguarding-lead': 'whole',
      staff: 'nothing',
      committee: 'pseudonymised',
    });
    const { id } = await rig.report(people['safeguarding-lead'], { confidential: true });
    const none = {
      manager: 'nothing',
      deputy: 'nothing',
      administrator: 'nothing',
      staff: 'nothing',
      committee: 'nothing',
    };
    expect(await sights(id)).to.deep.equal({ ...none, 'safeguarding-lead': 'whole' });
    // Whoever gives out tokens could else make themselves a safeguarding lead's.
    expect((await sights(id, 'token'))['safeguarding-lead']).to.not.equal('whole');
  });

  it('hides a confidential case in lists, counts, searches, the log and by its own address from all but the leads', async () => {
    const { id } = await rig.report(people['safeguarding-lead'], {
      category: 'child-concern',
      text: 'a heron by the pond',
    });
    for (const role of roleSchema.options) {
      const seen = role === 'safeguarding-lead';
      expect(await meets(people[role], id), role).to.deep.equal([seen, seen, seen, seen, seen, seen]);
      const found = await rig.list(people[role], { q: 'heron' });
      expect(found.items.length, role).to.equal(seen ? 1 : 0);
    }
    expect(rig.told.at(-1)?.handlers.map(({ personId }) => personId)).to.deep.equal([people['safeguarding-lead'].id]);
    expect(rig.told.at(-1)?.excluded).to.have.members(
      roleSchema.options.filter((role) => role !== 'safeguarding-lead').map((role) => people[role].id),
    );
  });

  it('has a case pass the manager by once an allegation of harm is decided on, whatever it was reported as (INC2, INC4)', async () => {
    const { 'safeguarding-lead': lead, manager, staff } = people;
    const { id } = await rig.report(staff, { category: 'policy-breach', text: 'She was rough with him.' });
    rig.told.length = 0;
    const decide = (asker: Asker, outcome: 'disciplinary' | 'allegation') =>
      rig.routes.decideOutcome(asked(asker, { id }, { outcome, reason: 'It may have been harm.' }));
    await decide(manager, 'disciplinary');
    expect((await rig.show(manager, id)).confidential, 'no other outcome').to.equal(false);
    const last = await decide(manager, 'allegation');
    expect(
      last.outcomes.map(({ outcome }) => outcome),
      'a last time',
    ).to.include('disciplinary');
    expect(await refusal(rig.show(manager, id))).to.equal('not-found');
    const shown = await rig.show(lead, id);
    expect(shown.confidential).to.equal(true);
    expect(shown.entries.filter(({ kind }) => kind === 'confidentiality')).to.have.length(1);
    expect(rig.told.at(-1)).to.include({ what: 'restricted', confidential: true });
    expect(rig.told.at(-1)?.excluded).to.include(manager.id);
    expect(shown.may).to.not.include('open-up');
    const opened = rig.routes.restrictIncident(asked(lead, { id }, { confidential: false, reason: 'I think not.' }));
    expect(await refusal(opened)).to.equal('conflict');
    expect((await rig.verify()).faults).to.deep.equal([]);
  });

  it('always has an allegation and a concern about a child pass the manager by, whatever the reporter chose', async () => {
    for (const category of ['allegation-of-harm', 'child-concern'] as const) {
      const { id } = await rig.report(people.manager, { category, confidential: false });
      // Their own report they see, and no more.
      expect(await sights(id)).to.include({ manager: 'own', deputy: 'nothing', 'safeguarding-lead': 'whole' });
    }
  });

  it('shows staff their own report: their words and how it stands, and not who else wrote what', async () => {
    const { id } = await rig.report(people.staff, { text: 'I saw the tablet fall.' });
    await rig.routes.writeEntry(asked(people.manager, { id }, { kind: 'narrative', text: 'She has done it before.' }));
    const shown = await rig.show(people.staff, id);
    expect(shown.sight).to.equal('own');
    expect(JSON.stringify(shown)).to.include('I saw the tablet fall.').and.not.include('done it before');
    expect(shown.entries.map(({ kind }) => kind)).to.deep.equal(['opened']);
    expect(shown.may).to.have.members(['write', 'attach']);
    expect((await rig.list(people.staff)).items.map((item) => item.id)).to.deep.equal([id]);
    expect((await rig.list(people.staff, { q: 'before' })).items).to.deep.equal([]);
    await rig.routes.writeEntry(asked(people.staff, { id }, { kind: 'narrative', text: 'It was at ten.' }));
    const asHandler = await rig.show(people.manager, id);
    expect(asHandler.entries.map(({ kind }) => kind)).to.deep.equal(['opened', 'narrative', 'narrative', 'seen']);
  });

  it('shows the committee no name and no word of anybody, but what was written for them', async () => {
    const id = await rig.misuse(await rig.device('Tablet 1'));
    await rig.routes.writeEntry(asked(people.manager, { id }, { kind: 'narrative', text: 'Zoe said she forgot.' }));
    await rig.routes.writeEntry(asked(people.manager, { id }, { kind: 'summary', text: 'A colleague forgot.' }));
    const shown = await rig.show(people.committee, id);
    const words = JSON.stringify(shown).toLowerCase();
    expect(words).to.include('a colleague forgot').and.not.include('zoe');
    expect(shown.entries.map(({ by }) => by.name)).to.deep.equal([null, null, null, null, 'committee']);
    expect(shown.latest?.text).to.equal('A colleague forgot.');
    expect(shown.may).to.deep.equal([]);
    expect((await rig.list(people.committee, { q: 'zoe' })).items).to.deep.equal([]);
    // The administrator reads what the server wrote, and not what people did.
    const record = JSON.stringify(await rig.show(people.administrator, id)).toLowerCase();
    expect(record).to.include('zoe was signed in').and.not.include('she forgot');
  });

  it('shows a case to nobody whom it concerns, and hands it to the next in line where nobody is left', async () => {
    const lead = people['safeguarding-lead'];
    const second = await rig.person('safeguarding-lead', 'Second');
    const { id } = await rig.report(people.staff, {
      category: 'allegation-of-harm',
      concerns: { people: [lead.id], roles: [] },
    });
    expect(await sights(id)).to.include({ 'safeguarding-lead': 'nothing', manager: 'nothing', staff: 'own' });
    expect((await rig.show(second, id)).sight).to.equal('whole');
    expect(await refusal(rig.show(lead, id))).to.equal('not-found');
    await rig.routes.nameConcerned(asked(second, { id }, { people: [second.id], roles: [], reason: 'me too' }));
    expect(await refusal(rig.show(second, id))).to.equal('not-found');
    expect(await sights(id)).to.include({ manager: 'whole', deputy: 'nothing', administrator: 'nothing' });
    expect(rig.told.at(-1)?.handlers).to.deep.equal([{ personId: people.manager.id, role: 'manager' }]);
    // An end of the role counts as nobody.
    await rig.db('memberships').where({ person_id: people.manager.id }).update({ until: rig.now() });
    expect(await sights(id)).to.include({ deputy: 'whole' });
  });

  it('lets no manager take a case out of the lead’s sight; whoever reports it may name the lead', async () => {
    const lead = people['safeguarding-lead'];
    const { id } = await rig.report(people.staff, {});
    for (const named of [
      { people: [lead.id], roles: [] },
      { people: [], roles: ['safeguarding-lead' as const] },
    ])
      expect(
        await refusal(
          rig.routes.nameConcerned(asked(people.manager, { id }, { ...named, reason: 'it is about them' })),
        ),
      ).to.equal('forbidden');
    expect(await sights(id)).to.include({ 'safeguarding-lead': 'whole' });
    await rig.routes.nameConcerned(
      asked(people.manager, { id }, { people: [people.deputy.id], roles: ['staff'], reason: 'it is about them' }),
    );
    expect(await sights(id)).to.include({ deputy: 'nothing', manager: 'whole', staff: 'own' });
    const about = await rig.report(people.manager, { concerns: { people: [lead.id], roles: [] } });
    expect(await sights(about.id)).to.include({ 'safeguarding-lead': 'nothing', manager: 'whole' });
  });

  it('shows links between cases only to those who see both', async () => {
    const { id } = await rig.report(people.manager, {});
    await rig.routes.restrictIncident(
      asked(people['safeguarding-lead'], { id }, { confidential: true, reason: 'it is about a child' }),
    );
    const later = await rig.report(people['safeguarding-lead'], { follows: id });
    expect((await rig.show(people.deputy, later.id)).follows).to.equal(null);
    expect((await rig.show(people['safeguarding-lead'], later.id)).follows).to.equal(id);
    expect(await refusal(rig.report(people.deputy, { follows: id }))).to.equal('not-found');
  });

  it('puts on record who looked, once a day each, before it is shown', async () => {
    const { id } = await rig.report(people['safeguarding-lead'], {});
    for (const role of ['manager', 'manager', 'committee'] as const) await rig.show(people[role], id);
    rig.clock.move(24 * 3_600_000);
    await rig.show(people.manager, id);
    const { entries } = await rig.show(people['safeguarding-lead'], id);
    expect(entries.flatMap(({ kind, by }) => (kind === 'seen' ? by.name : []))).to.deep.equal([
      'manager',
      'committee',
      'manager',
      'safeguarding-lead',
    ]);
    const stranger: Asker = { ...people.manager, settingId: oak.replace('1', '2') };
    expect(await refusal(rig.show(stranger, id))).to.equal('not-found');
  });

  it('takes nothing for looked at that a page asks for by itself: it may stand open where nobody is (INC2)', async () => {
    const { id } = await rig.report(people.staff, {});
    const { manager } = people;
    const before = rig.looked.length;
    const shown = await rig.routes.showIncident(asked(manager, { id }, undefined, { again: 'yes' as const }));
    expect(
      shown.entries.map(({ kind }) => kind),
      'it was shown, and that is on record',
    ).to.include('seen');
    expect(rig.looked.slice(before)).to.deep.equal([]);
    await rig.show(manager, id);
    expect(rig.looked.slice(before)).to.deep.equal([manager.id]);
  });
});
