import { createServer } from 'node:http';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import { createConsoleSockets, type Watcher } from '../../../server/realtime/console-sockets.ts';
import { systemClock } from '../../../shared/instant.ts';
import { socketPath } from '../../../shared/wire/events.ts';
import { freePort } from '../../support/ports.ts';

const watcher: Watcher = {
  settingId: 's',
  role: 'administrator',
  who: { kind: 'person', id: 'p' },
  sessionId: 'a',
  expiresAt: undefined,
};

/** Whether a page stays connected that is admitted as the first watcher and is the second by the time its socket stands. */
async function stays(first: Watcher, second: Watcher | undefined): Promise<boolean> {
  const port = await freePort();
  const httpServer = createServer();
  let asked = 0;
  const watcherOf = async () => {
    asked += 1;
    return asked === 1 ? first : second;
  };
  const sockets = createConsoleSockets({ httpServer, watcherOf, clock: systemClock });
  await new Promise<void>((listening) => httpServer.listen(port, '127.0.0.1', listening));
  const page = io(`http://127.0.0.1:${port}/console`, {
    path: socketPath,
    transports: ['websocket'],
    reconnection: false,
  });
  const cut = new Promise<boolean>((resolve) => page.once('disconnect', () => resolve(false)));
  await new Promise((resolve) => page.once('connect', () => resolve(undefined)));
  const stayed = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), second === first ? 300 : 10_000));
  const answer = await Promise.race([cut, stayed]);
  page.disconnect();
  await sockets.stop();
  return answer;
}

describe('the page’s socket', () => {
  it('is cut when its sign-in ended, or lost its role, while it was being opened', async () => {
    expect(await stays(watcher, watcher)).to.equal(true);
    expect(await stays(watcher, undefined)).to.equal(false);
    expect(await stays(watcher, { ...watcher, role: 'staff' })).to.equal(false);
  });
});
