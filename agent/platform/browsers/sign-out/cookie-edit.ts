import { z } from 'zod';
import { Unreadable } from '../unreadable.ts';
import type { Statements } from './database-edit.ts';

const textSchema = z.object({ text: z.string() });

/** Which table, and the column that tells whose a row is. */
export interface RowChoice {
  table: string;
  column: string;
  /** Some versions of the browser have no such table. */
  mayLack?: boolean;
}

/**
 * Deletes the rows of a table that a column chooses: cookies by their host,
 * storages by their origin. Values are never asked for. Throws when the table is
 * not as it is known.
 */
export async function deleteRows(
  statements: Statements,
  { table, column, mayLack = false }: RowChoice,
  isMeant: (text: string) => boolean,
): Promise<void> {
  const hasColumn = (await statements.columns(table)).has(column);
  if (!hasColumn && mayLack) return;
  if (!hasColumn) throw new Unreadable('not-understood');
  const found = await statements.all(textSchema, `select distinct cast(${column} as text) as text from ${table}`);
  const meant = found.map(({ text }) => text).filter(isMeant);
  await statements.change(
    `delete from ${table} where cast(${column} as text) in (select value from json_each(?))`,
    JSON.stringify(meant),
  );
}
