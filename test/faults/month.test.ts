import { expect } from 'chai';
import type { Asker } from '../../server/http/asker.ts';
import { newIncidentSchema } from '../../shared/api/incident-bodies.ts';
import type { IncidentView } from '../../shared/api/incidents.ts';
import { instant } from '../../shared/instant.ts';
import { createRandom } from '../support/random.ts';
import { asked } from '../unit/incidents/rig.ts';
import { encryptionOf, good, ownGateway, placeAt } from '../unit/shared/facts.ts';
import { type Act, misuse } from './month-acts.ts';
import { createDays, ownSession, stepMs } from './month-days.ts';
import { type MonthDevice, type MonthSetting, openMonthSetting } from './month-setting.ts';

const week = (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => ({ day, opens: '08:00', closes: '18:00' }));
const start = '2026-10-19T05:00:00.000Z';
const end = '2026-12-03T05:00:00.000Z';

describe('a month of a setting of twenty devices (INC1, INC2)', function () {
  this.timeout(240_000);
  let setting: MonthSetting;
  let devices: MonthDevice[];
  let lead: Asker;
  let manager: Asker;

  before(async () => {
    setting = await openMonthSetting(
      {
        networks: [{ gatewayHardwareAddress: ownGateway, label: 'Office' }],
        opening: { week, closures: [], bankHolidays: 'scotland', academicYearFrom: '09-01' },
      },
      start,
    );
    lead = await setting.person('safeguarding-lead', 'Lena');
    manager = await setting.person('manager', 'Mark');
    devices = [];
    for (let index = 0; index < 20; index += 1) {
      const kind = index < 12 ? 'tablet' : 'laptop';
      devices.push(await setting.addDevice(`${kind} ${index}`, kind, `person${index}`));
    }
  });
  after(() => setting.close());

  const reports = { breach: '', late: '' };

  it('goes by', async () => {
    const on = new Set<string>();
    await switchAllOn();
    const passes = createDays({ setting, devices, on, random: createRandom('a month') });
    for (let ms = Date.parse(start); ms < Date.parse(end); ms += stepMs) {
      const at = instant(ms);
      setting.clock.set(at);
      await passes(at);
      for (const act of misuse.acts.filter((one) => one.at === at)) await perform(act, on);
      await setting.look();
      await people(at);
    }
  });

  async function switchAllOn(): Promise<void> {
    for (const { id, kind } of devices) {
      await setting.comesOn(id);
      const encryption = encryptionOf(kind === 'tablet' ? 'not-protected' : 'protected');
      await setting.report(id, { ...good, encryption, location: placeAt(ownGateway) });
    }
  }

  async function perform({ device, sections, happenedAt, comesOn, farewell }: Act, on: Set<string>): Promise<void> {
    const found = devices[device];
    if (found === undefined) throw new Error(`no device ${device}`);
    if (comesOn === true) {
      on.add(found.id);
      await setting.comesOn(found.id);
    }
    if (farewell !== undefined) {
      on.delete(found.id);
      return setting.farewell(found.id, farewell);
    }
    const isSundayUse = comesOn === true && Object.keys(sections).length === 0;
    const told = isSundayUse ? { sessions: ownSession(found.owner, setting.now()) } : sections;
    await setting.report(found.id, told, happenedAt);
  }

  /** What the people of the setting do. */
  async function people(at: string): Promise<void> {
    // The Friday before the clocks go back, at four in the afternoon; and the Friday before Saint Andrew's day.
    if (at === '2026-10-23T15:00:00.000Z') reports.breach = await breach('A list was lost.');
    if (at === '2026-11-27T10:00:00.000Z') reports.late = await breach('A stick was lost.');
    if (at === '2026-11-10T09:00:00.000Z') await closeCaseOf(17);
  }

  async function breach(text: string): Promise<string> {
    const { routes } = setting.incidents;
    const body = newIncidentSchema.parse({ category: 'data-breach', severity: 'urgent', text });
    const { id } = await routes.openIncident(asked(lead, {}, body));
    await routes.decideOutcome(asked(lead, { id }, { outcome: 'authorities', reason: 'a breach' }));
    return id;
  }

  async function closeCaseOf(index: number): Promise<void> {
    const { routes } = setting.incidents;
    const { items } = await routes.listIncidents(
      asked(lead, {}, undefined, { limit: 100, deviceId: devices[index]?.id }),
    );
    const id = items[0]?.id ?? '';
    await routes.assessIncident(asked(lead, { id }, { severity: 'act', conduct: 'none', reason: 'a mistake' }));
    await routes.signOffIncident(asked(manager, { id }, {}));
    await routes.decideOutcome(asked(lead, { id }, { outcome: 'log-only', reason: 'a mistake' }));
    await routes.settleStep(
      asked(lead, { id }, { outcome: 'log-only', step: 'spoken-with-person', how: 'done', text: 'spoken with them' }),
    );
    await routes.closeIncident(asked(lead, { id }, { reason: 'done' }));
  }

  it('has every planted misuse on record as exactly one case, with its right times, and no other', async () => {
    const { items } = await setting.incidents.routes.listIncidents(asked(lead, {}, undefined, { limit: 500 }));
    const found = items
      .filter(({ source }) => source === 'device')
      .map(rowOf)
      .sort();
    const expected = misuse.planted
      .map(
        ({ device, matter, openedAt, count, knownAt = openedAt }) =>
          `${device} ${matter} ${openedAt} ${knownAt} ${count}`,
      )
      .sort();
    expect(found).to.deep.equal(expected);
    expect(items.filter(({ ongoing }) => ongoing).map(rowOf), 'all are over').to.deep.equal([]);
    const [second, first] = items.filter(({ deviceId }) => deviceId === devices[17]?.id);
    expect(second?.follows).to.equal(first?.id);
    expect(first?.state).to.equal('closed');
  });

  it('told each clock before it ran out and when it had, across the change of the clocks and a bank holiday', async () => {
    const clocksOf = async (id: string) => {
      const { entries } = await setting.incidents.routes.showIncident(asked(lead, { id }, undefined, {}));
      return entries
        .flatMap(({ kind, at, data }) => (kind === 'clock' ? [`${data?.step} ${data?.standing} ${at}`] : []))
        .sort();
    };
    expect(await clocksOf(reports.breach)).to.deep.equal(
      [
        // 16:00 on the Friday in summer time; 16:00 on the Monday in winter time.
        'designated-officer-told near 2026-10-26T04:00:00.000Z',
        'designated-officer-told near 2026-10-26T12:00:00.000Z',
        'designated-officer-told near 2026-10-26T15:00:00.000Z',
        'designated-officer-told run-out 2026-10-26T16:00:00.000Z',
        // 72 hours are 72 hours.
        'data-regulator-told near 2026-10-24T15:00:00.000Z',
        'data-regulator-told near 2026-10-25T15:00:00.000Z',
        'data-regulator-told near 2026-10-26T09:00:00.000Z',
        'data-regulator-told run-out 2026-10-26T15:00:00.000Z',
        // 14 days of the wall clock.
        'inspectorate-told near 2026-10-30T16:00:00.000Z',
        'inspectorate-told near 2026-11-03T16:00:00.000Z',
        'inspectorate-told near 2026-11-05T16:00:00.000Z',
        'inspectorate-told run-out 2026-11-06T16:00:00.000Z',
      ].sort(),
    );
    const late = await clocksOf(reports.late);
    // The Monday is Saint Andrew's day.
    expect(late.filter((line) => line.startsWith('designated'))).to.deep.equal([
      'designated-officer-told near 2026-11-30T22:00:00.000Z',
      'designated-officer-told near 2026-12-01T06:00:00.000Z',
      'designated-officer-told near 2026-12-01T09:00:00.000Z',
      'designated-officer-told run-out 2026-12-01T10:00:00.000Z',
    ]);
  });

  it('had people asked to look once for each matter, and left a record that is intact', async () => {
    const rows: { matter_id: string; kind: string }[] = await setting.db('notice_matters').select('matter_id', 'kind');
    const cases = await setting.db('incidents').select('id');
    expect(rows.filter(({ kind }) => kind === 'incident').map(({ matter_id }) => matter_id)).to.have.members(
      cases.map(({ id }) => id),
    );
    expect(rows.filter(({ kind }) => kind === 'incident-clock')).to.have.length(2);
    const notices: unknown[] = await setting.db('notices').where({ recipient_id: lead.id });
    expect(notices).to.have.length(rows.length);
    expect(await setting.verify()).to.deep.include({ intact: true, faults: [] });
  });

  function rowOf({ deviceId, matter, openedAt, knownAt, count }: IncidentView): string {
    return `${devices.findIndex(({ id }) => id === deviceId)} ${matter} ${openedAt} ${knownAt} ${count}`;
  }
});
