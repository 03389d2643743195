import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import {
  eventsLookedAt,
  tellingOfApprovals,
  tellingOfCases,
  tellingOfEvents,
  tellingOfFindings,
} from '../../../server/told-matters.ts';
import { instant } from '../../../shared/instant.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { minute, type NotifyRig, settingId, startNotifyRig } from './notify-rig.ts';

const incidentId = 'c0ffee00-0000-4000-8000-000000000001';

describe('what is told of cases and security events', () => {
  let mail: MailServer;
  let rig: NotifyRig;
  let lead: Asker;
  let manager: Asker;
  let deputy: Asker;
  beforeEach(async () => {
    mail = await startMailServer();
    rig = await startNotifyRig({ smtpPort: mail.port });
    lead = await rig.person('safeguarding-lead', 'Lea Ward');
    manager = await rig.person('manager', 'Mona Reed');
    deputy = await rig.person('deputy', 'Dan Cole');
    await rig.person('administrator', 'Ada Bell');
  });
  afterEach(async () => {
    await rig.stop();
    await mail.stop();
  });

  type Told = Parameters<ReturnType<typeof tellingOfCases>>[1];
  const handler = ({ id, role }: Asker) => ({ personId: id, role });
  const tellCase = (told: Partial<Told> = {}) =>
    rig.db.transaction((transaction) =>
      tellingOfCases(rig.notify.notices)(transaction, {
        settingId,
        incidentId,
        what: 'opened',
        severity: 'urgent',
        confidential: false,
        handlers: [handler(lead), handler(manager), handler(deputy)],
        excluded: [],
        ...told,
      }),
    );
  const go = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 5) {
      rig.pass(5 * minute);
      await rig.notify.look();
    }
  };
  const sentTo = () => [...new Set(mail.received.flatMap(({ to }) => to))].sort().map((to) => to.split('.')[0]);

  it('is a case by the setting’s rules: the safeguarding lead and the manager, then the deputy (INC3)', async () => {
    await tellCase();
    await go(10);
    expect(sentTo()).to.deep.equal(['lea', 'mona']);
    await go(40);
    expect(sentTo()).to.deep.equal(['dan', 'lea', 'mona']);
  });

  it('is a confidential case to the safeguarding lead alone, however long they do not look (INC4)', async () => {
    await tellCase({ confidential: true, handlers: [handler(lead)], excluded: [manager.id, deputy.id] });
    await go(120);
    expect(sentTo()).to.deep.equal(['lea']);
  });

  it('is a confidential case about the only lead to who looks after it in their place, and not to the lead', async () => {
    await tellCase({ confidential: true, handlers: [handler(manager)], excluded: [lead.id, deputy.id] });
    await go(120);
    expect(sentTo()).to.deep.equal(['mona']);
  });

  it('is taken back of those who may no longer know of it, before it was sent and from their list', async () => {
    await tellCase({ severity: 'act' });
    await tellCase({
      what: 'restricted',
      severity: 'act',
      confidential: true,
      handlers: [handler(lead)],
      excluded: [manager.id, deputy.id],
    });
    await go(30);
    expect(sentTo()).to.deep.equal(['lea']);
    expect(await rig.db('notices').where({ recipient_id: manager.id })).to.deep.equal([]);
  });

  it('is a deadline as a matter of its own beside its case', async () => {
    await tellCase();
    await go(5);
    await tellCase({ what: 'clock-near' });
    await go(10);
    const kinds: string[] = await rig.db('notice_matters').pluck('kind');
    expect(kinds.sort()).to.deep.equal(['incident', 'incident-clock']);
    expect(mail.received.filter(({ to }) => to[0]?.startsWith('lea'))).to.have.length(2);
  });

  it('is one closing time however many tablets missed it, and each day its own (DEV2)', async () => {
    const tell = tellingOfFindings(rig.notify.notices, rig.clock);
    const devices: string[] = [];
    for (const name of ['Tablet 1', 'Tablet 2', 'Tablet 3']) {
      const id = randomUUID();
      const row = { id, setting_id: settingId, name, kind: 'tablet', child_facing: false, epoch: 1 };
      await rig.db('devices').insert({ ...row, created_at: instant(rig.clock.now()) });
      devices.push(id);
    }
    const missed = async () => {
      for (const deviceId of devices)
        await rig.db.transaction((transaction) => tell(transaction, { deviceId, code: 'hometime-missed' }));
    };
    await missed();
    await go(10);
    expect(sentTo()).to.deep.equal(['dan', 'mona']);
    expect(mail.received).to.have.length(2);
    rig.pass(24 * 60 * minute);
    await missed();
    await rig.db.transaction((transaction) => tell(transaction, { deviceId: devices[0] ?? '', code: 'silent' }));
    const matters: unknown[] = await rig.db('notice_matters').orderBy('matter_id').select('kind', 'matter_id');
    expect(matters).to.deep.equal([
      { kind: 'hometime', matter_id: '2026-11-18' },
      { kind: 'hometime', matter_id: '2026-11-19' },
    ]);
  });

  it('is a security event to the administrators, until somebody has looked at it', async () => {
    const event = { settingId, id: 7 };
    await rig.db.transaction((transaction) =>
      tellingOfEvents(rig.notify.notices)(transaction, { ...event, code: 'audit-broken' }),
    );
    await go(5);
    expect(sentTo()).to.deep.equal(['ada']);
    await rig.db.transaction((transaction) => eventsLookedAt(rig.notify.notices)(transaction, event));
    await go(90);
    expect(sentTo()).to.deep.equal(['ada']);
    expect(await rig.db('notices')).to.deep.equal([]);
  });

  describe('of a wipe that waits for approval', () => {
    const orders = ['a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'];
    const waiting = (askedById: string) => orders.map((id) => ({ id, settingId, askedById }));
    const asking = (askedById: string) =>
      rig.db.transaction((transaction) => tellingOfApprovals(rig.notify.notices).ask(transaction, waiting(askedById)));

    it('is one e-mail to each other administrator at any hour, and never to who asked; the manager when nobody looks', async () => {
      const ben = await rig.person('administrator', 'Ben Hart');
      rig.clock.move(12 * 60 * minute);
      await asking(ben.id);
      await go(5);
      expect(mail.received.map(({ to }) => to)).to.have.length(1);
      expect(sentTo()).to.deep.equal(['ada']);
      await go(40);
      expect(sentTo()).to.deep.equal(['ada', 'mona']);
    });

    it('is told the manager at once where nobody but the asker is administrator any more', async () => {
      const [ada] = await rig.db('people').where({ name: 'Ada Bell' }).pluck('id');
      await asking(ada);
      await go(5);
      expect(sentTo()).to.deep.equal(['mona']);
    });

    it('is on nobody’s list and sent no more once it waits no longer', async () => {
      const ben = await rig.person('administrator', 'Ben Hart');
      await asking(ben.id);
      await rig.db.transaction((transaction) =>
        tellingOfApprovals(rig.notify.notices).settled(transaction, waiting(ben.id)),
      );
      await go(60);
      expect(mail.received).to.deep.equal([]);
      expect(await rig.db('notices')).to.deep.equal([]);
    });
  });
});
