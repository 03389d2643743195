import { z } from 'zod';
import type { Instant } from '../../shared/instant.ts';
import {
  backAgain,
  type FarewellReason,
  type Farewells,
  farewellsSchema,
  noFarewells,
} from '../../shared/policy/farewell.ts';
import { notComeBack } from '../../shared/policy/rules/guard-word.ts';
import { ask } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';

/** Column of `devices` in which they lie. */
export const farewellColumns = { farewells: z.string().nullable() };

export function farewellsOf(row: { farewells: string | null }): Farewells {
  return row.farewells === null ? noFarewells : farewellsSchema.parse(JSON.parse(row.farewells));
}

/** The device's agent ends. What it says is told of its present enrolment alone: the caller has checked that. */
export async function noteFarewell(
  connection: Connection,
  deviceId: string,
  last: { why: FarewellReason; at: Instant },
): Promise<void> {
  const before = await kept(connection, deviceId);
  if (before !== undefined) await keep(connection, deviceId, { ...before, last });
}

/**
 * It says hello again: whether it was missed until then is what was found of it, in the words of one that is missing;
 * that it was stopped some other day stands under the same code. To be called before it is judged anew.
 */
export async function noteBack(connection: Connection, deviceId: string, at: Instant): Promise<void> {
  const before = await kept(connection, deviceId);
  if (before === undefined || before.last === null) return;
  const found: unknown = await connection('findings')
    .where({ device_id: deviceId, code: 'agent-silent' })
    .where('text', 'like', `%${notComeBack}%`)
    .first('code');
  await keep(connection, deviceId, backAgain(before, at, found !== undefined));
}

async function kept(connection: Connection, deviceId: string): Promise<Farewells | undefined> {
  const [row] = await ask(connection, 'select farewells from devices where id = ?', [deviceId]);
  return row === undefined ? undefined : farewellsOf(z.object(farewellColumns).parse(row));
}

async function keep(connection: Connection, deviceId: string, farewells: Farewells): Promise<void> {
  await connection('devices')
    .where({ id: deviceId })
    .update({ farewells: JSON.stringify(farewells) });
}
