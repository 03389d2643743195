import fc from 'fast-check';
import { z } from 'zod';

/** Arbitraries for parts of a schema that are worth more than any value of their shape, by the very schema object. */
export type Known = ReadonlyMap<unknown, fc.Arbitrary<unknown>>;

const mostItems = 4;

/**
 * Any value that a schema accepts, shrinking towards small ones. Throws for a kind of schema that it does not know, so
 * that nothing is left out unseen.
 */
export function anyOf<Schema extends z.ZodType>(
  schema: Schema,
  known: Known = new Map(),
): fc.Arbitrary<z.output<Schema>> {
  return roughly(schema, known)
    .map((value) => schema.safeParse(value))
    .filter((parsed) => parsed.success)
    .map((parsed) => {
      if (!parsed.success) throw parsed.error;
      return parsed.data;
    });
}

/** Values of the shape; what a refinement forbids is still among them. */
function roughly(schema: unknown, known: Known): fc.Arbitrary<unknown> {
  const given = known.get(schema);
  if (given !== undefined) return given;
  if (schema instanceof z.ZodObject) return anyObject(schema, known);
  if (schema instanceof z.ZodArray) return anyArray(schema, known);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map((option) => roughly(option, known)));
  if (schema instanceof z.ZodNullable) return fc.option(roughly(schema.unwrap(), known), { nil: null });
  if (schema instanceof z.ZodOptional) return fc.option(roughly(schema.unwrap(), known), { nil: undefined });
  if (schema instanceof z.ZodDefault) return roughly(schema.unwrap(), known);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return anyNumber(schema);
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return anyString(schema);
  throw new Error(`no values for a schema of this kind: ${String(schema)}`);
}

function anyObject(schema: z.ZodObject, known: Known): fc.Arbitrary<unknown> {
  const parts = Object.entries(schema.shape).map(([key, part]) => [key, roughly(part, known)] as const);
  return fc
    .record(Object.fromEntries(parts))
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
}

function anyArray(schema: z.ZodArray, known: Known): fc.Arbitrary<unknown> {
  const item = roughly(schema.element, known);
  return fc
    .array(item, { maxLength: mostItems })
    .chain((made) => (schema.safeParse([]).success || made.length > 0 ? fc.constant(made) : item.map((one) => [one])));
}

function anyNumber({ minValue, maxValue, def }: z.ZodNumber): fc.Arbitrary<unknown> {
  const step = (def.checks ?? []).map((check) => check._zod.def).find((one) => one.check === 'multiple_of');
  const by = step !== undefined && 'value' in step ? Number(step.value) : 1;
  const bound = (value: number | null, otherwise: number) =>
    value === null || !Number.isFinite(value) ? otherwise : value;
  const min = Math.ceil(Math.max(bound(minValue, -1000), -1e6) / by);
  const max = Math.floor(Math.min(bound(maxValue, 100_000), 1e6) / by);
  return fc.integer({ min, max }).map((count) => count * by);
}

const samples: { readonly [Format in string]?: fc.Arbitrary<string> } = {
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  uuid: fc.uuid({ version: 4 }),
  date: fc
    .integer({ min: 0, max: 800 })
    .map((day) => new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString().slice(0, 10)),
  datetime: fc
    .integer({ min: Date.UTC(2025, 6, 1), max: Date.UTC(2027, 11, 31) })
    .map((ms) => new Date(ms).toISOString()),
  base64: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64')),
};

function anyString(schema: z.ZodString | z.ZodStringFormat): fc.Arbitrary<string> {
  const { format, def } = schema;
  const sample = format === null ? undefined : samples[format];
  if (sample !== undefined) return sample;
  const pattern = (def.checks ?? []).map((check) => check._zod.def).find((one) => 'pattern' in one);
  const isShort = (text: string) => text.length > 0 && schema.safeParse(text).success;
  if (pattern !== undefined && 'pattern' in pattern && pattern.pattern instanceof RegExp && isSimple(pattern.pattern))
    return fc.stringMatching(pattern.pattern).filter(isShort);
  return fc.stringMatching(/^[a-z][a-z0-9 ]{0,20}[a-z]$/).filter(isShort);
}

/** fast-check makes nothing for patterns that look ahead. */
function isSimple({ source }: RegExp): boolean {
  return !source.includes('(?') && !source.includes('\\p');
}
