import { resolve } from 'node:path';
import { z } from 'zod';
import { type ConfigTable, readConfigTable } from '../shared/config-table.ts';
import { type LogLevel, logLevels } from '../shared/log.ts';

/** Everything the server can be told from outside. One row a key: its variable, meaning, default and schema. */
export interface Config {
  dataFolder: string;
  peopleHost: string;
  peoplePort: number;
  agentHost: string;
  agentPort: number;
  /** The address devices reach this server by; undefined: this machine's own on its network. */
  address: string | undefined;
  /** Address of the TLS proxy in front of the dashboard; undefined: none, nobody's forwarded headers are believed. */
  trustedProxy: string | undefined;
  databaseUrl: string;
  logLevel: LogLevel;
}

const port = z.coerce
  .number('must be a port number from 1 to 65535')
  .int('must be a whole number')
  .min(1, 'must be 1 or more')
  .max(65_535, 'must be 65535 or less');
const host = z.string().regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an IP address');

export const configTable = {
  HOMETIME_DATA: {
    fallback: './data',
    meaning: 'folder for the database, keys and certificates',
    schema: z.string().min(1, 'must name a folder'),
  },
  HOMETIME_PEOPLE_PORT: { fallback: '8080', meaning: 'port of the dashboard and REST', schema: port },
  HOMETIME_PEOPLE_HOST: {
    fallback: '127.0.0.1',
    meaning: 'address the dashboard listens on; it speaks plain HTTP, so put a TLS proxy in front before you widen it',
    schema: host,
  },
  HOMETIME_AGENT_PORT: { fallback: '8443', meaning: 'port for the agents, over mutual TLS', schema: port },
  HOMETIME_AGENT_HOST: { fallback: '0.0.0.0', meaning: 'address the agents’ port listens on', schema: host },
  HOMETIME_ADDRESS: {
    fallback: '',
    meaning: 'host name or address written into enrolment links (default: this computer’s own on its network)',
    schema: z.union([z.literal(''), host], 'must be a host name or an IP address'),
  },
  HOMETIME_PROXY: {
    fallback: '',
    meaning:
      'address of the TLS proxy in front of the dashboard, such as 127.0.0.1; only its X-Forwarded headers are believed',
    schema: z.union([z.literal(''), z.ipv4(), z.ipv6()], 'must be an IP address, such as 127.0.0.1'),
  },
  HOMETIME_DATABASE_URL: {
    fallback: '',
    meaning: 'sqlite:PATH (default: hometime.db in the data folder)',
    schema: z.union([z.literal(''), z.string().regex(/^sqlite:.+/)], 'must be sqlite:PATH'),
  },
  HOMETIME_LOG_LEVEL: {
    fallback: 'info',
    meaning: logLevels.join(', '),
    schema: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`),
  },
} as const satisfies ConfigTable;

/**
 * Reads the settings from environment variables; `dataFolder` from the command
 * line goes before HOMETIME_DATA. Throws ConfigError with every fault at once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, dataFolder?: string): Config {
  const saidOf = (name: string) =>
    name === 'HOMETIME_DATA' && dataFolder !== undefined
      ? { text: dataFolder, where: '--data' }
      : { text: env[name], where: name };
  const values = readConfigTable(configTable, saidOf, (read) =>
    read.HOMETIME_PEOPLE_PORT !== undefined && read.HOMETIME_PEOPLE_PORT === read.HOMETIME_AGENT_PORT
      ? ['HOMETIME_PEOPLE_PORT and HOMETIME_AGENT_PORT are the same: give each its own']
      : [],
  );
  const data = resolve(values.HOMETIME_DATA);
  return {
    dataFolder: data,
    peopleHost: values.HOMETIME_PEOPLE_HOST,
    peoplePort: values.HOMETIME_PEOPLE_PORT,
    agentHost: values.HOMETIME_AGENT_HOST,
    agentPort: values.HOMETIME_AGENT_PORT,
    address: values.HOMETIME_ADDRESS || undefined,
    trustedProxy: values.HOMETIME_PROXY || undefined,
    databaseUrl: values.HOMETIME_DATABASE_URL || `sqlite:${resolve(data, 'hometime.db')}`,
    logLevel: values.HOMETIME_LOG_LEVEL,
  };
}
