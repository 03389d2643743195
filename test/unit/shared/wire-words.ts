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

/**
 * Every string of a schema that is not an enumeration, a literal, a pattern, a
 * known format or `freeText` with its reason; and every part that would let
 * anything through (any, unknown, objects that take keys nobody named).
 */
export function looseWords(schema: z.ZodType, at: string): LooseWords[] {
  return walk(schema, at, new Set());
}

function walk(schema: z.ZodType, at: string, above: ReadonlySet<z.ZodType>): LooseWords[] {
  if (above.has(schema)) return [];
  const inside = new Set([...above, schema]);
  const definition = definitionOf(schema);
  if (definition.type === 'string' && isReasoned(schema)) return [];
  const faults = ownFault(definition).map((why) => ({ at, why }));
  return [
    ...faults,
    ...partsOf(definition).flatMap(([name, part]) => walk(part, name === '' ? at : `${at}.${name}`, inside)),
  ];
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

function isReasoned(schema: z.ZodType): boolean {
  const reason = z.globalRegistry.get(schema)?.freeText;
  return typeof reason === 'string' && reason.length > 5;
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

function ownFault(definition: Definition): string[] {
  if (definition.type === 'string') return isBounded(definition) ? [] : ['a string without a pattern or a reason'];
  if (definition.type === 'object') {
    const rest = definition.catchall instanceof z.ZodType ? definitionOf(definition.catchall).type : 'strip';
    return rest === 'never' ? [] : [`an object that lets unnamed keys pass (${rest})`];
  }
  if (definition.type === 'transform') return [];
  if (harmless.includes(definition.type) || containers.includes(definition.type)) return [];
  return [`a part of type ${definition.type}, which lets anything pass`];
}

/** A format (uuid, ipv4, datetime …) or a pattern of its own. A length alone bounds nothing. */
function isBounded(definition: Definition): boolean {
  if (definition.format !== undefined) return true;
  const checks = Array.isArray(definition.checks) ? definition.checks : [];
  return checks.some((check: { _zod: { def: { check: string } } }) => check._zod.def.check === 'string_format');
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
