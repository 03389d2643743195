import { z } from 'zod';

/** Every list answers `{items, nextCursor}`; a null cursor is the end. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Query of a list. The cursor is opaque: pass back what the last page gave. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce
    .number('must be a whole number from 1 to 500')
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(500, 'must be 500 or less')
    .default(100),
  cursor: z.string().max(300).optional(),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;
