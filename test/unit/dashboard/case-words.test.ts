import { expect } from 'chai';
import { byDeadline } from '../../../server/dashboard/src/incidents/by-deadline.ts';
import {
  aboutWhom,
  caseStateWords,
  clockWords,
  lengthWords,
  stepOf,
} from '../../../server/dashboard/src/words/case.ts';
import { closingNeeds } from '../../../server/dashboard/src/words/case-closing.ts';
import { entryWords, writerWords } from '../../../server/dashboard/src/words/case-entry.ts';
import { evidenceLines } from '../../../server/dashboard/src/words/case-evidence.ts';
import { deliveryWords, outcomeWords, ruleWords } from '../../../server/dashboard/src/words/notify.ts';
import { type DeliveryView, outcomeSchema } from '../../../shared/api/notify.ts';
import { caseStateSchema } from '../../../shared/incident/case-life.ts';
import { entryKinds } from '../../../shared/incident/entries.ts';
import { outcomeSchema as caseOutcomeSchema, stepsOf } from '../../../shared/incident/outcomes.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');
const hour = 3_600_000;
const at = (ms: number) => new Date(now + ms).toISOString();

describe('the words of a case', () => {
  it('count a clock down, red before it runs out, and red when it has (INC2)', () => {
    expect(clockWords(at(50 * hour), 'running', now)).to.deep.equal({ text: '2 days 2 hours left', tone: 'waiting' });
    expect(clockWords(at(30 * hour), 'near', now).tone).to.equal('warn');
    expect(clockWords(at(3.5 * hour), 'near', now)).to.deep.equal({ text: '3 hours 30 minutes left', tone: 'bad' });
    expect(clockWords(at(-2 * hour), 'run-out', now)).to.deep.equal({ text: 'Ran out 2 hours ago', tone: 'bad' });
  });

  it('say that a clock has run out as soon as it has, whatever the server said a minute ago', () => {
    expect(clockWords(at(-1), 'near', now)).to.deep.equal({ text: 'Ran out less than a minute ago', tone: 'bad' });
  });

  it('say lengths in their two largest parts', () => {
    const said = [0, 59_999, 60_000, 61 * 60_000, 24 * hour, 25 * hour + 60_000].map(lengthWords);
    const [none, less, minute, both, day, dayAndHour] = said;
    expect([none, less]).to.deep.equal(['less than a minute', 'less than a minute']);
    expect([minute, both, day, dayAndHour]).to.deep.equal(['1 minute', '1 hour 1 minute', '1 day', '1 day 1 hour']);
  });

  it('look good for no state: that a case is closed says nothing of how it went', () => {
    for (const state of caseStateSchema.options) expect(caseStateWords(state).tone, state).not.to.equal('good');
  });

  it('name every step of every outcome, and every kind of entry, also when what it carries may not be read', () => {
    for (const outcome of caseOutcomeSchema.options)
      for (const { code, step } of stepsOf(outcome)) expect(stepOf(outcome, code).label).to.equal(step.label);
    for (const kind of entryKinds) {
      expect(entryWords({ kind, data: null }).title, kind).to.match(/^[A-Z]/);
      // What a later version wrote is named plainly, and nothing is made up.
      expect(entryWords({ kind, data: { of: 'a later version' } }).title, kind).to.match(/^[A-Z]/);
    }
  });

  it('say what is still to be done before a case is closed, and nothing when it may be', () => {
    const settled = { how: 'done', doneAt: at(0), at: at(0), text: null, by: null } as const;
    const step = { step: 'spoken-with-person', dueAt: null, standing: null, settled } as const;
    const decided = { outcome: 'log-only', decidedAt: at(0), steps: [step] } as const;
    const signed = {
      severity: 'check',
      conduct: 'none',
      at: at(0),
      by: null,
      signedOffAt: at(0),
      signedOffBy: null,
    } as const;
    const over = { ongoing: false, outcomes: [{ ...decided, steps: [step] }], assessment: signed };
    expect(closingNeeds(over)).to.deep.equal([]);
    expect(
      closingNeeds({ ongoing: true, outcomes: [], assessment: null }).map((need) => need.slice(0, 12)),
    ).to.deep.equal(['Put right wh', 'Decide what ', 'Say how grav']);
    const unsettled = { ...decided, steps: [step, { ...step, settled: null }] };
    expect(
      closingNeeds({ ...over, outcomes: [unsettled], assessment: { ...signed, signedOffAt: null } }),
    ).to.deep.equal(['Have it signed how grave it is.', 'Settle the 1 step left: done, or not needed and why.']);
  });

  it('name whom a case is about, and count those whose names are not known', () => {
    const known = [{ id: 'a', name: 'Lea Ward' }];
    expect(aboutWhom({ people: [], roles: [] }, known)).to.equal('');
    expect(aboutWhom({ people: ['a', 'b'], roles: ['manager'] }, known)).to.equal(
      'the manager, Lea Ward and 1 person with an account here',
    );
  });

  it('say who wrote something, and no name where there is none', () => {
    expect(writerWords({ kind: 'server', name: null, role: null })).to.equal('Hometime');
    expect(writerWords({ kind: 'reporter', name: null, role: null })).to.equal('Somebody who gave no name');
    expect(writerWords({ kind: 'person', name: 'Mona Reed', role: 'manager' })).to.equal('Mona Reed (manager)');
    expect(writerWords({ kind: 'person', name: null, role: 'manager' })).to.equal('Somebody (manager)');
  });

  it('tell evidence that this version does not read as that, and never as good', () => {
    const lines = evidenceLines({
      at: at(0),
      lastSeenAt: null,
      policyVersion: 3,
      place: { verdict: 'on-the-moon', because: 'later' },
      findings: [{ code: 'of-a-later-version', since: at(0) }],
      openCommands: [{ id: 'x', kind: 'teleport', state: 'sent' }],
      sections: { encryption: { state: 'of a later version' } },
    });
    const encryption = lines.find(({ what }) => what === 'Disk encryption')?.said;
    expect(encryption).to.deep.include({ tone: 'unknown' });
    const all = JSON.stringify(lines);
    for (const word of ['on-the-moon', 'of-a-later-version', 'teleport', 'Never']) expect(all).to.include(word);
    expect(all).not.to.include('"good"');
  });

  it('list the case whose clock ends next before all others, and keep the order of those without one', () => {
    const view = (id: string, dueAt: string | null) => ({ id, next: dueAt === null ? null : { dueAt } });
    const sorted = byDeadline([view('a', null), view('b', at(9 * hour)), view('c', null), view('d', at(hour))]);
    expect(sorted.map(({ id }) => id)).to.deep.equal(['d', 'b', 'a', 'c']);
  });
});

describe('the words of telling people', () => {
  const delivery: DeliveryView = {
    id: '5c0e4c1e-6e62-4f8a-9d38-5a3b0d2f4a11',
    channel: 'mail',
    purpose: 'notice',
    to: 'Mona Reed',
    state: 'waiting',
    createdAt: at(0),
    nextAt: at(0),
    attempts: [],
  };

  it('say "taken" of a message, never that it was read; and good of nothing else', () => {
    for (const state of ['waiting', 'sending', 'sent', 'given-up', 'dropped'] as const) {
      const { text, tone } = deliveryWords({ ...delivery, state });
      expect(tone === 'good', state).to.equal(state === 'sent');
      expect(text).not.to.match(/read|received|arrived/i);
    }
  });

  it('have a sentence for every way an attempt can end, with the other side’s number', () => {
    for (const outcome of outcomeSchema.options)
      expect(outcomeWords({ at: at(0), outcome, status: 550, ms: 1 })).to.match(/^[A-Z].* \(550\)$/);
  });

  it('say who is told first, and who instead', () => {
    expect(ruleWords('hometime', { first: ['manager', 'deputy'], alternates: ['administrator'] })).to.equal(
      'Closing time: manager and deputy; when none of them looks, administrator',
    );
    expect(ruleWords('device', { first: ['manager'], alternates: [] })).to.equal('Devices: manager');
  });
});
