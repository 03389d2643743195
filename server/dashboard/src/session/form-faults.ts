import type { z } from 'zod';
import { fieldFaults, StatedError } from '../../../../shared/api/errors.ts';
import { sentenceOf } from '../api/call.ts';
import { capital } from '../words/time.ts';

/** Faults by field, as the contract's schema finds them. */
export function faultsOf(schema: z.ZodType, values: unknown): Record<string, string> {
  const parsed = schema.safeParse(values);
  return parsed.success ? {} : fieldFaults(parsed.error);
}

/** Faults are the ends of sentences; of a password they begin with it. */
const passwords: Readonly<Record<string, string>> = { password: 'This password ', new: 'This password ' };

/** What the server refused: the faults of fields, and the sentence where no field of the form is to blame. */
export function refusal(
  error: unknown,
  fields: readonly string[],
): { byField: Record<string, string>; sentence: string } {
  const all = error instanceof StatedError ? (error.fields ?? {}) : {};
  const byField = Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => fields.includes(name))
      .map(([name, fault]) => [name, capital(`${passwords[name] ?? ''}${fault}`)]),
  );
  return { byField, sentence: Object.keys(byField).length > 0 ? '' : sentenceOf(error) };
}
