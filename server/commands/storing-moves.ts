import { isFinal } from '../../shared/command/life.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Connection, Database } from '../storage/database.ts';
import { MovedMeanwhile } from '../storage/written.ts';
import { type Moving, writeMoves } from './command-writes.ts';
import { type Judged, judgeGarbled, judgeWord } from './device-word.ts';
import type { MoveIntakeParts, Taken } from './move-intake.ts';
import type { OrderOut } from './orders-out.ts';
import { devicesWaitedFor, findSpokenOf } from './spoken-of.ts';

/** What a device said of an order. */
export interface Word {
  peer: { deviceId: string; settingId: string };
  commandId: string;
  /** undefined: it was not understood. */
  message: MoveMessage | undefined;
}

/** What a commit of words came to: what became of each, and what follows; that is to be looked at once they are answered. */
export interface Stored {
  judged: readonly Judged[];
  told: () => Promise<Taken>;
}

type StoringParts = Pick<MoveIntakeParts, 'audit' | 'out' | 'notice' | 'leave'> & { db: Database; clock: Clock };

/** Words as they were judged, by the orders as they were seen. */
interface Heard<Order extends OrderOut = OrderOut> {
  judged: Judged[];
  moving: Moving<Order>[];
}

/**
 * Stores words in the order they came, all in one commit. Most are nothing but moves: those are one statement, which
 * writes nothing unless every order is where it was seen, by this process's own memory or else in one look. All else
 * is a transaction.
 */
export function createStoringMoves(parts: StoringParts) {
  const { db, clock, out } = parts;
  return async (words: readonly Word[]): Promise<Stored> => {
    const at = instant(clock.now());
    const ids = idsOf(words);
    const remembered = out.find(ids);
    return (
      (remembered && (await storeRemembered(parts, hear(remembered, words, at)))) ??
      (await storeMoves(parts, hear(await findSpokenOf(db, ids), words, at))) ??
      (await db.transaction((within) => storeAll(parts, within, words, at)))
    );
  };
}

/** What is remembered may be outdated: of that only the database's own yes to every single move counts. */
async function storeRemembered(parts: StoringParts, heard: Heard): Promise<Stored | undefined> {
  return heard.judged.every(({ is }) => is === 'move') ? storeMoves(parts, heard) : undefined;
}

async function storeMoves(parts: StoringParts, { judged, moving }: Heard): Promise<Stored | undefined> {
  if (judged.some(({ is, noticed }) => is === 'called-replayed' || noticed !== undefined) || moving.some(isLeaving))
    return undefined;
  try {
    await writeMoves(parts.db, parts.audit, moving);
  } catch (error) {
    if (error instanceof MovedMeanwhile) return undefined;
    throw error;
  }
  return { judged, told: () => whatFollows(parts, moving, {}) };
}

async function storeAll(parts: StoringParts, within: Connection, words: readonly Word[], at: Instant): Promise<Stored> {
  const { audit, notice, leave } = parts;
  const { judged, moving } = hear(await findSpokenOf(within, idsOf(words)), words, at);
  const eventIds = new Set<number>();
  for (const [index, { peer, commandId }] of words.entries()) {
    const { is, noticed } = judged[index] ?? {};
    if (is === 'called-replayed') await within('commands').where({ id: commandId }).increment('called_replayed', 1);
    if (noticed !== undefined) eventIds.add(await notice(within, { ...peer, commandId, code: noticed }));
  }
  await writeMoves(within, audit, moving);
  const commandIds = new Set<string>();
  const incidentIds = new Set<string>();
  for (const { command } of moving.filter(isLeaving)) {
    const departure = await leave(within, command);
    for (const id of departure.commandIds) commandIds.add(id);
    for (const id of departure.incidentIds) incidentIds.add(id);
  }
  return { judged, told: () => whatFollows(parts, moving, { commandIds, incidentIds, eventIds }) };
}

function idsOf(words: readonly Word[]): string[] {
  return [...new Set(words.map(({ commandId }) => commandId))];
}

/** Judges each word by what those before it came to. */
function hear<Order extends OrderOut>(orders: readonly Order[], words: readonly Word[], at: Instant): Heard<Order> {
  const seen = new Map(orders.map((order) => [order.id, order]));
  const reached = new Map(seen);
  const moving: Moving<Order>[] = [];
  const judged = words.map((word) => {
    const [command, before] = [seen.get(word.commandId), reached.get(word.commandId)];
    const one = judge(word, before, at);
    if (command === undefined || before === undefined) return one;
    if (one.is === 'move') {
      moving.push({ command, move: one.move });
      reached.set(command.id, { ...before, state: one.move.to });
    }
    if (one.is === 'called-replayed') reached.set(command.id, { ...before, calledReplayed: before.calledReplayed + 1 });
    return one;
  });
  return { judged, moving };
}

function judge({ peer: { deviceId }, message }: Word, command: OrderOut | undefined, at: Instant): Judged {
  if (message !== undefined) return judgeWord(command, { deviceId, message, at });
  return command === undefined ? { is: 'nothing' } : judgeGarbled(command, { deviceId, at });
}

/** A retire order was carried out: its device leaves the fleet. */
function isLeaving({ command, move }: Moving<OrderOut>): boolean {
  return move.to === 'verified' && command.order.kind === 'retire';
}

/** Whose queue may go on is looked at after the commit: whoever ordered before it saw the device busy, and counts on this. */
async function whatFollows(
  { db, out }: StoringParts,
  moving: readonly Moving<OrderOut>[],
  more: Partial<Taken>,
): Promise<Taken> {
  out.moved(moving);
  const goingOn = moving.filter(({ move }) => isFinal(move.to) || move.to === 'deferred');
  const devices = devicesOf(goingOn);
  // Asked for in vain is harmless; not asked for would leave an order lying.
  const nudged = devices.size === 0 ? devices : await devicesWaitedFor(db, devices).catch(() => devices);
  const commandIds = new Set([...moving.map(({ command }) => command.id), ...(more.commandIds ?? [])]);
  const none = new Set<never>();
  const { incidentIds = none, eventIds = none } = more;
  return { commandIds, incidentIds, nudged, left: devicesOf(moving.filter(isLeaving)), eventIds };
}

function devicesOf(some: readonly Moving<OrderOut>[]): Set<string> {
  return new Set(some.map(({ command }) => command.deviceId));
}
