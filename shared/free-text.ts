import { z } from 'zod';

/**
 * The only way to put a free-form string into a schema: it demands a reason why
 * the words are needed, a length, and refuses control characters and path
 * separators, so that no file path can hide in a field meant for something else.
 *
 * The reason is kept in the schema's metadata; `test/unit/shared/wire.test.ts`
 * walks every message and fails on a string without one (requirement: privacy rule).
 */
export function freeText(why: string, options: { max: number; min?: number; separators?: 'allowed' }) {
  const pattern = options.separators === 'allowed' ? /^[^\p{Cc}]*$/u : /^[^\p{Cc}/\\]*$/u;
  return z
    .string()
    .min(
      options.min ?? 1,
      options.min === undefined || options.min === 1
        ? 'must not be empty'
        : `must have at least ${options.min} characters`,
    )
    .max(options.max, `must have at most ${options.max} characters`)
    .regex(pattern, 'holds a character that is not allowed here')
    .meta({ freeText: why });
}
