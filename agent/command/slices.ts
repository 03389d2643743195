import type { Envelope } from '../../shared/command/envelope.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';

/** An order as the journal holds it. */
export interface JournalledOrder {
  id: string;
  envelope: Envelope;
  state: MoveMessage['to'];
  /** What the executor noted before it acted; null before that. */
  plan: string | null;
}

/** What carrying out orders needs of the journal. Each call is one commit, or throws and changes nothing. */
export interface Journal {
  find(id: string): Promise<JournalledOrder | undefined>;
  /** `begun`: the move that followed at once. */
  receive(
    envelope: Envelope,
    expiresAt: Instant,
    move: MoveMessage,
    begun?: { move: MoveMessage; plan: string },
  ): Promise<void>;
  move(move: MoveMessage, plan?: string): Promise<void>;
  inState(state: 'received' | 'started'): Promise<JournalledOrder[]>;
  /** Whether the server has taken every move of an order that is at its end: it has no need to send it again. */
  isSettled(id: string): Promise<boolean>;
  /** Makes every move of an order wait for acknowledgement again. */
  tellAgain(id: string): Promise<void>;
}

/** What telling the server needs of the journal. */
export interface MoveShelf {
  unacknowledged(limit: number): Promise<{ number: number; message: MoveMessage }[]>;
  /** The server took the moves, or said (`code`) that it never will. One commit. */
  settle(...settled: readonly { number: number; code?: string | undefined }[]): Promise<void>;
}

/** Hands a move to the server. `later`: no answer that settles it; `refused`: it will never be taken. */
export type DeliverMove = (
  message: MoveMessage,
) => Promise<{ state: 'done' } | { state: 'later' } | { state: 'refused'; code: string; message: string }>;

/** Hands several over at once; `refused` as a whole also by a server that knows of no such message. */
export type DeliverMoves = (
  messages: readonly MoveMessage[],
) => Promise<
  | { state: 'done'; refused: readonly { index: number; code: string }[] }
  | { state: 'later' }
  | { state: 'refused'; code: string; message: string }
>;
