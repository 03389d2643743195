import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { canCancel, orderSentence, stateTone, stepsAhead } from '../../../server/dashboard/src/words/command.ts';
import { mayOrder, orderBarrier } from '../../../server/dashboard/src/words/order-barrier.ts';
import { evidenceLines } from '../../../server/dashboard/src/words/order-evidence.ts';
import { aimOf, kindMeaning, kindOfOrder } from '../../../server/dashboard/src/words/order-kinds.ts';
import { reasonSentence } from '../../../server/dashboard/src/words/order-reasons.ts';
import type { CommandView } from '../../../shared/api/commands.ts';
import { roleSchema } from '../../../shared/api/people.ts';
import { type CommandKind, commandKindSchema, commandKinds } from '../../../shared/command/kinds.ts';
import {
  type CommandState,
  commandStateSchema,
  isFinal,
  type OutcomeReason,
  outcomeReasonSchema,
} from '../../../shared/command/life.ts';
import type { PlatformName } from '../../../shared/names.ts';
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
    askedById: randomUUID(),
    batchId: null,
    state,
    createdAt: at,
    expiresAt: at,
    moves: [{ to: state, at, deviceAt: null, actor: 'device', reason, evidence: null }],
  };
}

/** One order of each kind. */
const someOrders: Pick<CommandView, 'kind' | 'args'>[] = [
  { kind: 'logout', args: {} },
  { kind: 'sign-out-app', args: {} },
  { kind: 'lock', args: { message: 'Ask the office' } },
  { kind: 'release', args: {} },
  { kind: 'message', args: { text: 'Home time' } },
  { kind: 'refresh', args: {} },
  { kind: 'clear-photos', args: { olderThanDays: 30 } },
  { kind: 'wipe', args: { level: 'people' } },
  { kind: 'wipe', args: { level: 'device' } },
  { kind: 'retire', args: {} },
];

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

const free = { enrolledAt: at, retiredAt: null, forbids: [], hold: null, platform: 'linux' as const };
const everyKind = commandKindSchema.options;

describe('the button of an order', () => {
  it('is open to those roles that the contract names for its kind, and tells the others who may', () => {
    for (const kind of everyKind)
      for (const role of roleSchema.options) {
        const may = commandKinds[kind].who.includes(role);
        expect(mayOrder(kind, role), `${kind} ${role}`).to.equal(may);
        expect(orderBarrier(kind, free, role) === '', `${kind} ${role}`).to.equal(may);
      }
    expect(orderBarrier('wipe', free, 'manager')).to.equal('Only an administrator can order this. Ask yours.');
  });

  it('is off, with the reason, where the device has not joined, has left, or forbids it', () => {
    expect(orderBarrier('logout', { ...free, enrolledAt: null }, 'administrator')).to.include('has not joined');
    expect(orderBarrier('logout', { ...free, retiredAt: at }, 'administrator')).to.include('has left the fleet');
    const forbidding = { ...free, forbids: ['wipe' as const] };
    expect(orderBarrier('wipe', forbidding, 'administrator')).to.include('forbidden');
    expect(orderBarrier('lock', forbidding, 'administrator')).to.equal('');
  });

  it('is off where the device’s system lets nobody do it from here, and says what it takes', () => {
    const barrier = (platform: PlatformName | null, kind: CommandKind) =>
      orderBarrier(kind, { ...free, platform }, 'administrator');
    const off = (platform: PlatformName | null) => everyKind.filter((kind) => barrier(platform, kind) !== '');
    for (const platform of [null, 'linux', 'windows', 'simulated'] as const)
      expect(off(platform), String(platform)).to.deep.equal([]);
    expect(off('macos')).to.have.members(['lock', 'release', 'wipe']);
    expect(off('android')).to.have.members(['logout', 'sign-out-app', 'lock', 'release', 'message', 'wipe']);
    expect(barrier('macos', 'wipe')).to.include('A Mac lets only a device management service (MDM) do this');
    expect(barrier('android', 'logout')).to.include('See to it at the device');
  });

  it('is off for whatever destroys evidence while the safeguarding lead holds the device', () => {
    const held = { ...free, hold: { reason: 'A concern', setBy: 'Lea Moss', setAt: at } };
    for (const kind of everyKind)
      expect(orderBarrier(kind, held, 'administrator') !== '', kind).to.equal(
        ['clear-photos', 'wipe', 'retire'].includes(kind),
      );
    expect(orderBarrier('wipe', held, 'administrator')).to.include('Lea Moss');
  });
});

describe('every kind, state and reason of an order', () => {
  it('has words', () => {
    for (const kind of everyKind) {
      expect(kindOfOrder(kind)).to.match(/^[A-Z][a-z ]+$/);
      expect(kindMeaning(kind)).to.match(/^[A-Z].{20,}\.$/);
    }
    for (const reason of outcomeReasonSchema.options)
      expect(reasonSentence(reason), reason).to.match(/^[A-Z].{15,}\.$/);
  });

  it('says "done" only when verified, for every kind and reason', () => {
    for (const given of someOrders)
      for (const state of commandStateSchema.options)
        for (const reason of [null, ...outcomeReasonSchema.options]) {
          const sentence = orderSentence({ ...order(state, reason), ...given }, 'online');
          expect(/\bdone:|^done\b|it is done/i.test(sentence), `${given.kind} ${state}: ${sentence}`).to.equal(
            state === 'verified',
          );
        }
  });
});
