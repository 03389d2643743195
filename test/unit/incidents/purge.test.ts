import { existsSync } from 'node:fs';
import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { up as purgedWholly } from '../../../server/storage/migrations/014-purged-wholly.ts';
import { type Log, silentLog } from '../../../shared/log.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { asked, hour, type IncidentsRig, oak, refusal, startIncidentsRig } from './rig.ts';

const day = 24 * hour;
const year = 366 * day;
const longAgo = (days: number) => new Date(Date.now() - days * day);

describe('the purging of a case whose time is over (INC1)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  let second: Asker;
  let manager: Asker;
  let staff: Asker;
  const swept: (number | undefined)[] = [];
  const log: Log = {
    ...silentLog,
    warn: (event, fields) => void (event === 'incidents.files-swept' && swept.push(fields?.count)),
  };
  beforeEach(async () => {
    swept.length = 0;
    rig = await startIncidentsRig(':memory:', { log });
    lead = await rig.person('safeguarding-lead', 'Lena Purgenot');
    second = await rig.person('safeguarding-lead', 'Lou Purgenot');
    manager = await rig.person('manager', 'Mona Purgenot');
    staff = await rig.person('staff', 'Stan Purgenot');
  });
  afterEach(() => rig.stop());

  /** Brings a case to its end; it is kept for six years from now. */
  const close = (id: string): Promise<void> => closeIn(rig, { lead, second }, id);
  const closeIn = async (
    { routes }: IncidentsRig,
    { lead, second }: { lead: Asker; second: Asker },
    id: string,
  ): Promise<void> => {
    const step = { outcome: 'log-only', step: 'spoken-with-person', how: 'done', text: 'Purgenot told.' } as const;
    await routes.assessIncident(
      asked(lead, { id }, { severity: 'act', conduct: 'gross-misconduct', reason: 'Purgenot.' }),
    );
    await routes.signOffIncident(asked(second, { id }, {}));
    await routes.decideOutcome(asked(lead, { id }, { outcome: 'log-only', reason: 'Purgenot reason.' }));
    await routes.settleStep(asked(lead, { id }, step));
    await routes.closeIncident(asked(lead, { id }, { reason: 'Purgenot over.' }));
  };
  const stateOf = async (id: string): Promise<string> => (await rig.db('incidents').where({ id }).first()).state;
  const keep = (id: string, text: string) => rig.files.keep(id, pieces(text));

  describe('leaves nothing of it in any table', () => {
    /** Every row of every table of the schema, as text. */
    const rowsOfAll = async (): Promise<Map<string, string[]>> => {
      const tables: string[] = await rig.db('sqlite_master').where({ type: 'table' }).pluck('name');
      const found = new Map<string, string[]>();
      for (const table of tables)
        found.set(
          table,
          (await rig.db(table).select()).map((row) => JSON.stringify(row)),
        );
      return found;
    };
    /** What a purged case may leave, and where; holds and the audit log are records of their own, looked through below. */
    const mayRemain = new Set([
      ...['incidents', 'incident_concerns', 'incident_entries', 'incident_contents', 'incident_register'],
      ...['incident_heads', 'holds', 'audit_entries', 'audit_heads', 'purge_clock', 'sqlite_sequence'],
    ]);

    it('but that it was there, when, and that it was purged: no word, nobody, no device, no file', async () => {
      const deviceId = await rig.device('Tablet Purgenot');
      const before = await rowsOfAll();
      const { id, reference } = await rig.report(staff, {
        text: 'Purgenot hit the screen.',
        deviceId,
        confidential: true,
        follows: null,
        people: [{ role: 'child', initials: 'PG' }],
        concerns: { people: [manager.id], roles: ['deputy'] },
      });
      await rig.routes.writeEntry(asked(lead, { id }, { kind: 'narrative', text: 'Purgenot saw it.' }));
      const request = Object.assign(Readable.from([Buffer.from('Purgenot in a file')]), { headers: {} });
      await rig.routes.addAttachment({
        ...asked(lead, { id }, undefined, { name: 'purgenot.txt' }),
        http: { request },
      } as unknown as Parameters<typeof rig.routes.addAttachment>[0]);
      await rig.routes.holdFromIncident(asked(lead, { id }, { wholeSetting: false, reason: 'Purgenot held.' }));
      await close(id);
      expect([...(await rowsOfAll()).keys()], 'people were asked to look').to.include('notices');
      expect(await rig.db('notice_matters').where({ matter_id: id })).to.have.length(1);
      await rig.db('holds').update({ lifted_at: rig.now(), lifted_by: 'lead' });
      rig.clock.move(7 * year);
      await rig.incidents.look.purge();
      expect(await stateOf(id)).to.equal('purged');

      const after = await rowsOfAll();
      const secrets = ['purgenot', id, lead.id, second.id, manager.id, staff.id, deviceId, '"PG"', 'gross-', 'deputy'];
      const fresh = [...after].flatMap(([table, rows]) =>
        rows.filter((row) => !before.get(table)?.includes(row)).map((row) => ({ table, row: row.toLowerCase() })),
      );
      expect(fresh.filter(({ table }) => !mayRemain.has(table))).to.deep.equal([]);
      for (const secret of secrets) {
        const telling = fresh.filter(({ row }) => row.includes(secret.toLowerCase()));
        expect(telling.filter(({ table }) => !mayName(secret, table, { id, deviceId }))).to.deep.equal([]);
      }
      expect(after.get('holds')?.join()).to.include('Kept for the safeguarding lead.').and.not.include('Purgenot held');
      const { opened_at, known_at, last_at, closed_at, ...row } = await rig.db('incidents').where({ id }).first();
      expect([opened_at, known_at, last_at, closed_at]).to.not.include(null);
      const gone = { reporter_id: null, device_id: null, matter: null, conduct: null, follows: null, kept_until: null };
      const kind = { source: 'person', category: 'damage', severity: 'act', signed_off: 1, confidential: 1 };
      const standing = { state: 'purged', ongoing: 0, count: 1 };
      expect(row).to.deep.equal({ id, reference, setting_id: oak, ...kind, ...standing, ...gone });
      expect(await rig.db('incident_concerns').where({ incident_id: id })).to.deep.equal([
        { incident_id: id, person_id: null, role: null },
      ]);
      expect(existsSync(join(rig.folder, id))).to.equal(false);
      expect((await rig.verify()).faults.filter(({ incidentId }) => incidentId === id)).to.deep.equal([]);
    });

    it('and shows a case that concerned somebody to nobody any more: whom it concerned cannot be told (INC4)', async () => {
      const about = await rig.report(staff, { text: 'About her.', concerns: { people: [manager.id], roles: [] } });
      const plain = await rig.report(staff, { text: 'A cracked screen.' });
      for (const { id } of [about, plain]) await close(id);
      rig.clock.move(7 * year);
      await rig.incidents.look.purge();
      expect(await stateOf(about.id)).to.equal('purged');
      for (const asker of [lead, manager, staff]) {
        expect(await refusal(rig.show(asker, about.id)), asker.role).to.equal('not-found');
        expect((await rig.list(asker)).items.map(({ id }) => id)).to.not.include(about.id);
      }
      expect((await rig.show(manager, plain.id)).state).to.equal('purged');
    });

    it('nor in the bytes of the database’s file, once its log was carried into it', async () => {
      const file = join(makeTempFolder(), 'hometime.db');
      const kept = await startIncidentsRig(file);
      try {
        const leads = {
          lead: await kept.person('safeguarding-lead', 'Lena'),
          second: await kept.person('safeguarding-lead', 'Lou'),
        };
        const { id } = await kept.report(leads.lead, { text: `Purgenot ${'hit the screen. '.repeat(600)}` });
        const carried = async () => {
          await kept.db.raw('pragma wal_checkpoint(truncate)');
          return readFile(file, 'latin1');
        };
        expect(await carried()).to.include('Purgenot hit');
        await closeIn(kept, leads, id);
        kept.clock.move(7 * year);
        await kept.incidents.look.purge();
        expect(await kept.db('incidents').where({ id }).pluck('state')).to.deep.equal(['purged']);
        expect(await carried()).to.not.include('hit the screen');
      } finally {
        await kept.stop();
      }
    });

    it('nor of one that was purged before it was so, once the database is brought up to date', async () => {
      const deviceId = await rig.device('Tablet Purgenot');
      const { id } = await rig.report(staff, { text: 'About her.', concerns: { people: [manager.id], roles: [] } });
      const kept = await rig.report(staff, { text: 'Kept.', concerns: { people: [lead.id], roles: [] } });
      await close(id);
      rig.clock.move(7 * year);
      await rig.incidents.look.purge();
      // As a server of before left it.
      await rig.db('incidents').where({ id }).update({ reporter_id: staff.id, device_id: deviceId, conduct: 'none' });
      await rig.db('incident_concerns').where({ incident_id: id }).update({ person_id: manager.id });
      const step = { outcome: 'log-only', step: 'spoken-with-person', from_at: rig.now(), settled: true };
      await rig.db('incident_steps').insert({ incident_id: id, ...step });
      const before = { kept: await rig.db('incident_concerns').where({ incident_id: kept.id }) };
      const told = () => rig.db('notice_matters').pluck('matter_id');
      await rig.db('notice_matters').update({ matter_id: id });
      expect((await rig.verify()).intact).to.equal(false);
      await rig.db.schema.dropTable('purge_clock');
      await purgedWholly(rig.db);
      expect((await rig.verify()).faults).to.deep.equal([]);
      expect(await told()).to.deep.equal([]);
      expect(await rig.db('incident_steps').where({ incident_id: id })).to.deep.equal([]);
      expect(await rig.db('incident_concerns').where({ incident_id: id })).to.deep.equal([
        { incident_id: id, person_id: null, role: null },
      ]);
      expect(await rig.db('incident_concerns').where({ incident_id: kept.id })).to.deep.equal(before.kept);
    });

    it('and the check of the record finds what somebody puts back', async () => {
      const { id } = await rig.report(staff, { text: 'A cracked screen.' });
      await close(id);
      rig.clock.move(7 * year);
      await rig.incidents.look.purge();
      expect((await rig.verify()).faults).to.deep.equal([]);
      await rig.db('incident_concerns').insert({ incident_id: id, person_id: manager.id });
      expect((await rig.verify()).faults.map(({ what }) => what)).to.deep.equal([
        'it was purged, and something of it is left',
      ]);
    });
  });

  describe('and a clock that jumps ahead', () => {
    let id: string;
    beforeEach(async () => {
      ({ id } = await rig.report(staff, { text: 'A cracked screen.' }));
      await close(id);
      rig.clock.move(hour);
      await rig.incidents.look.purge();
    });
    /** The server runs on, and looks once an hour. */
    const run = async (days: number): Promise<void> => {
      for (let passed = 0; passed < days * 24; passed += 6) {
        rig.clock.move(6 * hour);
        await rig.incidents.look.purge();
      }
    };

    it('purges nothing until the server has run for a week, and administrators are told once', async () => {
      rig.jump(30 * year);
      await rig.incidents.look.purge();
      await run(6);
      expect(await stateOf(id)).to.equal('closed');
      expect(rig.state.jumps).to.equal(1);
      await run(2);
      expect(await stateOf(id), 'nobody put it right').to.equal('purged');
    });

    it('purges nothing while it cannot tell anybody, and tells them when it can', async () => {
      const look = () =>
        rig.incidents.look.purge().then(
          () => 'told',
          () => 'failed',
        );
      rig.jump(30 * year);
      rig.state.isDeaf = true;
      for (let days = 0; days < 10; days += 1) {
        rig.clock.move(day);
        expect(await look()).to.equal('failed');
      }
      expect(await stateOf(id)).to.equal('closed');
      rig.state.isDeaf = false;
      for (let times = 0; times < 2; times += 1) expect(await look()).to.equal('told');
      expect(rig.state.jumps).to.equal(1);
    });

    it('purges nothing at all when it is put right in that week', async () => {
      rig.jump(30 * year);
      await run(3);
      rig.jump(-30 * year);
      await run(30);
      expect(await stateOf(id)).to.equal('closed');
      expect(rig.state.jumps).to.equal(1);
    });

    it('was not kept for less because its clock was behind when the case was closed', async () => {
      const { id: other } = await rig.report(staff, { text: 'Another screen.' });
      const { opened_at: openedAt } = await rig.db('incidents').where({ id: other }).first();
      rig.jump(-20 * year);
      await close(other);
      const { kept_until: keptUntil } = await rig.db('incidents').where({ id: other }).first();
      expect(Date.parse(keptUntil)).to.be.at.least(Date.parse(openedAt) + 5.9 * year);
      rig.jump(20 * year);
      await run(20);
      expect(await stateOf(other)).to.equal('closed');
    });

    it('purges nothing early by as much as is taken for a long week-end', async () => {
      const keptUntil = Date.parse((await rig.db('incidents').where({ id }).first()).kept_until);
      rig.clock.move(keptUntil - rig.clock.now() - day);
      await rig.incidents.look.purge();
      rig.jump(4 * day);
      await rig.incidents.look.purge();
      expect(await stateOf(id)).to.equal('closed');
      expect(rig.state.jumps).to.equal(0);
      await run(5);
      expect(await stateOf(id)).to.equal('purged');
    });
  });

  describe('by a server that was off meanwhile', () => {
    const stopped = async (jump: (again: IncidentsRig) => void) => {
      await rig.stop();
      const file = join(makeTempFolder(), 'server.db');
      rig = await startIncidentsRig(file);
      lead = await rig.person('safeguarding-lead');
      second = await rig.person('safeguarding-lead');
      const { id } = await rig.report(lead, { text: 'A cracked screen.' });
      await close(id);
      const { clock, folder } = rig;
      await rig.stop();
      const again = { clock, folder };
      rig = await startIncidentsRig(file, again);
      jump(rig);
      await rig.incidents.look.purge();
      return id;
    };

    it('waits where nobody can tell a jump from a long time off', async () => {
      const id = await stopped((again) => again.jump(8 * year));
      expect(await stateOf(id)).to.equal('closed');
      expect(rig.state.jumps).to.equal(1);
    });

    it('goes on after a week-end as if nothing had been', async () => {
      const id = await stopped((again) => again.jump(3 * day));
      expect(rig.state.jumps).to.equal(0);
      rig.clock.move(7 * year);
      await rig.incidents.look.purge();
      expect(await stateOf(id)).to.equal('purged');
    });

    it('waits as well where it has never read its clock before', async () => {
      const { id } = await rig.report(staff, { text: 'A cracked screen.' });
      await close(id);
      rig.clock.move(7 * year);
      await rig.db('purge_clock').delete();
      await rig.incidents.look.purge();
      expect(await stateOf(id)).to.equal('closed');
      expect(rig.state.jumps, 'which is no jump').to.equal(0);
    });
  });

  describe('files that no entry names', () => {
    /** A whole file as a server leaves it that is cut off before the entry, written so many days ago. */
    const left = async (id: string, days: number): Promise<string> => {
      const { digest } = await keep(id, `left ${days}`);
      await utimes(join(rig.folder, id, digest), longAgo(days), longAgo(days));
      return join(rig.folder, id, digest);
    };
    let id: string;
    beforeEach(async () => {
      ({ id } = await rig.report(staff, { text: 'A cracked screen.' }));
      rig.jump(Date.now() - rig.clock.now());
      await rig.db('purge_clock').update({ seen_at: rig.now(), steady_ms: 30 * day });
    });

    it('go after two weeks, in which a wrong copy that was put back is seen, and the log says how many; what an entry names stays', async () => {
      const request = Object.assign(Readable.from([Buffer.from('named')]), { headers: {} });
      const shown = await rig.routes.addAttachment({
        ...asked(staff, { id }, undefined, { name: 'named.txt' }),
        http: { request },
      } as unknown as Parameters<typeof rig.routes.addAttachment>[0]);
      expect(shown.entries).to.not.equal(undefined);
      const [named] = (await rig.files.listed(id)).map(({ digest }) => join(rig.folder, id, digest));
      await utimes(String(named), longAgo(900), longAgo(900));
      const [old, fresh] = [await left(id, 15), await left(id, 13)];
      await rig.incidents.look.purge();
      expect([named, old, fresh].map((path) => existsSync(String(path)))).to.deep.equal([true, false, true]);
      expect(swept).to.deep.equal([1]);
    });

    it('stay while another file comes in, of a case not known here, where an entry cannot be read, and while the clock is in doubt', async () => {
      const stays = async (path: string, why: string) => {
        await rig.incidents.look.purge();
        expect(existsSync(path), why).to.equal(true);
      };
      let send: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        send = resolve;
      });
      const upload = rig.files.keep(
        id,
        (async function* () {
          yield Buffer.from('half');
          await gate;
          yield Buffer.from('whole');
        })(),
      );
      const path = await left(id, 20);
      await stays(path, 'an upload is under way');
      send();
      await upload;
      await stays(await left('0d4a7a0e-63a4-4f3a-9c39-00000000dead', 20), 'no such case');
      expect(existsSync(path), 'and then it goes').to.equal(false);
      const again = await left(id, 20);
      const entry = { incident_id: id, setting_id: oak, number: 99, at: rig.now(), kind: 'attachment' };
      const sums = { actor_kind: 'person', content_digest: 'none', hash: 'none' };
      await rig.db('incident_entries').insert({ ...entry, ...sums });
      await stays(again, 'an entry that cannot be read may name it');
      const other = await rig.report(staff, { text: 'Another screen.' });
      const last = await left(other.id, 20);
      rig.jump(40 * day);
      await stays(last, 'the clock is in doubt');
    });
  });
});

/** The record names the case itself; who set a hold on which device is a record of its own, and names no case. */
function mayName(secret: string, table: string, { id, deviceId }: { id: string; deviceId: string }): boolean {
  if (secret === id) return table.startsWith('incident');
  return table === 'holds' && (secret === deviceId || secret === 'purgenot');
}

async function* pieces(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
