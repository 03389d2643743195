import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  aimOf,
  canCancel,
  evidenceLines,
  orderSentence,
  reasonSentence,
  stateTone,
  stepsAhead,
} from '../../../server/dashboard/src/words/command.ts';
import { logOutBarrier } from '../../../server/dashboard/src/words/device.ts';
import type { CommandView } from '../../../shared/api/commands.ts';
import { type CommandState, commandStateSchema, isFinal, type OutcomeReason } from '../../../shared/command/life.ts';
import { presenceStateSchema } from '../../../shared/policy/presence.ts';
import type { Session } from '../../../shared/report/sessions.ts';
import { now } from './devices.ts';

const at = new Date(now).toISOString();

const amara: Session = { id: '3', person: 'amara', where: 'graphical', since: at, activity: 'active', locked: null };

function order(state: CommandState, reason: OutcomeReason | null = null): CommandView {
  return {
    id: randomUUID(),
    deviceId: randomUUID(),
    deviceName: 'Tablet 1',
    kind: 'logout',
    args: {},
    reason: 'Closing time',
    askedBy: 'Sam',
    state,
    createdAt: at,
    expiresAt: at,
    moves: [{ to: state, at, deviceAt: null, actor: 'device', reason, evidence: null }],
  };
}

describe('the sentence of an order', () => {
  it('says "done" of a verified order and of no other, however the device is (DEV2)', () => {
    for (const state of commandStateSchema.options)
      for (const presence of presenceStateSchema.options) {
        const sentence = orderSentence(order(state), presence);
        expect(/^Done/.test(sentence), `${state}: ${sentence}`).to.equal(state === 'verified');
        expect(stateTone(state) === 'good', state).to.equal(state === 'verified');
      }
  });

  it('says of a queued order that it will run when the device is next seen, when it is out of touch', () => {
    expect(orderSentence(order('queued'), 'offline')).to.include('Will run when the device is next seen');
    expect(orderSentence(order('queued'), 'online')).not.to.include('next seen');
  });

  it('gives the reason of a refusal in words', () => {
    expect(orderSentence(order('refused', 'observe-mode'), 'online')).to.equal(
      'The device refused. This device is in observe mode: it reports and refuses to act.',
    );
    expect(reasonSentence('still-signed-in')).to.include('still signed in');
  });

  it('shows who was signed in before and when the device looked again', () => {
    expect(evidenceLines({ before: [amara], after: [] }, order('verified'))).to.deep.equal([
      'Signed in before: amara (at the device).',
      'When it looked again: nobody.',
    ]);
  });

  it('claims that nobody is signed in only where everyone was to be logged out', () => {
    const named = { id: amara.id, person: amara.person, since: amara.since };
    expect(orderSentence(order('verified'), 'online')).to.include('nobody is signed in');
    for (const args of [{ sessions: [named] }, { people: ['amara'] }, { people: ['amara'], sessions: [named] }]) {
      const one = { ...order('verified'), args };
      const words = [
        orderSentence(one, 'online'),
        ...[[amara], []].flatMap((before) => evidenceLines({ before, after: [] }, one)),
      ].join(' ');
      expect(words).not.to.match(/nobody|everyone/i);
      expect(words).to.include('amara (at the device)');
      expect(aimOf(one)).to.include('amara');
    }
  });
});

describe('the steps of an order', () => {
  it('has none ahead once nothing more is expected of the device', () => {
    for (const state of commandStateSchema.options)
      if (isFinal(state)) expect(stepsAhead(state), state).to.deep.equal([]);
    expect(stepsAhead('sent')).to.deep.equal(['received', 'started', 'verified']);
  });

  it('can be cancelled only while the order has not left the server', () => {
    expect(commandStateSchema.options.filter(canCancel)).to.deep.equal(['awaiting-approval', 'queued', 'deferred']);
  });
});

describe('the log-out button', () => {
  it('gives a manager the reason why it cannot be used, and lets an administrator use it', () => {
    expect(logOutBarrier({ enrolledAt: at }, 'manager')).to.include('Only an administrator');
    expect(logOutBarrier({ enrolledAt: at }, 'administrator')).to.equal('');
    expect(logOutBarrier({ enrolledAt: null }, 'administrator')).to.include('has not joined');
  });
});
