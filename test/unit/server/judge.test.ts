import { expect } from 'chai';
import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import type { StandingFinding } from '../../../server/devices/finding-store.ts';
import { nothingHeard } from '../../../server/devices/reading-store.ts';
import { misuseRecord } from '../../../server/incidents/incidents.ts';
import { createJudge, type JudgedDevices, type KnownOfDevice } from '../../../server/policy/judge.ts';
import { createRulesOf } from '../../../server/policy/rules-in-force.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { noPlaceMemory } from '../../../shared/policy/facts.ts';
import { known, unknown } from '../../../shared/reading.ts';

const start = Date.UTC(2026, 10, 20, 9);
const minute = (minutes: number) => instant(start + minutes * 60_000);

describe('the judge', () => {
  let db: Database;
  let facts: KnownOfDevice;
  let judgeAt: string | null;
  let observedUntil: string | undefined;
  let findings: StandingFinding[];

  const devices: JudgedDevices = {
    known: () => Promise.resolve({ settingId: 's', known: facts, observedUntil, judgeAt }),
    findingsOf: () => Promise.resolve(findings),
    add: async (_connection, _id, finding) => void findings.push(finding),
    reword: async (_connection, _id, finding) => {
      findings = findings.map((standing) => (standing.code === finding.code ? { ...standing, ...finding } : standing));
    },
    remove: async (_connection, _id, code) => {
      findings = findings.filter((standing) => standing.code !== code);
    },
    keep: async (_connection, _id, state) => {
      facts = { ...facts, placeMemory: state.placeMemory };
      judgeAt = state.judgeAt;
    },
  };
  const rules = createRulesOf({ clock: { now: () => start }, calendarFor: settingCalendar });
  const judge = createJudge({ devices, misuse: misuseRecord, rulesOf: rules.inForce });
  const signedIn = (...people: string[]) =>
    known(
      {
        sessions: people.map((person, index) => ({
          id: String(index),
          person,
          where: 'console' as const,
          since: null,
          activity: 'active' as const,
          locked: null,
        })),
      },
      minute(0),
    );
  const judgeWith = async (minutes: number, ...people: string[]) => {
    facts = { ...facts, sections: { ...facts.sections, sessions: signedIn(...people) } };
    return judge(db, 'd', minute(minutes));
  };
  const find = (code: string) => findings.find((finding) => finding.code === code);

  beforeEach(async () => {
    db = await openDatabase('sqlite::memory:');
    await db('settings').insert({ id: 's', name: 'S', time_zone: 'Europe/London', created_at: minute(0) });
    await db('devices').insert({
      id: 'd',
      setting_id: 's',
      name: 'D',
      kind: 'tablet',
      child_facing: false,
      epoch: 1,
      created_at: minute(0),
    });
    findings = [];
    facts = {
      kind: 'tablet',
      platform: 'simulated',
      childFacing: false,
      assignedPeople: ['alice'],
      sections: nothingHeard(minute(0)),
      lastSeenAt: minute(0),
      enrolledAt: minute(0),
      placeMemory: noPlaceMemory,
    };
    judgeAt = null;
    observedUntil = undefined;
  });
  afterEach(() => db.destroy());

  it('keeps the time a finding began for as long as it holds', async () => {
    await judgeWith(1, 'mallory');
    await judgeWith(30, 'mallory');
    expect(find('unauthorised-person')?.since).to.equal(minute(1));
    await judgeWith(40, 'alice');
    expect(find('unauthorised-person')).to.equal(undefined);
    await judgeWith(50, 'mallory');
    expect(find('unauthorised-person')?.since).to.equal(minute(50));
  });

  it('opens one incident for a device and a matter, counts repeats and notes changes (DEV7, INC1)', async () => {
    const [first] = await judgeWith(1, 'mallory');
    const [second] = await judgeWith(2, 'mallory', 'oscar');
    const [third] = await judgeWith(3, 'alice');
    const [fourth] = await judgeWith(4, 'mallory');
    expect(new Set([first, second, third, fourth]).size).to.equal(1);
    expect(await db('incidents').select('count', 'ongoing', 'opened_at', 'last_at')).to.deep.equal([
      { count: 2, ongoing: 1, opened_at: minute(1), last_at: minute(4) },
    ]);
    expect(await db('incident_entries').orderBy('id').pluck('kind')).to.deep.equal([
      'opened',
      'changed',
      'ended',
      'repeated',
    ]);
  });

  const lookTimesOut = (minutes: number) => {
    facts = { ...facts, sections: { ...facts.sections, sessions: unknown('timed-out', minute(minutes)) } };
    return judge(db, 'd', minute(minutes));
  };
  const lastEntry = () => db('incident_entries').orderBy('id', 'desc').first('kind', 'text');

  it('keeps misuse, and since when, while it cannot be seen: one unanswered look ends nothing', async () => {
    await judgeWith(1, 'mallory');
    await lookTimesOut(2);
    await lookTimesOut(3);
    expect(find('unauthorised-person')).to.include({ since: minute(1) });
    expect(await lastEntry()).to.have.property('kind', 'changed');
    expect((await lastEntry()).text).to.match(/cannot be seen just now/);
    await judgeWith(4, 'mallory');
    expect(await db('incidents').first('count', 'ongoing')).to.deep.equal({ count: 1, ongoing: 1 });
    await lookTimesOut(5);
    await judgeWith(6, 'alice');
    expect(await lastEntry()).to.deep.equal({ kind: 'ended', text: 'The device reports that this is no longer so.' });
  });

  it('says so when it was the setting that took back what it asked, and not the device that reported it', async () => {
    await judgeWith(1, 'mallory');
    facts = { ...facts, assignedPeople: ['alice', 'mallory'] };
    await judge(db, 'd', minute(2), 'setting');
    expect((await lastEntry()).text).to.match(/^The setting changed/);
    await judgeWith(3, 'oscar');
    await lookTimesOut(4);
    facts = { ...facts, assignedPeople: null };
    await judge(db, 'd', minute(5), 'setting');
    expect(find('unauthorised-person')).to.equal(undefined);
    expect((await lastEntry()).text).to.match(/^The setting changed/);
  });

  it('ends a filter that was off by what is so now, and does not say that nothing is wrong (DEV5)', async () => {
    const filtered = (state: 'off' | 'partial', minutes: number) => {
      const filtering = known(
        { state, provider: null, tests: [], safeSearch: 'unknown' as const, bypasses: [] },
        minute(minutes),
      );
      facts = { ...facts, childFacing: true, sections: { ...facts.sections, filtering } };
      return judge(db, 'd', minute(minutes));
    };
    await filtered('off', 1);
    await filtered('partial', 2);
    expect(await lastEntry()).to.deep.equal({
      kind: 'ended',
      text: 'The web is filtered on this device again, with gaps.',
    });
  });

  it('opens no incident for what is not misuse: a fact that is unknown, a disk that is not encrypted in the setting', async () => {
    expect(await judgeWith(1, 'alice')).to.deep.equal([]);
    expect(findings.map((finding) => finding.code)).to.include('encryption-unknown');
    expect(await db('incidents')).to.deep.equal([]);
  });
});
