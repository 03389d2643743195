import { expect } from 'chai';
import { createAudit } from '../../../server/audit/audit.ts';
import type { Asker } from '../../../server/http/asker.ts';
import { messageOf } from '../../../shared/log.ts';
import { asked, type IncidentsRig, oak, startIncidentsRig } from './rig.ts';

const logs = ['incident_entries', 'incident_contents', 'incident_register', 'audit_entries'] as const;

describe('what is on record is replaced by no insertion (INC1)', () => {
  let rig: IncidentsRig;
  let lead: Asker;
  beforeEach(async () => {
    rig = await startIncidentsRig();
    lead = await rig.person('safeguarding-lead');
    const { id } = await rig.report(lead, { text: 'He hit a child.' });
    await rig.routes.writeEntry(asked(lead, { id }, { kind: 'narrative', text: 'She saw it too.' }));
    const audit = createAudit({ clock: rig.clock, signer: rig.signer });
    for (const settingId of [oak, null]) await audit(rig.db, { settingId, actor: 'server', action: 'hold.set' });
  });
  afterEach(() => rig.stop());

  /** What the database says of a statement; undefined: it took it. */
  const said = (statement: string): Promise<string | undefined> =>
    rig.db.raw(statement).then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
  const whole = async (): Promise<string> => {
    const rows: unknown[] = [];
    for (const log of logs) rows.push(await rig.db(log).select().orderByRaw('rowid'));
    return JSON.stringify(rows);
  };
  const columnsOf = async (log: string): Promise<string[]> => Object.keys((await rig.db(log).first()) ?? {});

  for (const how of ['insert or replace', 'insert or ignore', 'replace', 'insert or fail', 'insert or rollback'])
    it(`by "${how}", whether the key of the row is given or only its number`, async () => {
      const before = await whole();
      for (const log of logs) {
        const columns = await columnsOf(log);
        expect(await said(`${how} into ${log} select * from ${log}`), log).to.include('append-only');
        // By the other key alone: SQLite would take the old row away and give the new one a fresh id.
        if (!columns.includes('id')) continue;
        const others = columns.filter((name) => name !== 'id').join(', ');
        expect(await said(`${how} into ${log} (${others}) select ${others} from ${log}`), log).to.include(
          'append-only',
        );
      }
      expect(await whole()).to.equal(before);
    });

  it('nor are two entries of the server’s own log given one number, which has no setting to be unique in', async () => {
    const columns = (await columnsOf('audit_entries')).filter((name) => name !== 'id').join(', ');
    const again = `insert into audit_entries (${columns}) select ${columns} from audit_entries where setting_id is null`;
    expect(await said(again)).to.include('append-only');
  });

  it('nor by an update that would replace another row, with triggers that follow one another or without', async () => {
    const before = await whole();
    for (const pragma of ['on', 'off']) {
      await rig.db.raw(`pragma recursive_triggers = ${pragma}`);
      for (const log of logs)
        expect(await said(`update or replace ${log} set rowid = 1`), log).to.include('append-only');
      for (const log of logs)
        expect(await said(`insert or replace into ${log} select * from ${log}`), log).to.include('append-only');
    }
    expect(await whole()).to.equal(before);
  });
});
