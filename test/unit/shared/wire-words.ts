import { z } from 'zod';

/** A place in a schema where words travel that nothing bounds. */
export interface LooseWords {
  /** From the message inwards: `report.sections.system.value.model`. */
  at: string;
  why: string;
}

/** What a zod schema keeps of itself; only what the walk reads. */
interface Definition {
  type: string;
  [part: string]: unknown;
}

/** A place where words travel for a reason that is stated in the schema. */
export interface StatedWords {
  at: string;
  why: string;
}

/**
 * Every string of a schema that is not an enumeration, a literal, a pattern, a
 * known format or `freeText` with its reason; and every part that would let
 * anything through (any, unknown, objects that take keys nobody named).
 */
export function looseWords(schema: z.ZodType, at: string): LooseWords[] {
  return walk(schema, at, new Set(), (definition, part) => faultOf(definition, part));
}

/** Every free text of a schema, with its reason. */
export function statedWords(schema: z.ZodType, at: string): StatedWords[] {
  return walk(schema, at, new Set(), (_definition, part) => reasonOf(part));
}

type Look = (definition: Definition, schema: z.ZodType) => string | undefined;

/** Goes through a schema and all that is in it; what `look` finds to say, with its place. */
function walk(schema: z.ZodType, at: string, above: ReadonlySet<z.ZodType>, look: Look): { at: string; why: string }[] {
  if (above.has(schema)) return [];
  const inside = new Set([...above, schema]);
  const definition = definitionOf(schema);
  const why = look(definition, schema);
  return [
    ...(why === undefined ? [] : [{ at, why }]),
    ...partsOf(definition).flatMap(([name, part]) => walk(part, name === '' ? at : `${at}.${name}`, inside, look)),
  ];
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

function reasonOf(schema: z.ZodType): string | undefined {
  const reason = z.globalRegistry.get(schema)?.freeText;
  return typeof reason === 'string' && reason.length > 5 ? reason : undefined;
}

const harmless = [
  'number',
  'int',
  'boolean',
  'null',
  'undefined',
  'literal',
  'enum',
  'bigint',
  'date',
  'never',
  'void',
];
const containers = [
  'array',
  'tuple',
  'union',
  'optional',
  'nullable',
  'default',
  'prefault',
  'nonoptional',
  'readonly',
  'pipe',
  'catch',
  'record',
  'lazy',
  'intersection',
];

function faultOf(definition: Definition, schema: z.ZodType): string | undefined {
  if (definition.type === 'string') return reasonOf(schema) === undefined ? stringFault(definition, schema) : undefined;
  if (definition.type === 'object') {
    const rest = definition.catchall instanceof z.ZodType ? definitionOf(definition.catchall).type : 'strip';
    return rest === 'never' ? undefined : `an object that lets unnamed keys pass (${rest})`;
  }
  if (definition.type === 'transform') return undefined;
  if (harmless.includes(definition.type) || containers.includes(definition.type)) return undefined;
  return `a part of type ${definition.type}, which lets anything pass`;
}

/** Formats in which nothing can be said; an address of the web or of mail, a host or a token says something. */
const wordless = ['uuid', 'guid', 'ipv4', 'ipv6', 'cidrv4', 'cidrv6', 'mac', 'datetime', 'date', 'time', 'duration'];
/** In these anything can be said, in other letters: they need a length as well. */
const packed = ['base64', 'base64url', 'hex'];
const mostPacked = 128;

/** Of the kinds that must never travel. A pattern that lets one of them pass bounds nothing. */
const telling = [
  '/home/mia/Pictures/IMG_0001.jpg',
  'C:\\Users\\mia\\IMG_0001.jpg',
  'IMG_0001.jpg',
  'Mia and Leo at the zoo',
  'Миа',
  'c_user=100012345; xs=12%3Aabcdef',
  'https://app.famly.co/#/account',
  'mia@example.org',
  '123456-123456-123456-123456-123456-123456-123456-123456',
];

/** A length alone bounds nothing, nor does what a text begins with, contains, or in which case it is written. */
function stringFault(definition: Definition, schema: z.ZodType): string | undefined {
  const checks = (Array.isArray(definition.checks) ? definition.checks : []).map(
    (check: { _zod: { def: { check: string; format?: string; maximum?: number; length?: number } } }) => check._zod.def,
  );
  const formats = [definition.format, ...checks.map(({ format }) => format)].map(String);
  const most = Math.min(...checks.map(({ maximum, length }) => length ?? maximum ?? Number.POSITIVE_INFINITY));
  if (formats.some((format) => packed.includes(format)) && most > mostPacked) return 'packed text of any length';
  if (!formats.some((format) => format === 'regex' || wordless.includes(format) || packed.includes(format)))
    return 'a string without a pattern or a reason';
  const passes = telling.filter((words) => schema.safeParse(words).success);
  return passes.length === 0 ? undefined : `a pattern that lets “${passes[0]}” pass`;
}

/** The schemas inside a schema, with the names they have there. */
function partsOf(definition: Definition): [string, z.ZodType][] {
  const parts: [string, z.ZodType][] = [];
  const take = (name: string, value: unknown): void => {
    if (value instanceof z.ZodType) parts.push([name, value]);
  };
  if (definition.type === 'object') {
    for (const [name, part] of Object.entries(definition.shape as Record<string, unknown>)) take(name, part);
  }
  for (const key of ['element', 'innerType', 'in', 'out', 'left', 'right', 'keyType', 'valueType', 'rest'])
    take('', definition[key]);
  for (const key of ['options', 'items']) {
    for (const part of Array.isArray(definition[key]) ? definition[key] : []) take('', part);
  }
  if (definition.type === 'lazy' && typeof definition.getter === 'function') take('', definition.getter());
  return parts;
}
