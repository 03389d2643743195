import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Log } from '../shared/log.ts';
import type { Authority } from './enrolment/authority.ts';

/**
 * The agents' listener: TLS with the server's own certificate, asking for a
 * client certificate. One that is not of our authority ends the connection in
 * the handshake; none at all is let through as far as `POST /enrol`, for a new
 * device has none yet, and no further.
 */
export function createAgentListener({
  authority,
  enrolEndpoint,
  log,
}: {
  authority: Authority;
  enrolEndpoint: RequestListener;
  log: Log;
}): Server {
  const { key, cert, ca, ticketKeys } = authority.tls;
  const server = createServer(
    { key, cert, ca, ticketKeys, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    enrolEndpoint,
  );
  server.headersTimeout = 15_000;
  server.requestTimeout = 20_000;
  server.on('secureConnection', (socket) => {
    if (socket.authorized || socket.getPeerX509Certificate() === undefined) return;
    log.warn('agent.refused', {
      code: 'certificate-required',
      error: String(socket.authorizationError),
      address: socket.remoteAddress ?? '',
    });
    socket.destroy();
  });
  server.on('tlsClientError', (error, socket) => {
    log.debug('agent.handshake-failed', { error: error.message, address: socket.remoteAddress ?? '' });
    socket.destroy();
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}
