import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import type { CommandView } from '../../shared/api/commands.ts';
import type { DeviceView } from '../../shared/api/devices.ts';
import { StatedError } from '../../shared/api/errors.ts';
import type { Role } from '../../shared/api/people.ts';
import type { SecurityEventView } from '../../shared/api/safeguards.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import { messageOf } from '../../shared/log.ts';
import {
  type ConsoleToServer,
  consoleEventRules,
  type IncidentChange,
  type ServerToConsole,
  socketPath,
} from '../../shared/wire/events.ts';

/** A watcher: which setting it may see, in which role, and the sign-in it stands on. */
export interface Watcher {
  settingId: string;
  role: Role;
  /** The person or token. */
  who: { kind: 'person' | 'token'; id: string };
  /** Of the sign-in or the API token: its sockets end with it. */
  sessionId: string;
  /** When that ends by itself; undefined: it does not. */
  expiresAt: Instant | undefined;
}

/** Whether somebody who watches may know of a case. */
export type MayHear = (watcher: Watcher) => Promise<boolean>;

interface ConsoleSocketsParts {
  httpServer: HttpServer;
  /** Who opens the socket, by cookie or token; undefined: nobody known. */
  watcherOf: (request: IncomingMessage) => Promise<Watcher | undefined>;
  clock: Clock;
}

/** A page takes nothing but a handshake; anything larger is refused. */
const maxConsoleBytes = 4_096;
const checkSignInsEveryMs = 60_000;

/**
 * The dashboards' sockets: they tell what changed, to the setting it belongs to,
 * and take nothing. A page of another origin cannot open one, and one whose
 * sign-in has ended is cut.
 */
export function createConsoleSockets({ httpServer, watcherOf, clock }: ConsoleSocketsParts) {
  const watchers = new WeakMap<IncomingMessage, Watcher>();
  let checking: NodeJS.Timeout | undefined;

  const io = new Server<ConsoleToServer, ServerToConsole, Record<string, never>, { watcher?: Watcher }>(httpServer, {
    path: socketPath,
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: maxConsoleBytes,
    perMessageDeflate: false,
    allowRequest: (request, decide) => {
      admit(request).then(
        (watcher) => {
          watchers.set(request, watcher);
          decide(null, true);
        },
        (error: unknown) => decide(messageOf(error), false),
      );
    },
  });
  const pages = io.of('/console');

  const admit = async (request: IncomingMessage): Promise<Watcher> => {
    if (!isSameOrigin(request)) throw new StatedError('forbidden', 'This page belongs to another site.');
    const watcher = await watcherOf(request);
    if (watcher === undefined) throw new StatedError('not-signed-in', 'Sign in first.');
    return watcher;
  };

  pages.on('connection', async (socket) => {
    const watcher = watchers.get(socket.request);
    if (watcher === undefined) {
      socket.disconnect(true);
      return;
    }
    socket.data.watcher = watcher;
    await socket.join(roomOf(watcher.settingId, watcher.role));
    await socket.join(`sign-in:${watcher.sessionId}`);
    // Again, now that its end would find the socket: a sign-in that ended, or lost its role, since the handshake.
    const now = await watcherOf(socket.request).catch(() => undefined);
    if (now?.sessionId !== watcher.sessionId || now.role !== watcher.role) socket.disconnect(true);
  });

  const endSignIn = (sessionId: string): void => {
    pages.in(`sign-in:${sessionId}`).disconnectSockets(true);
  };

  const cutExpired = (): void => {
    const now = instant(clock.now());
    for (const socket of pages.sockets.values()) {
      const expiresAt = socket.data.watcher?.expiresAt;
      if (expiresAt !== undefined && expiresAt <= now) socket.disconnect(true);
    }
  };

  /** Those whom the event's rule names, and nobody else. */
  const tell = (settingId: string, event: keyof ServerToConsole) =>
    pages.to(consoleEventRules[event].map((role) => roomOf(settingId, role)));
  return {
    device: (settingId: string, view: DeviceView): void => void tell(settingId, 'device').emit('device', view),
    command: (settingId: string, view: CommandView): void => void tell(settingId, 'command').emit('command', view),
    /** To each who may hear of the case, and to nobody else: that it is there is a secret as well. */
    incident: async (settingId: string, change: IncidentChange, mayHear: MayHear): Promise<void> => {
      const told = consoleEventRules.incident;
      for (const socket of [...pages.sockets.values()]) {
        const { watcher } = socket.data;
        if (watcher?.settingId !== settingId || !told.includes(watcher.role)) continue;
        if (await mayHear(watcher)) socket.emit('incident', change);
      }
    },
    security: (settingId: string, view: SecurityEventView): void =>
      void tell(settingId, 'security').emit('security', view),
    /** Whether anybody watches: what nobody sees need not be drawn. */
    isWatched: (): boolean => pages.sockets.size > 0,
    endSignIn,
    start: (): void => {
      checking = setInterval(cutExpired, checkSignInsEveryMs);
    },
    stop: async (): Promise<void> => {
      clearInterval(checking);
      await io.close();
    },
  };
}

function roomOf(settingId: string, role: Role): string {
  return `setting:${settingId}:${role}`;
}

export type ConsoleSockets = ReturnType<typeof createConsoleSockets>;

/** Browsers always name the origin of a page that opens a socket; programs with a token name none. */
function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return request.headers.cookie === undefined;
  return URL.canParse(origin) && new URL(origin).host === host;
}
