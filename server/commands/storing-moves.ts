import { isFinal } from '../../shared/command/life.ts';
import { type Clock, type Instant, instant } from '../../shared/instant.ts';
import type { MoveMessage } from '../../shared/wire/messages.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Command } from './command-rows.ts';
import { type Moving, writeMoves } from './command-writes.ts';
import { type Judged, judgeGarbled, judgeWord } from './device-word.ts';
import type { MoveIntakeParts, Taken } from './move-intake.ts';
import { findSpokenOf } from './spoken-of.ts';

/** What a device said of an order. */
export interface Word {
  peer: { deviceId: string; settingId: string };
  commandId: string;
  /** undefined: it was not understood. */
  message: MoveMessage | undefined;
}

type StoringParts = Pick<MoveIntakeParts, 'audit' | 'notice' | 'leave'> & { db: Database; clock: Clock };

/** What is known while a commit is made. */
interface Commit {
  at: Instant;
  /** Orders as they were when it began. */
  seen: ReadonlyMap<string, Command>;
  /** Devices with another order that waits. */
  othersWaitFor: ReadonlySet<string>;
  /** Orders as the words so far left them. */
  reached: Map<string, Command>;
  moving: Moving[];
}

/** Stores words in the order they came, all in one commit; answers what each came to, and what follows. */
export function createStoringMoves(parts: StoringParts) {
  const { db, clock, audit } = parts;
  return (words: readonly Word[]): Promise<{ judged: Judged[]; told: Taken }> =>
    db.transaction(async (transaction) => {
      const ids = [...new Set(words.map((word) => word.commandId))];
      const { commands, othersWaitFor } = await findSpokenOf(transaction, ids);
      const seen = new Map(commands.map((command) => [command.id, command]));
      const commit: Commit = { at: instant(clock.now()), seen, othersWaitFor, reached: new Map(seen), moving: [] };
      const judged: Judged[] = [];
      const eventIds = new Set<number>();
      for (const word of words) {
        const one = judge(word, commit.reached.get(word.commandId), commit.at);
        judged.push(one);
        if (one.is === 'called-replayed') await countReplay(transaction, word, commit);
        else reach(word, one, commit);
        if (one.noticed === undefined) continue;
        const { peer, commandId } = word;
        eventIds.add(await parts.notice(transaction, { ...peer, commandId, code: one.noticed }));
      }
      await writeMoves(transaction, audit, commit.moving);
      return { judged, told: await concluded(parts, transaction, commit, eventIds) };
    });
}

/** Judges one word by what those before it in the commit came to. */
function judge({ peer: { deviceId }, message }: Word, command: Command | undefined, at: Instant): Judged {
  if (message !== undefined) return judgeWord(command, { deviceId, message, at });
  return command === undefined ? { is: 'nothing' } : judgeGarbled(command, { deviceId, at });
}

function reach({ commandId }: Word, judged: Judged, { seen, reached, moving }: Commit): void {
  const [first, before] = [seen.get(commandId), reached.get(commandId)];
  if (judged.is !== 'move' || first === undefined || before === undefined) return;
  moving.push({ command: first, move: judged.move });
  reached.set(commandId, { ...before, state: judged.move.to });
}

async function countReplay(connection: Connection, { commandId }: Word, { reached }: Commit): Promise<void> {
  const before = reached.get(commandId);
  if (before === undefined) return;
  await connection('commands').where({ id: commandId }).increment('called_replayed', 1);
  reached.set(commandId, { ...before, calledReplayed: before.calledReplayed + 1 });
}

/** What follows from the moves, in their transaction. */
async function concluded(
  { leave }: StoringParts,
  connection: Connection,
  { moving, othersWaitFor }: Commit,
  eventIds: ReadonlySet<number>,
): Promise<Taken> {
  const commandIds = new Set(moving.map(({ command }) => command.id));
  const incidentIds = new Set<string>();
  const goingOn = moving.filter(({ move }) => isFinal(move.to) || move.to === 'deferred');
  const leaving = moving.filter(({ command, move }) => move.to === 'verified' && command.order.kind === 'retire');
  for (const { command } of leaving) {
    const departure = await leave(connection, command);
    for (const id of departure.commandIds) commandIds.add(id);
    for (const id of departure.incidentIds) incidentIds.add(id);
  }
  const devicesOf = (some: readonly Moving[]) => new Set(some.map(({ command }) => command.deviceId));
  // Whoever orders after this commit sees the device idle, and needs no nudge of ours.
  const nudged = new Set([...devicesOf(goingOn)].filter((id) => othersWaitFor.has(id)));
  return { commandIds, incidentIds, nudged, left: devicesOf(leaving), eventIds };
}
