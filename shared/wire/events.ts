import type { CommandView } from '../api/commands.ts';
import type { DeviceView } from '../api/devices.ts';
import type { Role } from '../api/people.ts';
import { roles } from '../api/routes/route.ts';
import type { SecurityEventView } from '../api/safeguards.ts';
import type { Envelope } from '../command/envelope.ts';
import type { Capsule } from '../policy/device-settings.ts';
import type {
  Answer,
  Done,
  FarewellMessage,
  Hello,
  MoveMessage,
  MovesMessage,
  MovesTaken,
  ReportMessage,
  Welcome,
} from './messages.ts';

/** The path of the socket server on both listeners. */
export const socketPath = '/sockets';

/** The largest message either socket takes, in bytes: a report of a full device is under 20 kB. */
export const maxMessageBytes = 256 * 1024;

/** Namespace `/agent`, on the agents' listener. */
export interface AgentToServer {
  hello: (message: Hello, answer: (answer: Answer<Welcome>) => void) => void;
  report: (message: ReportMessage, answer: (answer: Answer<Done>) => void) => void;
  /** One move of one order; sent in order, each until it is acknowledged. */
  move: (message: MoveMessage, answer: (answer: Answer<Done>) => void) => void;
  /** What several `move` say, in one message with one answer. A server of before does not know it: then each goes by itself. */
  moves: (message: MovesMessage, answer: (answer: Answer<MovesTaken>) => void) => void;
  /** The agent ends, and says why. May be missing: then it is not known. A server of before does not know it. */
  farewell: (message: FarewellMessage, answer: (answer: Answer<Done>) => void) => void;
}

export interface ServerToAgent {
  /** An order for this device. Acknowledged by the `received` (or `refused`) move, not by the socket. */
  command: (envelope: Envelope) => void;
  /** The signed settings the device looks by; after each hello, and when the setting changes its policy. Not answered: hello brings it again. */
  capsule: (capsule: Capsule) => void;
}

/** Namespace `/console`, on the people's listener: tells what changed, takes nothing. */
export type ConsoleToServer = Record<never, never>;

/** A case is not what it was: whoever shows it asks for it anew. Its words travel over no socket. */
export interface IncidentChange {
  id: string;
}

export interface ServerToConsole {
  device: (device: DeviceView) => void;
  command: (command: CommandView) => void;
  incident: (change: IncidentChange) => void;
  security: (event: SecurityEventView) => void;
}

/** Who is told what: every event of the console states its rule, as every route does. */
export const consoleEventRules: { readonly [Event in keyof ServerToConsole]: readonly Role[] } = {
  device: roles.everyone,
  command: roles.readers,
  /** Of these only those who may see the case (`shared/incident/visibility.ts`). */
  incident: roles.everyone,
  security: roles.readers,
};

/** What proves who sends an event: the certificate of a device, in force. There is no other way in. */
export const agentEventRules: { readonly [Event in keyof AgentToServer]: 'device-certificate' } = {
  hello: 'device-certificate',
  report: 'device-certificate',
  move: 'device-certificate',
  moves: 'device-certificate',
  farewell: 'device-certificate',
};
