import { expect } from 'chai';
import { appsWords } from '../../../server/dashboard/src/words/apps.ts';
import { filteringWords } from '../../../server/dashboard/src/words/filtering.ts';
import { clockWords, healthWords } from '../../../server/dashboard/src/words/health.ts';
import { judged } from '../../../server/dashboard/src/words/judged.ts';
import { mediaWords } from '../../../server/dashboard/src/words/media.ts';
import { countDetails } from '../../../server/dashboard/src/words/photos.ts';
import { programsWords } from '../../../server/dashboard/src/words/programs.ts';
import { guardsOf, rightsWords } from '../../../server/dashboard/src/words/rights.ts';
import type { DeviceView } from '../../../shared/api/devices.ts';
import { defaultAppList } from '../../../shared/policy/app-list.ts';
import type { FindingCode } from '../../../shared/policy/findings.ts';
import { known, unknown, unknownReasonSchema } from '../../../shared/reading.ts';
import type { AppAnswer } from '../../../shared/report/apps.ts';
import type { Filtering } from '../../../shared/report/filtering.ts';
import type { Medium } from '../../../shared/report/media.ts';
import type { Rights } from '../../../shared/report/rights.ts';
import { now } from './devices.ts';

const at = new Date(now).toISOString();
const list = defaultAppList.apps;

/** One answer for every app of the list. */
function all(answer: AppAnswer): Record<string, AppAnswer> {
  return Object.fromEntries(list.map(({ app }) => [app, answer]));
}

function appsOf(answers: Readonly<Record<string, AppAnswer>>) {
  const apps = Object.entries(answers).map(([app, answer]) => ({ app, answer }));
  return known({ listVersion: 1, apps, signIns: [], unread: [] }, at);
}

function stick(encryption: Medium['encryption']) {
  const medium: Medium = { id: null, bus: 'usb', sizeGb: 16, encryption, inUse: null, since: null };
  return known({ attached: [medium], recent: [] }, at);
}

const lit = { state: 'known', at } as const;
const guarded: Rights = {
  people: [
    {
      person: 'amara',
      administrator: { ...lit, value: false },
      screenLock: { ...lit, value: { on: true, afterSeconds: 300 } },
    },
  ],
  automaticSignIn: { ...lit, value: { on: false, person: null } },
  firewall: { ...lit, value: { on: true } },
  antivirus: { ...lit, value: { state: 'on', upToDate: true } },
};

describe('what else a device reports, in words', () => {
  it('says of every unknown reading that it is not known, and never looks good', () => {
    for (const reason of unknownReasonSchema.options) {
      const reading = unknown(reason, at);
      for (const said of [
        appsWords(reading, list),
        mediaWords(reading),
        programsWords(reading),
        rightsWords(reading),
        healthWords(reading),
      ]) {
        expect(said.text).to.match(/^Not known: .{10}/);
        expect(said.tone).to.equal('unknown');
      }
    }
  });

  it('says "signed out of all" only when every app is known to be (DEV2)', () => {
    expect(appsWords(appsOf(all('signed-out')), list)).to.deep.equal({
      text: 'Signed out of all',
      tone: 'good',
    });
    for (const answer of ['possible', 'unknown', 'signed-in'] as const) {
      const said = appsWords(appsOf({ ...all('signed-out'), tapestry: answer }), list);
      expect(said.tone).not.to.equal('good');
    }
  });

  it('names what is signed in; personal use looks wrong, the nursery’s own app does not (DEV2, DEV13)', () => {
    expect(appsWords(appsOf({ ...all('signed-out'), famly: 'signed-in' }), list)).to.deep.equal({
      text: 'Signed in to Famly',
      tone: 'plain',
    });
    const both = appsWords(
      appsOf({ ...all('signed-out'), famly: 'signed-in', facebook: 'signed-in', gmail: 'unknown' }),
      list,
    );
    expect(both.text).to.equal('Signed in to Famly and Facebook; the rest is not known');
    expect(both.tone).to.equal('warn');
  });

  it('marks a stick that anybody can read, and one of which it is not known (DEV10)', () => {
    expect(mediaWords(known({ attached: [], recent: [] }, at)).text).to.equal('None');
    expect(mediaWords(stick('not-encrypted')).tone).to.equal('warn');
    expect(mediaWords(stick('partial')).tone).to.equal('warn');
    expect(mediaWords(stick('unknown')).tone).to.equal('unknown');
    expect(mediaWords(stick('encrypted')).tone).to.equal('plain');
  });

  it('never says that all guards are up while one cannot be told (DEV8)', () => {
    expect(rightsWords(known(guarded, at))).to.deep.equal({ text: 'All guards are up', tone: 'good' });
    const firewall = unknown('permission-denied', at);
    expect(rightsWords(known({ ...guarded, firewall }, at)).tone).to.equal('unknown');
    const wrong = rightsWords(
      known({ ...guarded, firewall, automaticSignIn: { ...lit, value: { on: true, person: 'amara' } } }, at),
    );
    expect(wrong).to.deep.equal({ text: 'A look is needed: Signs somebody in by itself', tone: 'warn' });
    expect(guardsOf(guarded).map(({ said }) => said.tone)).to.deep.equal(Array(5).fill('good'));
  });

  it('says sizes and age of photos only where they were measured (DEV3)', () => {
    expect(countDetails({ photos: 2, videos: 0 })).to.equal('');
    const all = { photos: 2, videos: 1, bytes: 2_400_000_000, cloudOnly: 1, oldest: '2026-09-12T00:00:00.000Z' };
    expect(countDetails(all)).to.equal('2.4 GB, 1 only in the cloud, the oldest of 12 Sept 2026');
  });

  it('tells a list of programs that is not whole from one that is (DEV8)', () => {
    const whole = { count: 300, since: at, changes: [], unread: [] };
    expect(programsWords(known(whole, at))).to.deep.equal({
      text: '300 programs, none installed lately',
      tone: 'plain',
    });
    const unread = [{ source: 'flatpak' as const, reason: 'blocked-by-permission' as const }];
    expect(programsWords(known({ ...whole, unread }, at))).to.include({ tone: 'unknown' });
  });

  it('says of a clock that it is wrong only when it is, and never that an uncompared one is right', () => {
    expect(clockWords(5)).to.include({ tone: 'plain' });
    expect(clockWords(-3600)).to.deep.equal({ text: '60 minutes behind', tone: 'warn' });
    expect(clockWords(null)).to.include({ tone: 'unknown' });
  });
});

describe('a fact beside the server’s own verdict', () => {
  const seen = (code: FindingCode): DeviceView['findings'] => [
    { code, severity: 'check', misuse: false, text: '', remedy: '', graceUntil: null, since: at, requirements: [] },
  ];

  it('never looks good while a finding looks at it, and keeps its words', () => {
    const said = { text: 'Signed out of all', tone: 'good' } as const;
    expect(judged(said, 'apps', { findings: [] })).to.deep.equal(said);
    const findings = seen('apps-unknown');
    expect(judged(said, 'apps', { findings })).to.deep.equal({ ...said, tone: 'unknown' });
    expect(judged(said, 'encryption', { findings })).to.deep.equal(said);
  });

  it('says nothing good of apps that were not looked for, nor of a filter with a way round it (DEV2, DEV5)', () => {
    expect(appsWords(appsOf({}), list)).to.include({ tone: 'unknown' });
    expect(appsWords(appsOf({ famly: 'signed-out' }), list)).to.include({ tone: 'unknown' });
    const perhaps = appsOf({ ...all('signed-out'), famly: 'signed-in', facebook: 'possible' });
    expect(appsWords(perhaps, list).text).to.equal('Signed in to Famly; possibly to Facebook');
    const on = { state: 'on', provider: 'umbrella', tests: [], safeSearch: 'on', bypasses: [] } as const;
    const value = (more: Partial<Filtering>) => known<Filtering>({ ...on, tests: [], bypasses: [], ...more }, at);
    expect(filteringWords(value({}), true).tone).to.equal('good');
    expect(filteringWords(value({ bypasses: ['vpn'] }), true).tone).to.equal('warn');
    const bypassesUnread = [{ what: 'proxy' as const, reason: 'permission-denied' as const }];
    expect(filteringWords(value({ bypassesUnread }), true).tone).to.equal('unknown');
  });

  it('says nothing good of a lock or protection that is half known, nor of a wrong clock (DEV7)', () => {
    const [amara] = guarded.people;
    const locks = [null, 86_400].map((afterSeconds) => ({ ...lit, value: { on: true, afterSeconds } }));
    for (const screenLock of locks) {
      const people = amara === undefined ? [] : [{ ...amara, screenLock }];
      expect(rightsWords(known({ ...guarded, people }, at)).tone).not.to.equal('good');
    }
    expect(rightsWords(known({ ...guarded, people: [] }, at)).tone).to.equal('plain');
    const antivirus: Rights['antivirus'] = { ...lit, value: { state: 'on', upToDate: null } };
    expect(rightsWords(known({ ...guarded, antivirus }, at)).tone).to.equal('unknown');
    const health = {
      startedAt: at,
      starts: 1,
      clockSkewSeconds: 10_800,
      lastFullCycleAt: null,
      memoryMb: 60,
      cpuPercent: 0,
      failures: [],
    };
    expect(healthWords(known(health, at))).to.deep.equal({ text: 'Works, with a clock 3 hours ahead', tone: 'warn' });
  });
});
