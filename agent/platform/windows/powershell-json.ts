import { z } from 'zod';

/** Windows PowerShell sometimes wraps an array, with its count. */
const wrappedSchema = z.object({ value: z.array(z.unknown()), Count: z.int() });

/**
 * The rows of a list in JSON, unparsed; undefined: not JSON. One row may come as
 * an object instead of an array of one.
 */
export function readJsonList(text: string): unknown[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  if (Array.isArray(value)) return value;
  const wrapped = wrappedSchema.safeParse(value);
  if (!wrapped.success) return [value];
  return wrapped.data.value.length === wrapped.data.Count ? wrapped.data.value : undefined;
}
