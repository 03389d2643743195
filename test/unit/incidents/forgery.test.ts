import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { createAudit } from '../../../server/audit/audit.ts';
import { beginLogs } from '../../../server/audit/begin.ts';
import type { HeadSigner } from '../../../server/audit/chain.ts';
import type { Asker } from '../../../server/http/asker.ts';
import type { Handlers } from '../../../server/http/handlers.ts';
import { beginRecord } from '../../../server/incidents/begin.ts';
import { contentDigest, entryHash, registerHash } from '../../../server/incidents/chain.ts';
import { verifyRecord } from '../../../server/incidents/verify.ts';
import { testSigner } from '../audit/test-signer.ts';
import { asked, hour, type IncidentsRig, minute, oak, refusal, startIncidentsRig } from './rig.ts';

/** Somebody who may write to the database, and has no key of the server's. */
describe('a record that somebody writes to past the server (INC1)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead');
  });
  afterEach(() => rig.stop());

  const decided = async (): Promise<string> => {
    const { id } = await rig.report(lead, { category: 'data-breach' });
    await rig.routes.decideOutcome(asked(lead, { id }, { outcome: 'authorities', reason: 'They must know.' }));
    return id;
  };
  const withoutTriggers = async (): Promise<void> => {
    for (const table of ['incident_entries', 'incident_contents', 'incident_register'])
      for (const change of ['update', 'delete']) await rig.db.raw(`drop trigger ${table}_no_${change}`);
  };
  /** The only entry of the only case, with other words, and every hash that follows from it made anew. */
  const forgeWhole = async (text: string): Promise<void> => {
    await withoutTriggers();
    const entry = await rig.db('incident_entries').first();
    const words = await rig.db('incident_contents').first();
    const digest = contentDigest({
      ...{ salt: words.salt, actorId: words.actor_id, actorName: words.actor_name },
      ...{ text, data: words.data },
    });
    const { incident_id: incidentId, number, at, kind, actor_kind: actorKind, actor_role: actorRole } = entry;
    const written = { incidentId, settingId: oak, number, at, kind, actorKind, actorRole, contentDigest: digest };
    const hash = entryHash(written, '');
    const line = registerHash({ settingId: oak, number: 1, entryHash: hash }, '');
    await rig.db('incident_contents').update({ text });
    await rig.db('incident_entries').update({ content_digest: digest, hash });
    await rig.db('incident_register').update({ entry_hash: hash, hash: line });
    await rig.db('incident_heads').update({ hash: line });
  };

  it('is not made genuine by what the server writes after it', async () => {
    const { id } = await rig.report(lead, { text: 'He hit a child.' });
    await forgeWhole('Nothing happened.');
    expect((await rig.verify()).intact).to.equal(false);
    await rig.show(lead, id);
    await rig.report(lead, { text: 'Another one.' });
    const { intact, entries, faults } = await rig.verify();
    expect(entries, 'what came after is kept').to.equal(3);
    expect(intact).to.equal(false);
    expect(faults.map(({ what }) => what).join()).to.include('not signed by this server');
  });

  it('is signed anew at a start with a key that had to be made anew, and says so in the audit log', async () => {
    await rig.report(lead, { text: 'Before.' });
    const begin = async (signer: HeadSigner) => {
      await beginRecord({ db: rig.db, audit: createAudit({ clock: rig.clock, signer }), signer });
      return (await verifyRecord({ db: rig.db, signer, files: rig.files }, oak)).intact;
    };
    const made = testSigner();
    expect(await begin(rig.signer)).to.equal(true);
    expect(await begin(made), 'by another key alone').to.equal(false);
    await beginLogs({ db: rig.db, clock: rig.clock, signer: made });
    expect(await begin(made)).to.equal(true);
    const begun = await rig.db('audit_entries').where({ action: 'incidents.record-begun' });
    expect(begun).to.have.length(2);
  });

  it('is not destroyed by the server because a row says that its time is over', async () => {
    const { id } = await rig.report(lead, { category: 'allegation-of-harm', text: 'He hit a child.' });
    await rig.db('incidents').where({ id }).update({ state: 'closed', kept_until: '2001-01-01T00:00:00.000Z' });
    await rig.incidents.look.purge();
    expect(await rig.db('incident_contents').where({ incident_id: id }).pluck('text')).to.deep.equal([
      'He hit a child.',
    ]);
    expect((await rig.verify()).intact).to.equal(false);
  });

  it('loses no file because a row says that its case was purged', async () => {
    const { id } = await rig.report(lead, { text: 'With a file.' });
    const { digest } = await rig.files.keep(id, pieces('what somebody saw'));
    await rig.db('incidents').where({ id }).update({ state: 'purged' });
    rig.incidents.start();
    await rig.incidents.stop();
    expect(existsSync(join(rig.folder, id, digest))).to.equal(true);
  });

  it('is found with a clock that was made to be told late, or never', async () => {
    const id = await decided();
    expect((await rig.verify()).faults).to.deep.equal([]);
    const step = () => rig.db('incident_steps').where({ incident_id: id, step: 'data-regulator-told' });
    const { tell_at: tellAt } = await step().first();
    for (const late of [null, '2999-01-01T00:00:00.000Z']) {
      await step().update({ tell_at: late });
      expect((await rig.verify()).faults.map(({ what }) => what)).to.deep.equal([
        'a clock of it would be told too late, or not at all',
      ]);
    }
    await step().update({ tell_at: tellAt });
    for (let passed = 0; passed < 80; passed += 1) {
      rig.clock.move(hour);
      await rig.incidents.look.clocks();
      expect((await rig.verify()).faults, `${passed} hours`).to.deep.equal([]);
    }
  });

  it('is found with a case that was moved to another setting', async () => {
    await rig.report(lead, { text: 'It was here.' });
    await rig.db('settings').insert({ id: 'elm', name: 'Elm', time_zone: 'Europe/London', created_at: rig.now() });
    await rig.db('incidents').update({ setting_id: 'elm' });
    expect((await rig.verify()).intact).to.equal(false);
  });

  it('has every clock told that can be, whatever another case holds (INC2)', async () => {
    const broken = await decided();
    rig.clock.move(minute);
    const whole = await decided();
    await rig.db('incidents').where({ id: broken }).update({ category: 'nonsense' });
    rig.clock.move(80 * hour);
    rig.told.length = 0;
    await rig.incidents.look.clocks();
    expect(rig.told.map(({ incidentId }) => incidentId)).to.include(whole);
  });

  it('has a clock told to its end, also where two servers look at once (INC2)', async () => {
    const id = await decided();
    rig.clock.move(25 * hour);
    await Promise.all([rig.incidents.look.clocks(), rig.incidents.look.clocks()]);
    rig.clock.move(60 * hour);
    await rig.incidents.look.clocks();
    const told = (await rig.show(lead, id)).entries.flatMap(({ kind, data }) => (kind === 'clock' ? [data] : []));
    const ranOut = told.flatMap((data) => (data?.standing === 'run-out' ? [data.step] : []));
    expect(ranOut.sort()).to.deep.equal(['data-regulator-told', 'designated-officer-told']);
  });
});

describe('a file of a case', () => {
  it('stays that one person put on record while another’s same file was refused', async () => {
    const rig = await startIncidentsRig();
    const lead = await rig.person('safeguarding-lead');
    const { id } = await rig.report(lead, { text: 'With files.' });
    const add = (text: string) => {
      const request = Object.assign(Readable.from([Buffer.from(text)]), { headers: {} });
      const http = { request } as unknown as Parameters<Handlers['setUp']>[0]['http'];
      return rig.routes.addAttachment({ ...asked(lead, { id }, undefined, { name: 'note.txt' }), http });
    };
    for (let files = 0; files < 19; files += 1) await add(`file ${files}`);
    const keep = rig.files.keep;
    rig.files.keep = async (...given) => {
      const kept = await keep(...given);
      // Between the two steps of the first, the second comes to its end, and the case is full.
      rig.files.keep = keep;
      await add('the same');
      return kept;
    };
    expect(await refusal(add('the same'))).to.equal('conflict');
    expect((await rig.verify()).faults).to.deep.equal([]);
    await rig.stop();
  });
});

describe('whom a case concerns, by ways round (INC4)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead');
  });
  afterEach(() => rig.stop());

  it('see it by no token either, whoever’s it is', async () => {
    const manager = await rig.person('manager');
    await rig.report(lead, { text: 'What she did.', concerns: { people: [manager.id], roles: [] } });
    const token: Asker = { ...manager, kind: 'token', id: 'a-token' };
    expect((await rig.list(token)).items).to.deep.equal([]);
    expect(await rig.routes.countIncidents(asked(token, {}, undefined))).to.include({ open: 0 });
  });

  it('learn nothing of a case that goes on from it: what was to pass somebody by does so when it comes again', async () => {
    const manager = await rig.person('manager');
    const deputy = await rig.person('deputy');
    const device = await rig.device('Tablet 1');
    const id = await rig.misuse(device);
    await rig.routes.restrictIncident(asked(lead, { id }, { confidential: true, reason: 'It is about her.' }));
    await rig.routes.nameConcerned(asked(lead, { id }, { people: [deputy.id], roles: [], reason: 'And about him.' }));
    await rig.ended(device);
    const assessed = { severity: 'act', conduct: 'none', reason: 'Looked at.' } as const;
    await rig.routes.assessIncident(asked(lead, { id }, assessed));
    await rig.routes.signOffIncident(asked(lead, { id }, {}));
    await rig.routes.decideOutcome(asked(lead, { id }, { outcome: 'log-only', reason: 'No more follows.' }));
    const step = { outcome: 'log-only', step: 'spoken-with-person', how: 'done', text: 'Spoken with.' } as const;
    await rig.routes.settleStep(asked(lead, { id }, step));
    await rig.routes.closeIncident(asked(lead, { id }, { reason: 'It is over.' }));
    const next = await rig.misuse(device);
    expect(next).to.not.equal(id);
    for (const each of [manager, deputy]) expect((await rig.list(each)).items, each.role).to.deep.equal([]);
    expect(rig.told.at(-1)?.excluded).to.include.members([manager.id, deputy.id]);
    expect((await rig.show(lead, next)).follows).to.equal(id);
    expect((await rig.verify()).faults).to.deep.equal([]);
  });

  it('and who reads the record alone, are not told by a clock which outcome was decided', async () => {
    const administrator = await rig.person('administrator');
    const { id } = await rig.report(lead, { text: 'Words.' });
    await rig.routes.decideOutcome(asked(lead, { id }, { outcome: 'authorities', reason: 'It is grave.' }));
    rig.clock.move(100 * hour);
    await rig.incidents.look.clocks();
    const shown = await rig.show(administrator, id);
    expect(shown).to.include({ sight: 'record' });
    expect(shown.entries.map(({ kind }) => kind)).to.include('clock');
    expect(JSON.stringify(shown)).to.not.include('authorities');
  });

  it('read nothing of it in the hold that is set from it', async () => {
    const deviceId = await rig.device('Tablet 1');
    const { id } = await rig.report(lead, { category: 'allegation-of-harm', text: 'He did.', deviceId });
    const reason = 'The allegation against Ann.';
    const held = await rig.routes.holdFromIncident(asked(lead, { id }, { wholeSetting: false, reason }));
    expect(await rig.db('holds').pluck('reason')).to.deep.equal(['Kept for the safeguarding lead.']);
    expect(held.entries.at(-1)).to.include({ kind: 'hold', text: reason });
  });
});

async function* pieces(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
