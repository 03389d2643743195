import { expect } from 'chai';
import sinon from 'sinon';
import { createLogoutExecutor } from '../../../../agent/command/logout.ts';
import { createMessageExecutor } from '../../../../agent/command/message.ts';
import { giveNotice } from '../../../../agent/command/notice.ts';
import type { CommandArgs } from '../../../../shared/command/kinds.ts';
import { instant } from '../../../../shared/instant.ts';
import { known, unknown } from '../../../../shared/reading.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { morning, session } from '../parts.ts';

const at = instant(morning);
const { signal } = new AbortController();
const anna = session('1', 'anna');
const ben = session('2', 'ben');
const named = ({ id, person, since }: Session) => ({ id, person, since });

async function send(args: CommandArgs<'message'>, there: Session[] | 'no-answer', shown: boolean[] | Error) {
  const showText = sinon.fake(async (_text: string, _to: readonly Session[]) => {
    if (shown instanceof Error) throw shown;
    return shown;
  });
  const sessions = async () =>
    there === 'no-answer' ? unknown('timed-out', at, 'loginctl') : known({ sessions: there }, at);
  const executor = createMessageExecutor({ sessions, showText });
  const task = await executor.prepare(args, signal);
  if ('outcome' in task) return { outcome: task.outcome, showText };
  await task.act().catch(() => {});
  return { outcome: await task.conclude(signal), showText };
}

describe('a message', () => {
  it('is verified when every session meant took it, and goes to nobody else', async () => {
    const { outcome, showText } = await send({ text: 'Tea', people: ['ben'] }, [anna, ben], [true]);
    expect(outcome).to.deep.equal({
      to: 'verified',
      evidence: { deliveries: [{ session: named(ben), shown: true }] },
    });
    expect(showText.args).to.deep.equal([['Tea', [ben]]]);
  });

  it('fails as not delivered, each session told for itself, when one did not take it', async () => {
    const half = await send({ text: 'Tea' }, [anna, ben], [true, false]);
    const told = (one: boolean, other: boolean) => ({
      to: 'failed',
      reason: 'not-delivered',
      evidence: {
        deliveries: [
          { session: named(anna), shown: one },
          { session: named(ben), shown: other },
        ],
      },
    });
    expect(half.outcome).to.deep.equal(told(true, false));
    expect((await send({ text: 'Tea' }, [anna, ben], new Error('no'))).outcome).to.deep.equal(told(false, false));
  });

  it('fails when nobody meant is signed in, and when that cannot be told', async () => {
    expect((await send({ text: 'Tea', people: ['cora'] }, [anna], [])).outcome).to.deep.equal({
      to: 'failed',
      reason: 'nobody-signed-in',
    });
    expect((await send({ text: 'Tea' }, 'no-answer', [])).outcome).to.deep.equal({
      to: 'failed',
      reason: 'cannot-look',
    });
  });

  it('that was cut off is not said to be delivered', async () => {
    const executor = createMessageExecutor({
      sessions: async () => known({ sessions: [] }, at),
      showText: async () => [],
    });
    expect(await executor.lookOnly('{}', signal)).to.deep.equal({ to: 'failed', reason: 'interrupted' });
  });
});

describe('a notice before people are logged out', () => {
  const notice = { seconds: 5 };

  it('is not given when none was asked for, and nobody waits when nobody is there', async () => {
    const showText = sinon.fake.resolves([]);
    const words = () => '';
    expect(await giveNotice({ notice: undefined, sessions: [anna], words, showText, signal })).to.equal(undefined);
    expect(await giveNotice({ notice, sessions: [], words, showText, signal })).to.equal(0);
    expect(showText.called).to.equal(false);
  });
});

describe('logging out with a notice', () => {
  function createScene(looks: Session[][], seconds: number, ending = new AbortController()) {
    const did: string[] = [];
    const executor = createLogoutExecutor({
      sessions: async () => known({ sessions: (looks.length > 1 ? looks.shift() : looks[0]) ?? [] }, at),
      async endSession({ id }) {
        did.push(`end ${id}`);
        return { done: true };
      },
      async showText(text, to) {
        did.push(`show ${to.length}: ${text}`);
        return to.map((_session, index) => index === 0);
      },
      async holdBackAutomaticSignIn() {
        did.push('hold back');
        return 'held-back';
      },
      reportSessions: () => {},
      ...{ patienceMs: 40, pauseMs: 5, settleMs: 5 },
    });
    // Shorter than the contract allows: what is tested is the order of things.
    const args = { notice: { seconds } };
    return { did, ending, prepare: () => executor.prepare(args, ending.signal) };
  }

  it('tells first, holds back what signs in by itself, then ends those who are there by then; the evidence counts who was told', async () => {
    const back = session('9', 'anna', at);
    const { did, prepare } = createScene([[anna, ben], [ben, back], []], 0.02);
    const task = await prepare();
    if ('outcome' in task) return expect.fail();
    await task.act();
    const words = 'show 2: You will be logged out in 0.02 seconds. Please save your work.';
    expect(did).to.deep.equal([words, 'hold back', 'end 1', 'end 2', 'end 9']);
    expect(await task.conclude(signal)).to.deep.equal({
      to: 'verified',
      evidence: { before: [anna, ben], after: [], automaticSignIn: 'held-back', noticeShown: 1 },
    });
  });

  it('ends nobody when the agent ends while it waits', async () => {
    const { did, ending, prepare } = createScene([[anna]], 60);
    const task = await prepare();
    if ('outcome' in task) return expect.fail();
    const acting = task.act();
    setTimeout(() => ending.abort(new Error('the agent ends')), 10);
    await acting.then(
      () => expect.fail('it acted'),
      () => {},
    );
    expect(did).to.have.lengthOf(1);
    await task.conclude(ending.signal).then(
      () => expect.fail('it concluded'),
      () => {},
    );
  });
});
