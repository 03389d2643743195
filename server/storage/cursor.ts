import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';

/** A place in a list, as text that only this server reads back. */
export function writeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor back; anything else than what this server wrote is refused. */
export function readCursor<Place extends z.ZodType>(cursor: string, schema: Place): z.infer<Place> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new StatedError('not-valid', 'The cursor is not one that a list here gave. Start from the first page.', {
      fields: { cursor: 'not valid' },
      cause,
    });
  }
}
