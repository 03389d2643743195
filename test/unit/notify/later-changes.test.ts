import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { putMembership } from '../../../server/people/memberships-store.ts';
import { tellingOfCases } from '../../../server/told-matters.ts';
import type { Role } from '../../../shared/api/people.ts';
import { instant } from '../../../shared/instant.ts';
import { day, minute, type NotifyRig, settingId, startNotifyRig } from './notify-rig.ts';

describe('telling people of what changes after it was told', () => {
  let rig: NotifyRig;
  let sent: string[];
  let isUp: boolean;
  let lead: Asker;
  let manager: Asker;
  beforeEach(async () => {
    sent = [];
    isUp = true;
    rig = await startNotifyRig({
      send: async ({ to }) => {
        if (!isUp) return { outcome: 'unreachable', status: null };
        sent.push(to.name);
        return { outcome: 'accepted', status: 250 };
      },
    });
    lead = await rig.person('safeguarding-lead', 'Lea');
    manager = await rig.person('manager', 'Mona');
  });
  afterEach(() => rig.stop());

  const incidentId = 'c0ffee00-0000-4000-8000-000000000001';
  type Told = Parameters<ReturnType<typeof tellingOfCases>>[1];
  const tellCase = (what: Told['what'], handlers: readonly Asker[], more: Partial<Told> = {}) =>
    rig.db.transaction((transaction) =>
      tellingOfCases(rig.notify.notices)(transaction, {
        ...{ settingId, incidentId, what, severity: 'urgent', confidential: true, excluded: [] },
        handlers: handlers.map(({ id, role }) => ({ personId: id, role })),
        ...more,
      }),
    );
  const go = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 5) {
      rig.pass(5 * minute);
      await rig.notify.look();
    }
  };
  const become = (person: Asker, role: Role) =>
    putMembership(rig.db, { personId: person.id, settingId, role, until: null }, instant(rig.clock.now()));

  it('tells whoever became safeguarding lead after the case was told, though they could not know of it then (INC3)', async () => {
    const stan = await rig.person('staff', 'Stan');
    await tellCase('clock-near', [lead], { excluded: [manager.id, stan.id] });
    await go(10);
    await rig.db('memberships').where({ person_id: lead.id }).delete();
    await become(stan, 'safeguarding-lead');
    sent.length = 0;
    await tellCase('clock-run-out', [{ ...stan, role: 'safeguarding-lead' }], { excluded: [manager.id] });
    await go(10);
    expect(sent).to.deep.equal(['Stan']);
  });

  it('sends nothing that waited for the mail server to who may no longer know of it (INC4)', async () => {
    isUp = false;
    await tellCase('opened', [lead, manager], { confidential: false });
    await go(10);
    await tellCase('restricted', [lead], { excluded: [manager.id] });
    isUp = true;
    await go(180);
    expect(sent).to.include('Lea');
    expect(sent).to.not.include('Mona');
  });

  it('sends one e-mail of a matter that became more severe while the mail server was away', async () => {
    const matter = { kind: 'incident' as const, id: randomUUID() };
    isUp = false;
    await rig.tell({ matter, severity: 'act', to: { people: [lead.id] } });
    await go(10);
    await rig.tell({ matter, severity: 'urgent', to: { people: [lead.id] } });
    await go(10);
    isUp = true;
    await go(180);
    expect(sent.filter((name) => name === 'Lea')).to.have.length(1);
  });

  it('does not turn to a stand-in whom a case was said to concern meanwhile (INC4)', async () => {
    const deputy = await rig.person('deputy', 'Dan');
    await tellCase('opened', [lead, manager, deputy], { confidential: false });
    await go(5);
    await tellCase('restricted', [lead, manager], { confidential: false, excluded: [deputy.id] });
    await go(90);
    expect(sent).to.not.include('Dan');
  });

  it('tells what is urgent at once, however much of the rest was not looked at (INC3)', async () => {
    for (let days = 0; days < 5; days += 1) {
      await rig.tell({ severity: 'act', to: { people: [lead.id] } });
      await rig.notify.look();
      rig.pass(day);
    }
    await rig.tell({ severity: 'act', to: { people: [lead.id] } });
    await rig.notify.look();
    sent.length = 0;
    await rig.tell({ severity: 'urgent', to: { people: [lead.id] } });
    await rig.notify.look();
    expect(sent).to.deep.equal(['Lea']);
  });

  it('sends what is urgent before what waited longer (INC3)', async () => {
    for (let waiting = 0; waiting < 25; waiting += 1) {
      const { id } = await rig.person('staff', `Person ${waiting}`);
      await rig.tell({ severity: 'act', to: { people: [id] } });
    }
    await rig.tell({ severity: 'urgent', to: { people: [lead.id] } });
    await rig.notify.look();
    expect(sent).to.have.length(26);
    expect(sent.indexOf('Lea')).to.be.below(10);
  });

  it('tells of a deadline again as it comes nearer, also who has not looked, and puts no stand-in off by it (INC2)', async () => {
    const second = await rig.person('deputy', 'Dan');
    await tellCase('clock-near', [lead, second], { excluded: [manager.id] });
    await go(20);
    await tellCase('clock-near', [lead, second], { excluded: [manager.id] });
    await go(15);
    expect(sent).to.include('Dan');
    await go(8 * 60);
    sent.length = 0;
    await tellCase('clock-run-out', [lead, second], { excluded: [manager.id] });
    await go(10);
    expect(sent).to.include('Lea');
  });
});
