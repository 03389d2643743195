import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { createAppend } from '../../../server/incidents/record.ts';
import { createTelling } from '../../../server/incidents/telling.ts';
import { createCaseWriter } from '../../../server/incidents/writer.ts';
import { deleteMembership, putMembership } from '../../../server/people/memberships-store.ts';
import { knownTo, tellingOfCases } from '../../../server/told-matters.ts';
import type { Role } from '../../../shared/api/people.ts';
import type { Concerns } from '../../../shared/incident/entries.ts';
import { instant } from '../../../shared/instant.ts';
import { testSigner } from '../audit/test-signer.ts';
import { asked } from '../incidents/rig.ts';
import { day, hour, minute, type NotifyRig, settingId, startNotifyRig } from './notify-rig.ts';

describe('what waits for somebody who may not know of it any more (INC4)', () => {
  let rig: NotifyRig;
  let sent: string[];
  let isUp: boolean;
  let lead: Asker;
  let second: Asker;
  let manager: Asker;
  beforeEach(async () => {
    sent = [];
    isUp = true;
    rig = await startNotifyRig({
      knownTo,
      send: async ({ to }) => {
        if (!isUp) return { outcome: 'no-answer', status: null };
        sent.push(to.name);
        return { outcome: 'accepted', status: 250 };
      },
    });
    lead = await rig.person('safeguarding-lead', 'Lea');
    second = await rig.person('safeguarding-lead', 'Lou');
    manager = await rig.person('manager', 'Mona');
  });
  afterEach(() => rig.stop());

  const now = () => instant(rig.clock.now());
  /** A real case in the record, told as the server tells it. */
  const openCase = (confidential: boolean, concerns: Concerns = { people: [], roles: [] }): Promise<string> =>
    rig.db.transaction(async (connection) => {
      const writer = createCaseWriter({ append: createAppend(testSigner()), now });
      const incidentId = await writer.open(connection, settingId, [
        {
          kind: 'opened',
          text: 'A word.',
          by: { kind: 'server', id: null, name: null, role: null },
          data: {
            ...{ source: 'form', matter: null, category: 'policy-breach', severity: 'urgent', reporter: 'anonymous' },
            ...{ confidential, deviceId: null, follows: null, happenedAt: null, people: [], concerns },
          },
        },
      ]);
      await createTelling({ tell: tellingOfCases(rig.notify.notices), now })(connection, {
        incidentId,
        what: 'opened',
      });
      return incidentId;
    });
  const become = (who: Asker, role: Role, until: string | null = null) =>
    putMembership(rig.db, { personId: who.id, settingId, role, until }, now());
  const go = async (minutes: number, every = 5) => {
    for (let passed = 0; passed < minutes; passed += every) {
      rig.pass(every * minute);
      await rig.notify.look();
    }
  };
  const listOf = async (who: Asker, role = who.role) =>
    (await rig.notify.routes.listNotices(asked({ ...who, role }, {}, undefined, { which: 'all', limit: 50 }))).items;
  const deliveriesOf = (who: Asker): Promise<string[]> =>
    rig.db('deliveries').where({ recipient_id: who.id }).orderBy('number').pluck('state');

  for (const [what, change] of [
    ['has another role now', () => become(lead, 'staff')],
    ['has left', () => deleteMembership(rig.db, lead.id, settingId)],
    ['has a role that ran out', () => become(lead, 'safeguarding-lead', instant(rig.clock.now() + minute))],
  ] as const)
    it(`is not sent to who ${what}, and is gone from their list`, async () => {
      isUp = false;
      await openCase(true);
      await go(10);
      const [notice] = await listOf(lead);
      await change();
      isUp = true;
      await go(180);
      expect(sent).to.include('Lou');
      expect(sent).to.not.include('Lea');
      expect(await listOf(lead, 'staff')).to.deep.equal([]);
      expect(await rig.db('notices').where({ id: notice?.id })).to.deep.equal([]);
      expect(new Set(await deliveriesOf(lead)), 'which is nobody’s fault').to.deep.equal(new Set(['dropped']));
      expect(await rig.db('notice_matters').where({ kind: 'delivery' })).to.deep.equal([]);
    });

  it('is not even made a message of, when it was to wait for the morning', async () => {
    rig.pass(12 * hour);
    await rig.tell({ matter: { kind: 'device', id: 'one' }, severity: 'act' });
    await become(manager, 'staff');
    await go(24 * 60, 60);
    expect(sent).to.not.include('Mona');
    expect(await deliveriesOf(manager)).to.deep.equal([]);
  });

  it('is not sent as a daily e-mail either, nor the summary of a week to who is staff now', async () => {
    await rig.tell({ matter: { kind: 'device', id: 'one' }, severity: 'act' });
    await rig.notify.look();
    expect(sent).to.deep.equal(['Mona']);
    isUp = false;
    // Monday.
    rig.pass(5 * day);
    await rig.notify.look();
    const waiting = await rig.db('deliveries').where({ recipient_id: manager.id, state: 'waiting' }).pluck('purpose');
    expect(waiting).to.have.members(['daily', 'weekly']);
    sent.length = 0;
    await become(manager, 'staff');
    isUp = true;
    await go(12 * 60, 30);
    expect(sent).to.not.include('Mona');
    expect(new Set(await deliveriesOf(manager))).to.deep.equal(new Set(['sent', 'dropped']));
  });

  it('is kept from who became one of those whom the case concerns by their new role', async () => {
    const deputy = await rig.person('deputy', 'Dan');
    isUp = false;
    await openCase(false, { people: [], roles: ['manager'] });
    await go(60);
    expect(await listOf(deputy)).to.have.length(1);
    await become(deputy, 'manager');
    isUp = true;
    await go(180);
    expect(sent).to.not.include('Dan');
    expect(await listOf(deputy, 'manager')).to.deep.equal([]);
  });

  it('is kept from a list at once, and looking at it is refused as if it were not there', async () => {
    await openCase(true);
    const [notice] = await listOf(lead);
    await become(lead, 'manager');
    expect(await listOf(lead, 'manager')).to.deep.equal([]);
    let said: unknown;
    await rig.notify.routes
      .lookAtNotice(asked({ ...lead, role: 'manager' }, { id: notice?.id ?? '' }, {}))
      .catch((error: unknown) => {
        said = error;
      });
    expect(said).to.include({ code: 'not-found' });
  });

  it('goes to who may look at it now, where nobody is left who was asked (INC3)', async () => {
    await deleteMembership(rig.db, second.id, settingId);
    await openCase(true);
    await go(10);
    expect(sent).to.deep.equal(['Lea']);
    await deleteMembership(rig.db, lead.id, settingId);
    await go(10);
    expect(sent).to.deep.equal(['Lea', 'Mona']);
    expect(await listOf(manager)).to.have.length(1);
    await go(60);
    expect(sent.filter((name) => name === 'Mona')).to.have.length(1);
  });

  it('stays with everybody who may know of it, whatever their role is called', async () => {
    isUp = false;
    await openCase(false);
    await go(10);
    await become(manager, 'safeguarding-lead');
    isUp = true;
    await go(120);
    expect(sent).to.include.members(['Lea', 'Lou', 'Mona']);
  });
});
