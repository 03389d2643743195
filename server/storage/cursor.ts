import type { Knex } from 'knex';
import { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { PageQuery } from '../../shared/api/page.ts';

/** Where a row stands in its list. */
type Place = readonly (string | number)[];

/** A place in a list, as text that only this server reads back. */
export function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor back; anything else than what this server wrote is refused. */
export function readCursor<Schema extends z.ZodType>(cursor: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new StatedError('not-valid', 'The cursor is not one that a list here gave. Start from the first page.', {
      fields: { cursor: 'not valid' },
      cause,
    });
  }
}

/**
 * The rows of one page, of which one more was asked for than a page holds: that one tells that there is a next page. It
 * begins after the last that is kept, at `placeOf` it.
 */
export function pageFrom<Row>(rows: readonly Row[], limit: number, placeOf: (last: Row) => Place) {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { kept, nextCursor: rows.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null };
}

const numberSchema = z.tuple([z.number()]);

/**
 * One page, newest first, of what `query` finds: its rows count up in `column`, and `numberOf` reads that number of
 * them. Throws a StatedError where the cursor is not one of such a list.
 */
export async function pageNewestFirst<Row>(
  query: Knex.QueryBuilder,
  page: PageQuery,
  { column, parse, numberOf }: { column: string; parse: (rows: unknown) => Row[]; numberOf: (row: Row) => number },
) {
  query.orderBy(column, 'desc').limit(page.limit + 1);
  if (page.cursor !== undefined) query.where(column, '<', readCursor(page.cursor, numberSchema)[0]);
  return pageFrom(parse(await query), page.limit, (row) => [numberOf(row)]);
}
