import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Asker } from '../../../server/http/asker.ts';
import { storePreferences, storeRules } from '../../../server/notify/preferences-store.ts';
import { defaultNotifyRules, defaultPreferences } from '../../../shared/api/notify.ts';
import { asked } from '../commands/orders-rig.ts';
import { bodyOf, headerOf, type MailServer, type Received, startMailServer } from './mail-server.ts';
import { hour, minute, type NotifyRig, settingId, startNotifyRig } from './notify-rig.ts';

const nothing: Received = { to: [], raw: '', secure: false };

describe('telling people', () => {
  let mail: MailServer;
  let rig: NotifyRig;
  let lead: Asker;
  let manager: Asker;
  beforeEach(async () => {
    mail = await startMailServer();
    rig = await startNotifyRig({ smtpPort: mail.port });
    lead = await rig.person('safeguarding-lead', 'Lea Ward');
    manager = await rig.person('manager', 'Mona Reed');
  });
  afterEach(async () => {
    await rig.stop();
    await mail.stop();
  });

  const incident = (id: string = randomUUID()) => ({ kind: 'incident', id }) as const;
  const sentTo = () => mail.received.flatMap(({ to }) => to).sort();
  const open = async (asker: Asker) =>
    (
      await rig.notify.routes.listNotices(
        asked({ asker, session: undefined }, {}, undefined, { limit: 500, which: 'open' }),
      )
    ).items;
  const look = async (asker: Asker) => {
    for (const { id } of await open(asker))
      await rig.notify.routes.lookAtNotice(asked({ asker, session: undefined }, { id }, {}));
  };
  /** Some looks, with time between them. */
  const go = async (minutes: number) => {
    const step = minutes > 300 ? 30 : 5;
    for (let passed = 0; passed < minutes; passed += step) {
      rig.pass(step * minute);
      await rig.notify.look();
    }
  };

  it('asks by e-mail who should look, with a link and not a word of what it is about (INC3)', async () => {
    await rig.tell({ matter: incident('case-7'), to: { roles: ['safeguarding-lead'] } });
    await rig.notify.look();
    const [got] = mail.received;
    if (got === undefined) throw new Error('nothing came');
    expect(sentTo()).to.deep.equal(['lea.ward@acorns.example']);
    const [notice] = await open(lead);
    const words = bodyOf(got);
    expect(words).to.include('Lea Ward,').and.to.include(`https://hometime.example/look/${notice?.id}`);
    expect(`${got.raw}${words}`).not.to.match(/case-7|incident|Acorns\b(?!\.)|tablet|photo|unprotected/i);
    expect(headerOf(got, 'Subject')).to.equal('Hometime: please look now');
    expect(await open(manager)).to.deep.equal([]);
  });

  it('writes nothing of what was rolled back', async () => {
    await rig.db
      .transaction(async (transaction) => {
        await rig.notify.notices.tell(transaction, { settingId, matter: incident(), severity: 'urgent' });
        throw new Error('the report could not be stored');
      })
      .catch(() => {});
    await rig.notify.look();
    expect(mail.received).to.deep.equal([]);
    expect(await open(lead)).to.deep.equal([]);
  });

  it('makes one e-mail to each of a flood of 1,000 findings, and of those that follow', async () => {
    await rig.db.transaction(async (transaction) => {
      for (let index = 0; index < 1_000; index += 1)
        await rig.notify.notices.tell(transaction, { settingId, matter: incident(), severity: 'urgent' });
    });
    await rig.notify.look();
    await rig.notify.look();
    expect(sentTo()).to.deep.equal(['lea.ward@acorns.example', 'mona.reed@acorns.example']);
    expect(bodyOf(mail.received[0] ?? nothing)).to.include('https://hometime.example/notices');
    expect(await open(lead)).to.have.length(500);
    // One more a minute, for two hours, while nobody looks: the distance between e-mails doubles.
    for (let index = 0; index < 120; index += 1) {
      rig.pass(minute);
      await rig.tell();
      await rig.notify.look();
    }
    expect(sentTo().filter((to) => to.startsWith('lea')).length).to.be.within(4, 6);
  }).timeout(60_000);

  it('joins what is told again of a matter that nobody has looked at, and asks anew when somebody had', async () => {
    const matter = incident();
    for (let index = 0; index < 5; index += 1) {
      await rig.tell({ matter });
      await go(10);
    }
    expect(sentTo()).to.have.length(2);
    expect((await open(lead)).map(({ count }) => count)).to.deep.equal([5]);
    await look(lead);
    await rig.tell({ matter });
    await rig.notify.look();
    expect(sentTo().filter((to) => to.startsWith('lea'))).to.have.length(2);
    expect(sentTo().filter((to) => to.startsWith('mona'))).to.have.length(1);
  });

  it('asks again when a matter becomes more severe before anyone has looked', async () => {
    const matter = incident();
    await rig.tell({ matter, severity: 'act' });
    await rig.notify.look();
    await rig.tell({ matter, severity: 'urgent' });
    await go(10);
    expect(sentTo().filter((to) => to.startsWith('lea'))).to.have.length(2);
    expect((await open(lead))[0]?.severity).to.equal('urgent');
  });

  it('keeps what is not urgent out of quiet hours, and sends it when they end', async () => {
    rig.pass(16 * hour);
    await rig.tell({ severity: 'act' });
    await rig.notify.look();
    expect(mail.received).to.deep.equal([]);
    await rig.tell({ severity: 'urgent', to: { people: [lead.id] } });
    await rig.notify.look();
    expect(sentTo()).to.deep.equal(['lea.ward@acorns.example']);
    await look(lead);
    await go(6 * 60);
    expect(sentTo()).to.deep.equal(['lea.ward@acorns.example', 'mona.reed@acorns.example']);
  });

  it('tells the alternates when none of the first has looked in time, and not when one has (INC3)', async () => {
    await rig.person('deputy', 'Dan Cole');
    const seen = incident();
    await rig.tell({ matter: seen });
    await rig.notify.look();
    await rig.db.transaction((transaction) =>
      rig.notify.notices.looked(transaction, { settingId, personId: manager.id, matter: seen }),
    );
    await go(60);
    expect(sentTo().filter((to) => to.startsWith('dan'))).to.deep.equal([]);
    await rig.tell();
    await go(25);
    expect(sentTo().filter((to) => to.startsWith('dan'))).to.deep.equal([]);
    await go(10);
    expect(sentTo().filter((to) => to.startsWith('dan'))).to.have.length(1);
    await go(120);
    expect(sentTo().filter((to) => to.startsWith('dan'))).to.have.length(1);
  });

  it('never tells who is excluded, by whatever role or rule, then or later (INC4)', async () => {
    await storeRules(rig.db, settingId, {
      ...defaultNotifyRules,
      roles: { ...defaultNotifyRules.roles, incident: { first: ['safeguarding-lead'], alternates: ['manager'] } },
    });
    const matter = incident();
    await rig.tell({ matter, excluded: [manager.id], alternates: { roles: ['manager', 'deputy'] } });
    await go(90);
    await rig.tell({ matter, to: { roles: ['manager'], people: [manager.id] } });
    await go(90);
    expect(sentTo().filter((to) => to.startsWith('mona'))).to.deep.equal([]);
    expect(await open(manager)).to.deep.equal([]);
  });

  it('goes on by rules that were kept while there were other kinds of matters', async () => {
    const roles = { incident: { first: ['safeguarding-lead'], alternates: [] } };
    const before = { order: { first: ['administrator'], alternates: ['manager'] } };
    await rig.db('notify_rules').insert({
      setting_id: settingId,
      document: JSON.stringify({ ...defaultNotifyRules, roles: { ...defaultNotifyRules.roles, ...roles, ...before } }),
    });
    await rig.tell({ matter: incident() });
    expect(await open(lead)).to.have.length(1);
    expect(await open(manager)).to.deep.equal([]);
  });

  it('takes back what was not sent yet of a matter that becomes confidential', async () => {
    const matter = incident();
    rig.pass(16 * hour);
    await rig.tell({ matter, severity: 'act' });
    expect(await open(manager)).to.have.length(1);
    await rig.tell({ matter, severity: 'act', confidential: true, excluded: [manager.id], to: { people: [lead.id] } });
    await go(12 * 60);
    expect(await open(manager)).to.deep.equal([]);
    expect(sentTo().filter((to) => to.startsWith('mona'))).to.deep.equal([]);
  });

  it('tells the alternates at once, or an administrator, where nobody of the first is there', async () => {
    await rig.person('administrator', 'Ada Bell');
    await rig.tell({ to: { roles: ['safeguarding-lead'] }, excluded: [lead.id], alternates: { roles: ['deputy'] } });
    await rig.notify.look();
    expect(sentTo()).to.deep.equal(['ada.bell@acorns.example']);
  });

  it('writes one daily e-mail for what was kept for it, and none when all was looked at', async () => {
    await rig.tell({ severity: 'check' });
    await rig.tell({ severity: 'check' });
    await rig.notify.look();
    expect(mail.received).to.deep.equal([]);
    await look(manager);
    await go(24 * 60);
    expect(sentTo()).to.deep.equal(['lea.ward@acorns.example']);
    expect(headerOf(mail.received[0] ?? nothing, 'Subject')).to.equal('Hometime: your list for today');
    await go(24 * 60);
    expect(sentTo()).to.have.length(1);
  }).timeout(30_000);

  it('sends the week in numbers on Monday, once, to who wants it', async () => {
    await rig.person('staff', 'Sam Stone');
    await storePreferences(rig.db, { settingId, personId: manager.id }, { ...defaultPreferences, weekly: false });
    await rig.tell();
    await rig.notify.look();
    await look(lead);
    await look(manager);
    mail.received.length = 0;
    await go(6 * 24 * 60);
    expect(sentTo()).to.deep.equal(['lea.ward@acorns.example']);
    const words = bodyOf(mail.received[0] ?? nothing);
    expect(words).to.include('the week from 16 November to 22 November at Acorns');
    expect(words).to.include('Of 4 devices today, 1 urgently needs somebody, 1 needs attention');
    expect(words).to.include('You were told of 1 matter, 1 of them an incident.');
    expect(words).to.include('You have looked at everything.');
  }).timeout(60_000);

  it('writes to nobody who has left', async () => {
    await rig.tell({ to: { people: [lead.id] } });
    await rig.db('memberships').where({ person_id: lead.id }).delete();
    await rig.notify.look();
    expect(mail.received).to.deep.equal([]);
  });
});
