import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { newIncidentSchema } from '../../../shared/api/incident-bodies.ts';
import { asked, type IncidentsRig, oak, refusal, startIncidentsRig } from './rig.ts';

const reason = 'as was agreed';

describe('a case in the hands of people (INC1, INC2, INC5)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  let manager: Asker;

  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead');
    manager = await rig.person('manager');
  });
  afterEach(() => rig.stop());

  const assess = (asker: Asker, id: string) =>
    rig.routes.assessIncident(asked(asker, { id }, { severity: 'urgent', conduct: 'misconduct', reason }));
  const sign = (asker: Asker, id: string) => rig.routes.signOffIncident(asked(asker, { id }, {}));
  const decide = (asker: Asker, id: string, outcome: 'log-only' | 'authorities' | 'disciplinary') =>
    rig.routes.decideOutcome(asked(asker, { id }, { outcome, reason }));
  const settle = (
    asker: Asker,
    id: string,
    outcome: 'log-only' | 'authorities' | 'disciplinary',
    step: string,
    how: 'done' | 'not-needed',
  ) => rig.routes.settleStep(asked(asker, { id }, { outcome, step, how, text: 'reference 12' }));
  const close = (asker: Asker, id: string) => rig.routes.closeIncident(asked(asker, { id }, { reason }));

  it('opens one case for a device and matter, joins repeats, and begins a new one with a link after a close', async () => {
    const tablet = await rig.device('Tablet 1');
    const first = await rig.misuse(tablet);
    await rig.ended(tablet);
    rig.clock.move(60_000);
    expect(await rig.misuse(tablet)).to.equal(first);
    expect(await rig.misuse(tablet, 'personal-app')).to.not.equal(first);
    expect((await rig.show(lead, first)).count).to.equal(2);
    await rig.ended(tablet);
    await assess(lead, first);
    await sign(manager, first);
    await decide(lead, first, 'log-only');
    await settle(lead, first, 'log-only', 'spoken-with-person', 'done');
    await close(lead, first);
    const second = await rig.misuse(tablet);
    expect(second).to.not.equal(first);
    expect((await rig.show(lead, second)).follows).to.equal(first);
    expect((await rig.show(lead, first)).followedBy).to.deep.equal([second]);
    expect((await rig.verify()).faults).to.deep.equal([]);
  });

  it('freezes the evidence into the case: readings at that time, place, the policy’s version', async () => {
    const id = await rig.misuse(await rig.device('Tablet 1'));
    const evidence = (await rig.show(lead, id)).entries.find(({ kind }) => kind === 'evidence');
    expect(evidence?.data).to.deep.include({
      policyVersion: 3,
      place: { verdict: 'off-site', because: 'other-network' },
    });
    expect(evidence?.data?.sections).to.have.nested.property('photos.value.total', 3);
  });

  it('closes nothing that goes on, is not signed, has no outcome or an open step; each said by itself', async () => {
    const tablet = await rig.device('Tablet 1');
    const id = await rig.misuse(tablet);
    const may = async () => (await rig.show(lead, id)).may;
    expect(await refusal(close(lead, id))).to.equal('conflict');
    await rig.ended(tablet);
    expect(await refusal(close(lead, id))).to.equal('conflict');
    await decide(lead, id, 'log-only');
    expect(await refusal(close(lead, id))).to.equal('conflict');
    await assess(lead, id);
    expect(await refusal(close(lead, id))).to.equal('conflict');
    await sign(manager, id);
    expect(await may()).to.not.include('close');
    await settle(lead, id, 'log-only', 'spoken-with-person', 'not-needed');
    expect(await may()).to.include('close');
    const closed = await close(lead, id);
    expect(closed).to.include({ state: 'closed', keptUntil: '2029-11-20T09:00:00.000Z' });
    expect(closed.may).to.have.members(['write', 'attach', 'restrict', 'name-concerned', 'hold', 'export']);
    expect(await refusal(assess(lead, id))).to.equal('conflict');
  });

  it('wants another person’s signature where there is one, and says when there was none (INC5)', async () => {
    const { id } = await rig.report(manager, {});
    expect(await refusal(sign(manager, id))).to.equal('conflict');
    await assess(manager, id);
    expect(await refusal(sign(manager, id))).to.equal('conflict');
    const signed = await sign(lead, id);
    expect(signed.assessment).to.include({ conduct: 'misconduct', by: 'manager', signedOffBy: 'safeguarding-lead' });
    // A new assessment is not signed by the old signature.
    expect((await assess(lead, id)).assessment?.signedOffAt).to.equal(null);
    const alone = await rig.report(lead, { confidential: true });
    await assess(lead, alone.id);
    const { entries } = await sign(lead, alone.id);
    expect(entries.at(-1)?.data).to.include({ alone: true });
  });

  it('settles each step once, only those of its outcome, and leaves out only what may be', async () => {
    const { id } = await rig.report(lead, {});
    await decide(lead, id, 'disciplinary');
    expect(await refusal(decide(lead, id, 'disciplinary'))).to.equal('conflict');
    expect(await refusal(settle(lead, id, 'disciplinary', 'meeting-held', 'not-needed'))).to.equal('conflict');
    expect(await refusal(settle(lead, id, 'authorities', 'police-told', 'done'))).to.equal('not-valid');
    await settle(lead, id, 'disciplinary', 'meeting-held', 'done');
    expect(await refusal(settle(lead, id, 'disciplinary', 'meeting-held', 'done'))).to.equal('conflict');
    const doneAt = '2027-01-01T00:00:00.000Z';
    const tomorrow = { outcome: 'disciplinary', step: 'person-told', how: 'done', text: 'will be', doneAt } as const;
    expect(await refusal(rig.routes.settleStep(asked(lead, { id }, tomorrow)))).to.equal('not-valid');
  });

  it('lets programs with a token read and never write', async () => {
    const token: Asker = { ...manager, kind: 'token', id: 'token' };
    const { id } = await rig.report(manager, {});
    expect((await rig.show(token, id)).may).to.deep.equal([]);
    expect(await refusal(rig.report(token, {}))).to.equal('forbidden');
    expect(await refusal(rig.routes.writeEntry(asked(token, { id }, { kind: 'narrative', text: 'hello' })))).to.equal(
      'forbidden',
    );
    expect(await refusal(assess(token, id))).to.equal('forbidden');
    expect(await refusal(rig.routes.exportIncident(asked(token, { id }, undefined, { format: 'json' })))).to.equal(
      'forbidden',
    );
  });

  it('amends by a new entry, and only what is there', async () => {
    const { id } = await rig.report(manager, { text: 'It was on Monday.' });
    const amend = (amends: number) =>
      rig.routes.writeEntry(asked(manager, { id }, { kind: 'amendment', text: 'It was on Tuesday.', amends }));
    expect(await refusal(amend(9))).to.equal('not-valid');
    const { entries } = await amend(1);
    expect(entries.map(({ text }) => text)).to.deep.equal(['It was on Monday.', 'It was on Tuesday.']);
  });

  it('takes people involved as roles and initials, and no whole name or address', () => {
    const body = (initials: string) => ({
      category: 'damage',
      severity: 'act',
      text: 'It fell down.',
      people: [{ role: 'child', initials }],
    });
    for (const good of ['A', 'AB', 'A.B.', 'ÖÄÜ'])
      expect(newIncidentSchema.safeParse(body(good)).success, good).to.equal(true);
    for (const bad of ['Alice', 'alice@example.org', 'ABCDE', 'ab', ''])
      expect(newIncidentSchema.safeParse(body(bad)).success, bad).to.equal(false);
    expect(newIncidentSchema.safeParse({ ...body('AB'), text: 'line\nbreaks\tare words' }).success).to.equal(true);
    expect(newIncidentSchema.safeParse({ ...body('AB'), text: 'an escape \u001b[2J' }).success).to.equal(false);
  });

  it('holds the device from the case, purges when its time is over and never while a hold lies there', async () => {
    const deviceId = await rig.device('Tablet 1');
    const { id } = await rig.report(manager, { deviceId, text: 'words that go' });
    await assess(manager, id);
    await sign(lead, id);
    await decide(manager, id, 'log-only');
    await settle(manager, id, 'log-only', 'spoken-with-person', 'done');
    expect(
      await refusal(rig.routes.holdFromIncident(asked(manager, { id }, { wholeSetting: false, reason }))),
    ).to.equal('conflict');
    const held = await rig.routes.holdFromIncident(asked(lead, { id }, { wholeSetting: false, reason }));
    expect(held.holds).to.have.length(1);
    await close(manager, id);
    await rig.incidents.look.purge();
    expect((await rig.show(lead, id)).state).to.equal('closed');
    rig.clock.move(7 * 366 * 24 * 3_600_000);
    await rig.incidents.look.purge();
    expect((await rig.show(lead, id)).state, 'held').to.equal('closed');
    await rig.db('holds').update({ lifted_at: rig.now(), lifted_by: 'lead' });
    await rig.incidents.look.purge();
    const purged = await rig.show(lead, id);
    expect(purged).to.include({ state: 'purged', latest: null });
    expect(JSON.stringify(purged)).to.not.include('words that go');
    expect(purged.entries.at(-1)).to.deep.include({ kind: 'purged' });
    const left: { text: string | null }[] = await rig.db('incident_contents').where({ incident_id: id });
    expect(left).to.have.length(1);
    expect(await rig.verify()).to.deep.include({ intact: true, faults: [] });
    expect(await refusal(rig.routes.writeEntry(asked(lead, { id }, { kind: 'narrative', text: 'more' })))).to.equal(
      'conflict',
    );
  });

  it('purges what is due behind a hundred that are held, and one that cannot be read', async () => {
    const { id } = await rig.report(manager, { text: 'words that go' });
    await assess(manager, id);
    await sign(lead, id);
    await decide(manager, id, 'log-only');
    await settle(manager, id, 'log-only', 'spoken-with-person', 'done');
    await close(manager, id);
    const deviceId = await rig.device('Tablet 1');
    for (let held = 0; held < 101; held += 1) await rig.report(manager, { deviceId });
    const broken = await rig.report(manager, { text: 'cannot be read' });
    const early = { state: 'closed', kept_until: '2027-01-01T00:00:00.000Z' };
    await rig.db('incidents').where({ device_id: deviceId }).update(early);
    await rig
      .db('incidents')
      .where({ id: broken.id })
      .update({ ...early, category: 'nonsense' });
    await rig
      .db('holds')
      .insert({ id: 'h', setting_id: oak, device_id: deviceId, reason, set_by: 'lead', set_at: rig.now() });
    rig.clock.move(7 * 366 * 24 * 3_600_000);
    await rig.incidents.look.purge();
    expect((await rig.db('incidents').where({ id }).first()).state).to.equal('purged');
    expect(await rig.db('incidents').where({ state: 'purged' })).to.have.length(1);
  }).timeout(20_000);

  it('exports a case with the proof of its chain, and puts that on record', async () => {
    const { id } = await rig.report(manager, { text: '=HYPERLINK("x")' });
    const { pieces } = await rig.routes.exportIncident(asked(manager, { id }, undefined, { format: 'json' }));
    let text = '';
    for await (const piece of pieces) text += String(piece);
    const file = JSON.parse(text);
    expect(file.case.entries.map(({ kind }: { kind: string }) => kind)).to.deep.equal(['opened', 'exported']);
    expect(file.proof.head.hash).to.equal(file.proof.entries.at(-1).hash);
    expect(rig.signer.isSigned(`incident ${id}`, file.proof.head, file.proof.signature)).to.equal(true);
    const log = await rig.routes.exportIncidentLog(
      asked(manager, {}, undefined, { from: '2026-11-01', to: '2026-11-30' }),
    );
    let csv = '';
    for await (const piece of log.pieces) csv += String(piece);
    // A spreadsheet runs nothing of it.
    expect(csv).to.include(`"'=HYPERLINK`);
    expect(await rig.db('audit_entries').where({ action: 'incident-log.exported' })).to.have.length(1);
  });
});
