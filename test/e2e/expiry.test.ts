import { expect } from 'chai';
import { commandKinds } from '../../shared/command/kinds.ts';
import { instant, systemClock } from '../../shared/instant.ts';
import { ask, greet, startTestServer } from '../support/in-process-server.ts';
import { pause, until } from '../support/processes.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

describe('orders that nobody answers', function () {
  this.timeout(40_000);

  it('expire by the server’s clock; a device that did it all the same has the last word', async () => {
    let ahead = 0;
    const server = await startTestServer(makeTempFolder(), { now: () => systemClock.now() + ahead });
    const identity = await server.enrolDevice('Slow');
    const { socket } = await greet(identity);
    const order = async () => {
      const body = { kind: 'refresh', args: {}, reason: 'a test' };
      const answer = await server.call('orderCommand', { params: { id: identity.deviceId }, body });
      if (answer.error) throw new Error(answer.error.message);
      return answer.body.id;
    };
    const show = async (id: string) => {
      const answer = await server.call('showCommand', { params: { id } });
      if (answer.error) throw new Error(answer.error.message);
      return answer.body;
    };
    const reached = await order();
    const waiting = await order();
    await until('the first order to leave', async () => ((await show(reached)).state === 'sent' ? true : undefined));
    ahead = commandKinds.refresh.expiresAfterMs + 1_000;
    for (const id of [reached, waiting]) {
      await until('it to expire', async () => ((await show(id)).state === 'expired' ? true : undefined));
      expect((await show(id)).moves.at(-1)).to.include({ to: 'expired', actor: 'server', reason: 'no-answer' });
    }
    const evidence = { sections: ['sessions'], unknown: [] };
    await ask(socket, 'move', { commandId: reached, to: 'received', at: instant(Date.now()) });
    await ask(socket, 'move', { commandId: reached, to: 'verified', at: instant(Date.now()), evidence });
    expect((await show(reached)).state).to.equal('verified');
    socket.disconnect();
    await pause(50);
    await server.stop();
  });
});
