import { z } from 'zod';

/** Windows PowerShell sometimes wraps an array, with its count. */
const wrappedSchema = z.strictObject({ value: z.array(z.unknown()), Count: z.int() });

/** The value in a JSON text, with wrapped arrays unwrapped; undefined: it is none. One whose count is wrong stays as it is, for it was cut. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''), (_key, part: unknown) => {
      if (part === null || typeof part !== 'object' || !('Count' in part)) return part;
      const wrapped = wrappedSchema.safeParse(part).data;
      return wrapped?.value.length === wrapped?.Count ? (wrapped?.value ?? part) : part;
    });
  } catch {
    return undefined;
  }
}

/**
 * The rows of a list in JSON, unparsed; undefined: not JSON. One row may come as
 * an object instead of an array of one.
 */
export function readJsonList(text: string): unknown[] | undefined {
  const value = readJson(text);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value;
  const wrapped = wrappedSchema.safeParse(value);
  if (!wrapped.success) return [value];
  return wrapped.data.value.length === wrapped.data.Count ? wrapped.data.value : undefined;
}
