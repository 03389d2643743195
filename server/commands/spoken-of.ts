import { z } from 'zod';
import { waitingStates } from '../../shared/command/life.ts';
import { ask } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';
import { type Command, parseCommands } from './command-rows.ts';

const states = waitingStates.map((state) => `'${state}'`).join(', ');
const idsSchema = z.array(z.object({ id: z.string() }));

/** Orders that devices speak of. */
export async function findSpokenOf(connection: Connection, ids: readonly string[]): Promise<Command[]> {
  const sql = `select commands.*, devices.name as device_name from commands join devices on devices.id = commands.device_id
    where commands.id in (select value from json_each(?))`;
  return parseCommands(await ask(connection, sql, [JSON.stringify(ids)]));
}

/** Those of the devices for which an order waits. */
export async function devicesWaitedFor(connection: Connection, deviceIds: Iterable<string>): Promise<Set<string>> {
  const sql = `select value as id from json_each(?) where exists (
    select 1 from commands where device_id = value and state in (${states}))`;
  const rows = await ask(connection, sql, [JSON.stringify([...deviceIds])]);
  return new Set(idsSchema.parse(rows).map(({ id }) => id));
}
