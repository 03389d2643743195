import type { z } from 'zod';

/** One thing a program can be told from outside, under the name of its environment variable. */
interface ConfigKey {
  /** What holds when nothing is said. */
  fallback: string;
  /** For `--help` and the README. */
  meaning: string;
  schema: z.ZodType;
  /** What was said is never repeated: a password stands in it. */
  secret?: true;
}

export type ConfigTable = Readonly<Record<string, ConfigKey>>;
export type ConfigValues<Table extends ConfigTable> = { [Name in keyof Table]: z.infer<Table[Name]['schema']> };

/** What was said, and where, for the fault's sentence. */
interface Said {
  text: string | undefined;
  /** The variable, or the option that goes before it. */
  where: string;
}

/** Wrong settings, every one of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config-not-valid';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The settings are not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads every key of a table; then `check` may find what is wrong between them.
 * Throws ConfigError with every fault at once.
 */
export function readConfigTable<Table extends ConfigTable>(
  table: Table,
  saidOf: (name: string) => Said,
  check: (values: Partial<ConfigValues<Table>>) => string[],
): ConfigValues<Table> {
  const faults: string[] = [];
  const values: Partial<ConfigValues<Table>> = {};
  for (const [name, { fallback, schema, secret }] of Object.entries(table)) {
    const { text, where } = saidOf(name);
    const parsed = schema.safeParse(text ?? fallback);
    if (parsed.success) Object.assign(values, { [name]: parsed.data });
    else
      faults.push(
        `${where}${secret ? '' : ` is "${text}"`}: ${parsed.error.issues.map((issue) => issue.message).join(', ')}`,
      );
  }
  faults.push(...check(values));
  if (faults.length > 0) throw new ConfigError(faults);
  // No fault: every key of the table was read.
  return values as ConfigValues<Table>;
}

/** One line of `--help` for each key. */
export function describeConfigTable(table: ConfigTable): string {
  return Object.entries(table)
    .map(
      ([name, { fallback, meaning }]) =>
        `  ${name.padEnd(24)}${meaning}${fallback === '' ? '' : ` (default: ${fallback})`}`,
    )
    .join('\n');
}
