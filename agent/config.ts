import { resolve } from 'node:path';
import { z } from 'zod';
import { type LogLevel, logLevels } from '../shared/log.ts';

/** Everything the agent can be told from outside. */
export interface Config {
  dataFolder: string;
  /** A folder that plays the device; undefined: this computer itself. */
  simulatedFolder: string | undefined;
  logLevel: LogLevel;
}

/** What the command line says; it goes before the environment. */
export interface ConfigOptions {
  data?: string;
  simulate?: string;
}

const folder = z
  .string()
  .min(1, 'must name a folder')
  .refine((text) => !text.includes('\0'), 'must name a folder');

/** Every environment variable: its meaning, default and schema. */
export const configTable = [
  {
    env: 'HOMETIME_DATA',
    option: 'data',
    fallback: './data/agent',
    meaning: 'folder for the identity, the unsent reports and the journal of orders',
    schema: folder,
  },
  {
    env: 'HOMETIME_LOG_LEVEL',
    option: undefined,
    fallback: 'info',
    meaning: logLevels.join(', '),
    schema: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`),
  },
] as const;

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

const configSchema = z.object({
  HOMETIME_DATA: z.string(),
  HOMETIME_LOG_LEVEL: z.enum(logLevels),
});

/** Reads the settings. Throws ConfigError with every fault at once. `isFolder` looks at the disk. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: ConfigOptions,
  isFolder: (path: string) => boolean,
): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const { env: name, option, fallback, schema } of configTable) {
    const said = option === undefined ? undefined : options[option];
    const given = said ?? env[name] ?? fallback;
    const parsed = schema.safeParse(given);
    const where = said === undefined ? name : `--${option}`;
    if (parsed.success) values[name] = parsed.data;
    else faults.push(`${where} is "${given}": ${parsed.error.issues.map((issue) => issue.message).join(', ')}`);
  }
  const { simulate } = options;
  if (simulate !== undefined && !isFolder(simulate)) {
    faults.push(`--simulate is "${simulate}": must be a folder with a device.json in it`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  const { HOMETIME_DATA, HOMETIME_LOG_LEVEL } = configSchema.parse(values);
  return {
    dataFolder: resolve(HOMETIME_DATA),
    simulatedFolder: simulate === undefined ? undefined : resolve(simulate),
    logLevel: HOMETIME_LOG_LEVEL,
  };
}
