import type { PeerCertificate } from 'node:tls';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { z } from 'zod';
import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import { type AgentToServer, maxMessageBytes, type ServerToAgent, socketPath } from '../../shared/wire/events.ts';
import {
  type Answer,
  answerSchema,
  type Done,
  doneSchema,
  type FarewellMessage,
  type Hello,
  type MoveMessage,
  type MovesTaken,
  movesTakenSchema,
  type ReportMessage,
  type Welcome,
  welcomeSchema,
} from '../../shared/wire/messages.ts';
import { backoff, backoffMs } from './backoff.ts';
import { type Delivery, isAboutTheMessage } from './delivery.ts';

/** What makes the connection mutual TLS with the one server: the pinned authority, this device's certificate and key. */
export type ConnectionTls = Pick<Partial<ManagerOptions>, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'> & {
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
};

export interface ConnectionParts {
  /** `https://HOST:PORT`, without a path. */
  url: string;
  tls: ConnectionTls;
  /** Made anew for each connection. */
  hello(): Promise<Hello>;
  /** The server answered hello; both times are this device's. Orders are held back until it resolves; a rejection ends the connection. */
  onWelcome(welcome: Welcome, sentAt: number, answeredAt: number): Promise<void>;
  /** What came as an order; nothing about it has been checked. */
  onCommand(received: unknown): void;
  /** What came as signed settings; nothing about it has been checked. They carry their own proof, so they wait for no welcome. */
  onCapsule(received: unknown): void;
  /** The server asked whether anybody is there, so the processor is awake anyway. */
  onAlive?(): void;
  /** The connection ended after a welcome. */
  onDown(): void;
  /** The server answered and did not let this device in: its own code, or `refused-by-server` when it said no before any message. */
  onRefused?(code: string): void;
  clock: Clock;
  log: Log;
  answerWithinMs?: number;
  random?: () => number;
}

export interface Connection {
  start(): void;
  stop(): void;
  /** Hangs up and connects again at once: hello is said again. */
  reconnect(): void;
  sendReport(message: ReportMessage): Promise<Delivery>;
  sendMove(message: MoveMessage): Promise<Delivery>;
  /** Bounded by half a second: whoever says it is on the way out. */
  sendFarewell(message: FarewellMessage): Promise<Delivery>;
  /** Several in one message; those that will never be taken, by their place. */
  sendMoves(messages: readonly MoveMessage[]): Promise<Delivery<{ refused: { index: number; code: string }[] }>>;
}

type AgentSocket = Socket<ServerToAgent, AgentToServer>;

const knownEvents: ReadonlySet<string> = new Set(['command', 'capsule'] satisfies (keyof ServerToAgent)[]);

const answerWithin = 10_000;
const farewellWithin = 450;
/** Orders that come before the welcome is dealt with; the server gives one at a time. */
const maxHeldBack = 20;
/** Left for the name of the event and its frame. */
const frameBytes = 1_024;

/**
 * The agent's connection. It keeps trying for as long as it is started, tells
 * each distinct trouble once, and believes nothing that it has not parsed.
 *
 * INVARIANT: nothing but hello is sent, and no order handed on, on a connection
 * whose hello was not answered.
 */
export function createConnection(parts: ConnectionParts): Connection {
  const { log, clock, answerWithinMs = answerWithin, random = Math.random } = parts;
  let socket: AgentSocket | undefined;
  let welcomed = false;
  let heldBack: unknown[] = [];
  let failures = 0;
  let lastTrouble: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  function trouble(code: string, error: string): void {
    if (lastTrouble === `${code} ${error}`) return;
    lastTrouble = `${code} ${error}`;
    log.warn('connection-failed', { code, error, address: parts.url });
  }

  /** For ends that socket.io itself does not come back from. */
  function comeBack(ended: AgentSocket): void {
    if (socket !== ended) return;
    failures += 1;
    clearTimeout(retry);
    retry = setTimeout(() => ended.connect(), backoffMs(failures, random));
  }

  async function greet(greeted: AgentSocket): Promise<void> {
    const connectionId = greeted.id;
    const hello = await parts.hello();
    const sentAt = clock.now();
    const answer = answerSchema(welcomeSchema).parse(await greeted.timeout(answerWithinMs).emitWithAck('hello', hello));
    if (greeted.id !== connectionId) return;
    if (!answer.ok) {
      parts.onRefused?.(answer.error.code);
      return giveUp(greeted, answer.error.code, answer.error.message);
    }
    await parts.onWelcome(answer.value, sentAt, clock.now());
    if (greeted.id !== connectionId) return;
    log.info('connected', { address: parts.url, ms: clock.now() - sentAt });
    welcomed = true;
    failures = 0;
    lastTrouble = undefined;
    for (const received of heldBack.splice(0)) parts.onCommand(received);
  }

  function giveUp(refused: AgentSocket, code: string, error: string): void {
    trouble(code, error);
    refused.disconnect();
    comeBack(refused);
  }

  function listen(opened: AgentSocket): void {
    opened.on('connect', () => {
      const connectionId = opened.id;
      greet(opened).catch((error: unknown) => {
        if (opened.id === connectionId) giveUp(opened, 'no-welcome', messageOf(error));
      });
    });
    opened.on('command', (received: unknown) => {
      if (welcomed) parts.onCommand(received);
      else if (heldBack.length < maxHeldBack) heldBack.push(received);
    });
    opened.on('capsule', (received: unknown) => parts.onCapsule(received));
    opened.onAny((event: string) => {
      if (!knownEvents.has(event)) log.warn('message-ignored', { code: 'unknown-message' });
    });
    opened.io.on('ping', () => parts.onAlive?.());
    opened.on('disconnect', (reason) => {
      if (welcomed) log.info('disconnected', { reason });
      down();
      if (reason === 'io server disconnect') comeBack(opened);
    });
    opened.on('connect_error', (error) => {
      const words = describe(error);
      const refusal = refusalIn(words);
      if (refusal !== undefined) parts.onRefused?.('refused-by-server');
      trouble(refusal === undefined ? 'unreachable' : 'refused-by-server', refusal ?? words);
      if (!opened.active) comeBack(opened);
    });
  }

  function down(): void {
    heldBack = [];
    if (!welcomed) return;
    welcomed = false;
    parts.onDown();
  }

  /** One message, until it is answered; the answer is parsed like anything else from outside. */
  async function deliver<Value>(
    message: object,
    read: (received: unknown) => Answer<Value> | undefined,
    emit: (on: AgentSocket) => Promise<unknown>,
  ): Promise<Delivery<{ value: Value }>> {
    if (socket === undefined || !welcomed) return { state: 'later' };
    if (Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes - frameBytes) {
      return { state: 'refused', code: 'too-large', message: 'larger than the server takes' };
    }
    const received = await emit(socket).catch(() => undefined);
    if (received === undefined) return { state: 'later' };
    const answer = read(received);
    if (answer === undefined) {
      log.warn('answer-not-understood', {});
      return { state: 'later' };
    }
    if (answer.ok) return { state: 'done', value: answer.value };
    const { code, message: text } = answer.error;
    if (isAboutTheMessage(code)) return { state: 'refused', code, message: text };
    log.warn('not-taken-now', { code, error: text });
    return { state: 'later' };
  }

  return {
    start() {
      if (socket !== undefined) return;
      socket = io(`${parts.url}/agent`, socketOptions(parts.tls));
      listen(socket);
      socket.connect();
    },
    stop() {
      clearTimeout(retry);
      const ending = socket;
      socket = undefined;
      down();
      ending?.off();
      ending?.io.off('ping');
      ending?.disconnect();
    },
    reconnect() {
      socket?.disconnect();
      clearTimeout(retry);
      socket?.connect();
    },
    sendReport: async (message) =>
      bare(await deliver(message, readDone, (on) => on.timeout(answerWithinMs).emitWithAck('report', message))),
    sendMove: async (message) =>
      bare(await deliver(message, readDone, (on) => on.timeout(answerWithinMs).emitWithAck('move', message))),
    sendFarewell: async (message) =>
      bare(await deliver(message, readDone, (on) => on.timeout(farewellWithin).emitWithAck('farewell', message))),
    async sendMoves(moves) {
      const message = { moves: [...moves] };
      const delivery = await deliver(message, readTaken, (on) =>
        on.timeout(answerWithinMs).emitWithAck('moves', message),
      );
      if (delivery.state !== 'done') return delivery;
      const refused = delivery.value.refused.map(({ index, error }) => ({ index, code: error.code }));
      return { state: 'done', refused };
    },
  };
}

/** That it is done is all there is to say. */
function bare(delivery: Delivery): Delivery {
  return delivery.state === 'done' ? { state: 'done' } : delivery;
}

const doneAnswer = answerSchema(doneSchema);
const takenAnswer = answerSchema(movesTakenSchema);
const readDone = (received: unknown): Answer<Done> | undefined => doneAnswer.safeParse(received).data;
const readTaken = (received: unknown): Answer<MovesTaken> | undefined => takenAnswer.safeParse(received).data;

function socketOptions(tls: ConnectionTls): Partial<ManagerOptions & SocketOptions> {
  return {
    ...tls,
    path: socketPath,
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    reconnection: true,
    reconnectionDelay: backoff.firstMs,
    reconnectionDelayMax: backoff.longestMs,
    randomizationFactor: backoff.jitter,
    timeout: answerWithin,
  };
}

const causeSchema = z.object({ description: z.object({ message: z.string() }) });

/** "websocket error" says nothing; the system's own words are inside. */
function describe(error: Error): string {
  const cause = causeSchema.safeParse(error);
  return cause.success ? `${error.message}: ${cause.data.description.message}` : error.message;
}

/**
 * What an HTTP refusal of the handshake means, as a sentence; undefined for any other trouble. The number is all that
 * is known: `ws` reports it in these words (lib/websocket.js) and drops the body. A 5xx is trouble of the moment.
 */
function refusalIn(words: string): string | undefined {
  const status = /Unexpected server response: (4\d\d)/.exec(words)?.[1];
  if (status === undefined) return undefined;
  return (
    `The server refused this device (HTTP ${status}): most likely it does not know its certificate, or revoked it. ` +
    'Ask an administrator for a new link for this device and run hometime-agent enrol with it.'
  );
}
