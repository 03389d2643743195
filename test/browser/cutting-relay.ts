import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingRelay {
  url: string;
  /** Cuts every connection as soon as so many bytes of one were sent on; undefined: none any more. */
  cutAfter(bytes: number | undefined): void;
  stop(): Promise<void>;
}

/** Stands between a browser and a server on this machine, and cuts the line in the middle of what is sent. */
export async function startCuttingRelay(toPort: number): Promise<CuttingRelay> {
  const sockets = new Set<Socket>();
  let most: number | undefined;
  const server = createServer((client) => {
    const beyond = connect(toPort, '127.0.0.1');
    let sent = 0;
    for (const socket of [client, beyond]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        beyond.destroy();
      });
    }
    client.on('data', (piece) => {
      sent += piece.length;
      if (most !== undefined && sent > most) client.destroy();
    });
    client.pipe(beyond);
    beyond.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    cutAfter: (bytes) => {
      most = bytes;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
