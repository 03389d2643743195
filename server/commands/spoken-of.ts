import { z } from 'zod';
import { waitingStates } from '../../shared/command/life.ts';
import { ask } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';
import { type Command, parseCommands } from './command-rows.ts';

const besideSchema = z.array(z.object({ device_id: z.string(), others_wait: z.number() }));

/** Orders that devices speak of, and the devices of theirs for which another one waits: one statement, for each commit of moves asks it. */
export async function findSpokenOf(
  connection: Connection,
  ids: readonly string[],
): Promise<{ commands: Command[]; othersWaitFor: ReadonlySet<string> }> {
  const states = waitingStates.map((state) => `'${state}'`).join(', ');
  const rows = await ask(
    connection,
    `select commands.*, devices.name as device_name, exists (
       select 1 from commands other
       where other.device_id = commands.device_id and other.state in (${states}) and other.id <> commands.id
     ) as others_wait
     from commands join devices on devices.id = commands.device_id
     where commands.id in (select value from json_each(?))`,
    [JSON.stringify(ids)],
  );
  const waiting = besideSchema.parse(rows).filter((row) => row.others_wait > 0);
  return { commands: parseCommands(rows), othersWaitFor: new Set(waiting.map((row) => row.device_id)) };
}
