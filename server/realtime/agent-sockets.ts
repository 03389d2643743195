import type { IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { Server, type Socket } from 'socket.io';
import { StatedError } from '../../shared/api/errors.ts';
import type { Envelope } from '../../shared/command/envelope.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Capsule } from '../../shared/policy/device-settings.ts';
import { type AgentToServer, maxMessageBytes, type ServerToAgent, socketPath } from '../../shared/wire/events.ts';
import {
  farewellMessageSchema,
  helloSchema,
  moveMessageSchema,
  movesMessageSchema,
  reportMessageSchema,
} from '../../shared/wire/messages.ts';
import type { AgentMessages, AgentPeer } from './agent-messages.ts';
import { answering, replyOf } from './answering.ts';

interface AgentSocketsParts {
  httpsServer: HttpsServer;
  log: Log;
  /** The device a certificate belongs to; throws StatedError when it is unknown or revoked. */
  peerOf: (fingerprint: string) => Promise<AgentPeer>;
  messages: AgentMessages;
  /** The device's connection ended, and no other of it is open. */
  left: (deviceId: string) => void;
  /** A connection proved to be the device's, whatever it goes on to say: it lives. */
  lives: (deviceId: string) => void;
  /** Anything arrived from the device, a heartbeat included. */
  spoke: (deviceId: string) => void;
}

type AgentServer = Server<AgentToServer, ServerToAgent, Record<string, never>, { peer: AgentPeer }>;
type AgentSocket = Socket<AgentToServer, ServerToAgent, Record<string, never>, { peer: AgentPeer }>;

const knownEvents: ReadonlySet<string> = new Set([
  'hello',
  'report',
  'move',
  'moves',
  'farewell',
] satisfies (keyof AgentToServer)[]);

/** A device that is quiet for one interval and this is cut off by the server; it comes back by itself. */
const heartbeat = { pingInterval: 25_000, pingTimeout: 20_000 };

/**
 * The agents' sockets: websocket only, mutual TLS, one connection a device.
 *
 * INVARIANT: a connection without a certificate of our authority, or with a
 * revoked one, is refused in the handshake, before any message of it is read.
 */
export function createAgentSockets({ httpsServer, log, peerOf, messages, lives, spoke, left }: AgentSocketsParts) {
  const sockets = new Map<string, AgentSocket>();
  const peers = new WeakMap<IncomingMessage, AgentPeer>();

  const io: AgentServer = new Server(httpsServer, {
    path: socketPath,
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    perMessageDeflate: false,
    ...heartbeat,
    allowRequest: (request, decide) => {
      admit(request).then(
        (peer) => {
          peers.set(request, peer);
          decide(null, true);
        },
        (error: unknown) => {
          const code = error instanceof StatedError ? error.code : 'internal';
          log.warn('agent.refused', { code, error: messageOf(error), address: request.socket.remoteAddress ?? '' });
          decide(messageOf(error), false);
        },
      );
    },
  });

  const admit = async (request: IncomingMessage): Promise<AgentPeer> => {
    const fingerprint = fingerprintOf(request);
    if (fingerprint === undefined) {
      throw new StatedError(
        'certificate-required',
        'Only enrolled devices may connect here. Enrol this one with a link from the dashboard.',
      );
    }
    return peerOf(fingerprint);
  };

  const welcome = (socket: AgentSocket, peer: AgentPeer): void => {
    sockets.get(peer.deviceId)?.disconnect(true);
    sockets.set(peer.deviceId, socket);
    log.info('agent.connected', { deviceId: peer.deviceId, address: socket.handshake.address });
    lives(peer.deviceId);
    let greeted = false;
    socket.on(
      'hello',
      answering(log, helloSchema, async (message) => {
        const welcome = await messages.hello(socket.id, peer, message);
        // Only from here on: a device whose hello is refused says nothing that is known, however often it tries.
        if (!greeted) socket.conn.on('packet', () => spoke(peer.deviceId));
        greeted = true;
        spoke(peer.deviceId);
        return welcome;
      }),
    );
    socket.on(
      'report',
      answering(log, reportMessageSchema, (message) => messages.report(socket.id, peer, message)),
    );
    socket.on(
      'move',
      answering(
        log,
        moveMessageSchema,
        (message) => messages.move(socket.id, peer, message),
        (received) => messages.garbledMove(socket.id, peer, received),
      ),
    );
    socket.on(
      'moves',
      answering(
        log,
        movesMessageSchema,
        (message) => messages.moves(socket.id, peer, message),
        (received) => messages.garbledMoves(socket.id, peer, received),
      ),
    );
    socket.on(
      'farewell',
      answering(log, farewellMessageSchema, (message) => messages.farewell(socket.id, peer, message)),
    );
    socket.onAny((event: string, ...received: unknown[]) => {
      if (knownEvents.has(event)) return;
      log.warn('message.refused', { deviceId: peer.deviceId, code: 'unknown-message' });
      replyOf(received)({
        ok: false,
        error: {
          code: 'unknown-message',
          message: 'This server does not know that message. It takes hello, report, move, moves and farewell.',
        },
      });
    });
    socket.on('disconnect', (reason) => {
      if (sockets.get(peer.deviceId) === socket) {
        sockets.delete(peer.deviceId);
        left(peer.deviceId);
      }
      messages.left(socket.id);
      log.info('agent.disconnected', { deviceId: peer.deviceId, reason });
    });
  };

  // Nobody has business outside `/agent`; a connection must not wait there for its certificate to be revoked.
  io.use((_socket, next) => next(new Error('There is nothing here.')));
  io.of('/agent').on('connection', (socket: AgentSocket) => {
    const peer = peers.get(socket.request);
    if (peer === undefined) {
      socket.disconnect(true);
      return;
    }
    welcome(socket, peer);
    // Again, now that a revocation would find the socket: the handshake may have been long ago.
    admit(socket.request).catch(() => socket.disconnect(true));
  });

  return {
    isConnected: (deviceId: string): boolean => sockets.has(deviceId),
    send: (deviceId: string, envelope: Envelope): void => {
      sockets.get(deviceId)?.emit('command', envelope);
    },
    sendCapsule: (deviceId: string, capsule: Capsule): void => {
      sockets.get(deviceId)?.emit('capsule', capsule);
    },
    /** Ends the device's connection: its certificate is no longer worth anything. */
    disconnect: (deviceId: string): void => {
      sockets.get(deviceId)?.disconnect(true);
    },
    count: (): number => sockets.size,
    stop: (): Promise<void> => io.close(),
  };
}

/** SHA-256 of the certificate the peer proved to hold, lower-case hex; undefined when it proved none of our authority's. */
function fingerprintOf(request: IncomingMessage): string | undefined {
  const { socket } = request;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
}
