import { expect } from 'chai';
import { settingCalendar } from '../../../server/calendar/setting-calendar.ts';
import type { StandingFinding } from '../../../server/devices/finding-store.ts';
import { nothingHeard } from '../../../server/devices/reading-store.ts';
import {
  createJudge,
  type JudgedDevices,
  type KnownOfDevice,
  type MisuseRecord,
} from '../../../server/policy/judge.ts';
import { storePolicy } from '../../../server/policy/policy-store.ts';
import { createRulesOf } from '../../../server/policy/rules-in-force.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import { instant } from '../../../shared/instant.ts';
import { defaultPolicy } from '../../../shared/policy/document.ts';
import { noPlaceMemory } from '../../../shared/policy/facts.ts';
import { known, unknown } from '../../../shared/reading.ts';

const start = Date.UTC(2026, 10, 20, 9);
const minute = (minutes: number) => instant(start + minutes * 60_000);

describe('the judge', () => {
  let db: Database;
  let facts: KnownOfDevice;
  let judgeAt: string | null;
  let observedUntil: string | undefined;
  let told: { kind: string; code: string; text: string; at: string }[];
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
  /** One case for each matter, as incidents have it; what is told of it in its order. */
  const note =
    (kind: 'began' | 'changed' | 'ended') =>
    async (_connection: unknown, { code, text, at }: { code: string; text: string; at: string }) => {
      told.push({ kind, code, text, at });
      return code;
    };
  const misuse: MisuseRecord = { began: note('began'), changed: note('changed'), ended: note('ended') };
  const judge = createJudge({ devices, misuse, rulesOf: rules.inForce });
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
    told = [];
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

  it('tells of misuse that begins, changes, ends and begins again, each once (DEV7, INC1)', async () => {
    expect(await judgeWith(1, 'mallory')).to.deep.equal(['unauthorised-person']);
    expect(await judgeWith(2, 'mallory', 'oscar')).to.deep.equal(['unauthorised-person']);
    expect(await judgeWith(3, 'mallory', 'oscar')).to.deep.equal([]);
    await judgeWith(4, 'alice');
    await judgeWith(5, 'mallory');
    expect(told.map(({ kind, at }) => [kind, at])).to.deep.equal([
      ['began', minute(1)],
      ['changed', minute(2)],
      ['ended', minute(4)],
      ['began', minute(5)],
    ]);
  });

  it('has all else written down when a case begins, whose evidence is of that moment (INC1)', async () => {
    const before: string[][] = [];
    const began: MisuseRecord['began'] = async (_connection, { code }) => {
      before.push(findings.map((finding) => finding.code));
      return code;
    };
    const judgeThen = createJudge({ devices, misuse: { ...misuse, began }, rulesOf: rules.inForce });
    await judgeThen(db, 'd', minute(0));
    expect(find('sessions-unknown'), 'nobody could be seen yet').to.not.equal(undefined);
    const photos = unknown('timed-out', minute(1));
    facts = { ...facts, sections: { ...facts.sections, sessions: signedIn('mallory'), photos } };
    await judgeThen(db, 'd', minute(1));
    expect(before).to.have.length(1);
    expect(before[0]).to.include('photos-unknown').and.not.include('sessions-unknown');
  });

  const lookTimesOut = (minutes: number) => {
    facts = { ...facts, sections: { ...facts.sections, sessions: unknown('timed-out', minute(minutes)) } };
    return judge(db, 'd', minute(minutes));
  };
  const lastEntry = () => ({ kind: told.at(-1)?.kind, text: told.at(-1)?.text });

  it('keeps misuse, and since when, while it cannot be seen: one unanswered look ends nothing', async () => {
    await judgeWith(1, 'mallory');
    await lookTimesOut(2);
    await lookTimesOut(3);
    expect(find('unauthorised-person')).to.include({ since: minute(1) });
    expect(lastEntry()).to.have.property('kind', 'changed');
    expect(lastEntry().text).to.match(/cannot be seen just now/);
    await judgeWith(4, 'mallory');
    expect(told.filter(({ kind }) => kind === 'began')).to.have.length(1);
    await lookTimesOut(5);
    await judgeWith(6, 'alice');
    expect(lastEntry()).to.deep.equal({ kind: 'ended', text: 'The device reports that this is no longer so.' });
  });

  it('says so when it was the setting that took back what it asked, and not the device that reported it', async () => {
    await judgeWith(1, 'mallory');
    facts = { ...facts, assignedPeople: ['alice', 'mallory'] };
    await judge(db, 'd', minute(2), 'setting');
    expect(lastEntry().text).to.match(/^The setting changed/);
    await judgeWith(3, 'oscar');
    await lookTimesOut(4);
    facts = { ...facts, assignedPeople: null };
    await judge(db, 'd', minute(5), 'setting');
    expect(find('unauthorised-person')).to.equal(undefined);
    expect(lastEntry().text).to.match(/^The setting changed/);
  });

  const filtered = (state: 'on' | 'off' | 'partial', minutes: number) => {
    const tests = (['adult', 'phishing'] as const).map((category) => ({
      ...{ filter: 'own' as const, category },
      outcome: state === 'on' ? ('blocked' as const) : ('resolved' as const),
    }));
    const value = { state, provider: null, tests, safeSearch: 'unknown' as const, bypasses: [] };
    const filtering = known(value, minute(minutes));
    facts = { ...facts, childFacing: true, sections: { ...facts.sections, filtering } };
    return judge(db, 'd', minute(minutes));
  };
  const kindsOf = (code: string) => told.filter((one) => one.code === code).map(({ kind, at }) => [kind, at]);

  it('lets a grace run before misuse begins, and asks to be called when it is over (DEV5, INC1)', async () => {
    await filtered('off', 1);
    expect(find('filtering-off')).to.include({ graceUntil: minute(16), since: minute(1) });
    expect(kindsOf('filtering-off')).to.deep.equal([]);
    expect(judgeAt).to.equal(minute(16));
    await judge(db, 'd', minute(15));
    expect(kindsOf('filtering-off')).to.deep.equal([]);
    await judge(db, 'd', minute(16));
    expect(kindsOf('filtering-off')).to.deep.equal([['began', minute(16)]]);
    expect(find('filtering-off')).to.include({ graceUntil: null, since: minute(1) });
    await judge(db, 'd', minute(30));
    await filtered('on', 31);
    expect(kindsOf('filtering-off')).to.deep.equal([
      ['began', minute(16)],
      ['ended', minute(31)],
    ]);
  });

  it('tells nobody of what was put right within its grace (DEV5)', async () => {
    await filtered('off', 1);
    await filtered('on', 10);
    expect(find('filtering-off')).to.equal(undefined);
    expect(kindsOf('filtering-off')).to.deep.equal([]);
  });

  it('lets no grace run out of a device of which nothing was heard meanwhile (DEV5)', async () => {
    await filtered('off', 1);
    observedUntil = minute(6);
    await judge(db, 'd', minute(600));
    expect(kindsOf('filtering-off')).to.deep.equal([]);
    expect(find('filtering-off')?.graceUntil).to.equal(minute(16));
    expect(judgeAt).to.equal(minute(615));
  });

  it('keeps since when a place cannot be told, and asks to be called when that begins to count (DEV1)', async () => {
    const networks = [{ gatewayHardwareAddress: '02:00:00:00:00:01', label: 'Office' }];
    await storePolicy(db, 's', { ...defaultPolicy, networks }, { actor: 'Ada', at: minute(0) });
    const at = (hardwareAddress: string | null, minutes: number) => {
      const gateway = { address: '10.0.0.1', hardwareAddress, link: 'wired' as const };
      const location = known({ gateway, wifi: null, vpn: false }, minute(minutes));
      facts = { ...facts, sections: { ...facts.sections, location } };
      return judge(db, 'd', minute(minutes));
    };
    await at('02:00:00:00:00:01', 1);
    await at(null, 5);
    expect(facts.placeMemory).to.deep.equal({ last: 'on-site', lastSince: null, unknownSince: minute(5) });
    expect(judgeAt).to.equal(minute(35));
    expect(find('unprotected-off-site')).to.equal(undefined);
    await judge(db, 'd', minute(35));
    expect(find('unprotected-off-site')?.text).to.match(/^Nothing shows that the device is at the setting/);
    expect(kindsOf('unprotected-off-site')).to.deep.equal([['began', minute(35)]]);
    await at('02:00:00:00:00:01', 40);
    expect(told.at(-1)).to.include({ kind: 'ended', text: 'The device is at the setting again.' });
  });

  it('ends a filter that was off by what is so now, and does not say that nothing is wrong (DEV5)', async () => {
    await filtered('off', 1);
    await judge(db, 'd', minute(20));
    await filtered('partial', 21);
    expect(lastEntry()).to.deep.equal({
      kind: 'ended',
      text: 'The web is filtered on this device again, with gaps.',
    });
  });

  it('opens no incident for what is not misuse: a fact that is unknown, a disk that is not encrypted in the setting', async () => {
    expect(await judgeWith(1, 'alice')).to.deep.equal([]);
    expect(findings.map((finding) => finding.code)).to.include('encryption-unknown');
    expect(told).to.deep.equal([]);
  });
});
