import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener that could not open its port. */
export class ListenFault extends Error {
  override readonly name = 'ListenFault';
  readonly code = 'listen-fault';
}

/** Opens a port; the fault names the setting to change. */
export async function listen(
  server: HttpServer,
  { host, port, env }: { host: string; port: number; env: string },
): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    throw new ListenFault(describe(cause, { host, port, env }), { cause });
  }
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function describe(cause: unknown, { host, port, env }: { host: string; port: number; env: string }): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} is already in use. Stop the program that uses it (perhaps another Hometime), or choose another port with ${env}.`;
  if (code === 'EACCES') return `Port ${port} may not be opened by this user. Choose one above 1023 with ${env}.`;
  if (code === 'EADDRNOTAVAIL')
    return `This computer has no address ${host} to listen on. Correct it, or leave the setting out.`;
  return `Port ${port} could not be opened (${env}): ${cause instanceof Error ? cause.message : String(cause)}`;
}

/** Ends a listener and what hangs on it; open requests get a moment to finish. */
export async function close(server: HttpServer): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const impatient = setTimeout(() => server.closeAllConnections(), closeWithinMs);
  server.closeIdleConnections();
  await closed;
  clearTimeout(impatient);
}

const closeWithinMs = 2_000;
