import { resolve } from 'node:path';
import { z } from 'zod';
import { type CommandKind, commandKindSchema } from '../shared/command/kinds.ts';
import { type ConfigTable, readConfigTable } from '../shared/config-table.ts';
import { type LogLevel, logLevels } from '../shared/log.ts';

/** Everything the agent can be told from outside. */
export interface Config {
  dataFolder: string;
  /** A folder that plays the device; undefined: this computer itself. */
  simulatedFolder: string | undefined;
  logLevel: LogLevel;
  /** Kinds of command that this agent refuses, whoever orders them. */
  forbids: CommandKind[];
  /** The account that a lock never refuses, beside root. */
  breakGlass: string;
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
export const configTable = {
  HOMETIME_DATA: {
    fallback: './data/agent',
    meaning: 'folder for the identity, the unsent reports and the journal of orders',
    schema: folder,
  },
  HOMETIME_FORBID: {
    fallback: '',
    meaning: `orders this device refuses, with commas between: ${commandKindSchema.options.join(', ')}`,
    schema: z
      .string()
      .transform((text) => text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])))
      .pipe(z.array(z.enum(commandKindSchema.options, 'must name orders, with commas between: wipe,clear-photos'))),
  },
  HOMETIME_BREAK_GLASS: {
    fallback: 'hometime-rescue',
    meaning:
      'account that a lock never refuses, beside root; it need not exist, but on Windows must be an administrator’s',
    schema: z.string().regex(/^[A-Za-z_][\w.-]{0,31}$/, 'must be the name of an account: letters, digits, "." "_" "-"'),
  },
  HOMETIME_LOG_LEVEL: {
    fallback: 'info',
    meaning: logLevels.join(', '),
    schema: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`),
  },
} as const satisfies ConfigTable;

/** Reads the settings. Throws ConfigError with every fault at once. `isFolder` looks at the disk. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  { data, simulate }: ConfigOptions,
  isFolder: (path: string) => boolean,
): Config {
  const saidOf = (name: string) =>
    name === 'HOMETIME_DATA' && data !== undefined ? { text: data, where: '--data' } : { text: env[name], where: name };
  const values = readConfigTable(configTable, saidOf, () =>
    simulate === undefined || isFolder(simulate)
      ? []
      : [`--simulate is "${simulate}": must be a folder with a device.json in it`],
  );
  return {
    dataFolder: resolve(values.HOMETIME_DATA),
    simulatedFolder: simulate === undefined ? undefined : resolve(simulate),
    logLevel: values.HOMETIME_LOG_LEVEL,
    forbids: [...new Set(values.HOMETIME_FORBID)],
    breakGlass: values.HOMETIME_BREAK_GLASS,
  };
}
