import { expect } from 'chai';
import type { Identity } from '../../agent/identity/identity.ts';
import type { CommandView } from '../../shared/api/commands.ts';
import { type Envelope, openOrder } from '../../shared/command/envelope.ts';
import type { CommandState } from '../../shared/command/life.ts';
import { instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import { ask, greet, startTestServer, type TestServer, type ThinAgent } from '../support/in-process-server.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';

const reason = 'left signed in at closing time';

describe('orders, over the wire', function () {
  this.timeout(30_000);
  let folder: string;
  let server: TestServer;
  const open: ThinAgent[] = [];

  before(async () => {
    folder = makeTempFolder();
    server = await startTestServer(folder);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  after(async () => {
    await server.stop();
    removeTempFolder(folder);
  });

  const order = async (id: string, body: unknown = { kind: 'logout', args: {}, reason }): Promise<CommandView> => {
    const answer = await server.call('orderCommand', { params: { id }, body });
    if (answer.error) throw new Error(answer.error.message);
    expect(answer.status).to.equal(202);
    return answer.body;
  };
  const show = async (id: string): Promise<CommandView> => {
    const answer = await server.call('showCommand', { params: { id } });
    if (answer.error) throw new Error(answer.error.message);
    return answer.body;
  };
  const come = async (identity: Identity): Promise<{ socket: ThinAgent; offered: Envelope[] }> => {
    const { socket } = await greet(identity);
    open.push(socket);
    const offered: Envelope[] = [];
    socket.on('command', (envelope) => offered.push(envelope));
    return { socket, offered };
  };
  const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      if (await done()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('it did not come to pass within 20 s');
  };
  const say = (socket: ThinAgent, commandId: string, to: MoveMessage['to'], more: Partial<MoveMessage> = {}) =>
    ask(socket, 'move', { commandId, to, at: instant(Date.now()), ...more });
  const session = {
    id: '3',
    person: 'alice',
    where: 'console' as const,
    since: null,
    activity: 'active' as const,
    locked: null,
  };
  const states = (view: CommandView): CommandState[] => view.moves.map((move) => move.to);

  it('waits as queued for a device that is away, and reaches it when it comes; signed for it alone', async () => {
    const identity = await server.enrolDevice('Away');
    const ordered = await order(identity.deviceId);
    expect(ordered.state).to.equal('queued');
    const { offered } = await come(identity);
    await until(() => offered.length === 1);
    const opened = openOrder(offered[0] as Envelope, identity.commandKey);
    expect(opened).to.have.nested.property('order.deviceId', identity.deviceId);
    expect((await show(ordered.id)).state).to.equal('sent');
  });

  it('goes queued, sent, received, started, verified, each with its time and the evidence', async () => {
    const identity = await server.enrolDevice('Whole way');
    const { socket, offered } = await come(identity);
    const { id } = await order(identity.deviceId);
    await until(() => offered.length === 1);
    await say(socket, id, 'received');
    await say(socket, id, 'started');
    expect((await show(id)).state).to.equal('started');
    await say(socket, id, 'verified', { evidence: { before: [session], after: [] } });
    const view = await show(id);
    expect(states(view)).to.deep.equal(['queued', 'sent', 'received', 'started', 'verified']);
    expect(view.moves.at(-1)?.evidence).to.deep.equal({ before: [session], after: [] });
    expect(view.moves.every((move) => !Number.isNaN(Date.parse(move.at)))).to.equal(true);
  });

  it('is never verified without the evidence of its own kind', async () => {
    const identity = await server.enrolDevice('No proof');
    const { socket, offered } = await come(identity);
    const { id } = await order(identity.deviceId);
    await until(() => offered.length === 1);
    await say(socket, id, 'received');
    await say(socket, id, 'started');
    await say(socket, id, 'verified', { evidence: { sections: [], unknown: [] } });
    const view = await show(id);
    expect(view.state).to.equal('failed');
    expect(view.moves.at(-1)?.reason).to.equal('not-understood');
  });

  it('is not verified while somebody whom it is about is still there', async () => {
    const identity = await server.enrolDevice('Not yet');
    const { socket, offered } = await come(identity);
    const { id } = await order(identity.deviceId);
    await until(() => offered.length === 1);
    await say(socket, id, 'received');
    await say(socket, id, 'started');
    await say(socket, id, 'verified', { evidence: { before: [session], after: [session] } });
    expect((await show(id)).moves.at(-1)).to.include({ to: 'failed', reason: 'still-signed-in' });
  });

  it('once cancelled, never reaches the device, however close the two come (60 times)', async () => {
    const identity = await server.enrolDevice('Close call');
    const { socket, offered } = await come(identity);
    for (let time = 0; time < 60; time += 1) {
      const { id } = await order(identity.deviceId, { kind: 'refresh', args: {}, reason });
      const cancelled = await server.call('cancelCommand', { params: { id }, body: {} });
      await until(async () => cancelled.status === 200 || offered.some((envelope) => envelope.id === id));
      if (cancelled.status === 200) {
        expect(states(await show(id))).to.deep.equal(['queued', 'cancelled']);
        expect(offered.some((envelope) => envelope.id === id)).to.equal(false);
        continue;
      }
      await say(socket, id, 'received');
      await say(socket, id, 'refused', { reason: 'observe-mode' });
    }
  });

  it('cannot be verified before it was received, nor move again after its outcome; repeats are acknowledged', async () => {
    const identity = await server.enrolDevice('Jumper');
    const { socket, offered } = await come(identity);
    const { id } = await order(identity.deviceId);
    await until(() => offered.length === 1);
    expect(await say(socket, id, 'verified', { evidence: { before: [], after: [] } })).to.have.nested.property(
      'error.code',
      'illegal-move',
    );
    await say(socket, id, 'received');
    expect((await say(socket, id, 'received')).ok).to.equal(true);
    await say(socket, id, 'refused', { reason: 'observe-mode' });
    expect((await say(socket, id, 'started')).ok).to.equal(true);
    const view = await show(id);
    expect(states(view)).to.deep.equal(['queued', 'sent', 'received', 'refused']);
  });

  it('gives a device one order at a time, in the order they were given', async () => {
    const identity = await server.enrolDevice('One at a time');
    const { socket, offered } = await come(identity);
    const first = await order(identity.deviceId, { kind: 'refresh', args: {}, reason });
    const second = await order(identity.deviceId);
    await until(() => offered.length === 1);
    expect((await show(second.id)).state).to.equal('queued');
    await say(socket, first.id, 'received');
    await say(socket, first.id, 'started');
    await say(socket, first.id, 'verified', { evidence: { sections: ['sessions'], unknown: [] } });
    await until(() => offered.length === 2);
    expect(offered.map((envelope) => envelope.id)).to.deep.equal([first.id, second.id]);
  });

  it('offers an unanswered order again when the device comes back, also after the server restarted', async () => {
    const identity = await server.enrolDevice('Came back');
    const once = await come(identity);
    const { id } = await order(identity.deviceId);
    await until(() => once.offered.length === 1);
    once.socket.disconnect();
    await server.restart();
    const again = await come(identity);
    await until(() => again.offered.length === 1);
    expect(again.offered[0]?.id).to.equal(id);
    expect(states(await show(id))).to.deep.equal(['queued', 'sent']);
  });

  it('never gives an order of an earlier enrolment to the device’s new one', async () => {
    const first = await server.enrolDevice('Enrolled again');
    const { id } = await order(first.deviceId);
    const second = await server.enrolDevice('Enrolled again');
    expect((await show(id)).state).to.equal('expired');
    const { offered } = await come(second);
    const { id: next } = await order(second.deviceId);
    await until(() => offered.length === 1);
    expect(offered[0]?.id).to.equal(next);
    expect((await show(id)).moves.at(-1)?.reason).to.equal('wrong-epoch');
  });

  it('can be cancelled while it waits, and not once it has left', async () => {
    const identity = await server.enrolDevice('Cancelled');
    const waiting = await order(identity.deviceId);
    const cancelled = await server.call('cancelCommand', { params: { id: waiting.id }, body: {} });
    expect(cancelled).to.have.nested.property('body.state', 'cancelled');
    const { offered } = await come(identity);
    const { id } = await order(identity.deviceId);
    await until(() => offered.length === 1);
    expect(offered[0]?.id).to.equal(id);
    const late = await server.call('cancelCommand', { params: { id }, body: {} });
    expect(late).to.have.nested.property('error.code', 'conflict');
  });

  it('refuses an order without a reason, of an unknown kind, with wrong arguments, for no device, or for one never enrolled', async () => {
    const identity = await server.enrolDevice('Refusals');
    const link = await server.call('makeEnrolmentLink', { body: { name: 'Never enrolled' } });
    const never = link.error ? '' : link.body.deviceId;
    const codeOf = async (id: string, body: unknown) =>
      (await server.call('orderCommand', { params: { id }, body })).error?.code;
    expect(await codeOf(identity.deviceId, { kind: 'logout', args: {} })).to.equal('not-valid');
    expect(await codeOf(identity.deviceId, { kind: 'logout', args: {}, reason: ' ' })).to.equal('not-valid');
    expect(await codeOf(identity.deviceId, { kind: 'explode', args: {}, reason })).to.equal('not-valid');
    expect(await codeOf(identity.deviceId, { kind: 'logout', args: { people: 'alice' }, reason })).to.equal(
      'not-valid',
    );
    expect(await codeOf(identity.deviceId, { kind: 'refresh', args: { everything: true }, reason })).to.equal(
      'not-valid',
    );
    expect(await codeOf('00000000-0000-4000-8000-000000000000', { kind: 'logout', args: {}, reason })).to.equal(
      'not-found',
    );
    expect(await codeOf(never, { kind: 'logout', args: {}, reason })).to.equal('conflict');
  });
});
