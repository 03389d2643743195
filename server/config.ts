import { resolve } from 'node:path';
import { z } from 'zod';
import { type ConfigTable, type ConfigValues, readConfigTable } from '../shared/config-table.ts';
import { type LogLevel, logLevels } from '../shared/log.ts';
import { readSmtpUrl, type SmtpTarget } from './notify/smtp.ts';
import { type Network, readNetworks } from './notify/webhook-target.ts';

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
  /** Where people open the dashboard, without a slash at its end: links in e-mails begin with it. */
  peopleUrl: string;
  /** How e-mail is sent; undefined: it is not. */
  mail: { smtp: SmtpTarget; from: string } | undefined;
  /** Networks of one's own that webhooks may reach beside the internet. */
  webhookNetworks: readonly Network[];
  /** This server stands in the setting's building, and answers there as a beacon. */
  beacon: boolean;
  logLevel: LogLevel;
}

const port = z.coerce
  .number('must be a port number from 1 to 65535')
  .int('must be a whole number')
  .min(1, 'must be 1 or more')
  .max(65_535, 'must be 65535 or less');
const host = z.string().regex(/^[A-Za-z0-9.:-]+$/, 'must be a host name or an IP address');

/** A text that a function reads, which throws an Error with a sentence when it cannot. */
function readBy<Value>(read: (text: string) => Value) {
  return z.string().transform((text, context) => {
    try {
      return text === '' ? undefined : read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
      return z.NEVER;
    }
  });
}

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
  HOMETIME_BEACON: {
    fallback: 'off',
    meaning:
      'on, where this server stands in the setting’s own building: it then proves to devices that they are there (UDP port 8447)',
    schema: z.enum(['on', 'off'], 'must be on or off'),
  },
  HOMETIME_DATABASE_URL: {
    fallback: '',
    meaning: 'sqlite:PATH (default: hometime.db in the data folder)',
    schema: z.union([z.literal(''), z.string().regex(/^sqlite:.+/)], 'must be sqlite:PATH'),
  },
  HOMETIME_PEOPLE_URL: {
    fallback: '',
    meaning: 'address people open the dashboard by, for links in e-mails (default: http://localhost and the port)',
    schema: z.union(
      [z.literal(''), z.url({ protocol: /^https?$/ })],
      'must be a web address such as https://hometime.example',
    ),
  },
  HOMETIME_SMTP_URL: {
    fallback: '',
    meaning: 'mail server: smtps://NAME:PASSWORD@HOST, or smtp:// for STARTTLS (default: no e-mail is sent)',
    schema: readBy(readSmtpUrl),
    secret: true,
  },
  HOMETIME_MAIL_FROM: {
    fallback: '',
    meaning: 'address e-mails come from, such as hometime@nursery.example; needed with HOMETIME_SMTP_URL',
    schema: z.union([z.literal(''), z.email()], 'must be an e-mail address'),
  },
  HOMETIME_WEBHOOK_NETWORKS: {
    fallback: '',
    meaning: 'own networks that webhooks may reach, such as 192.168.1.20/32 (default: the internet only)',
    schema: readBy(readNetworks),
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
  const values = readConfigTable(configTable, saidOf, faultsBetween);
  const { HOMETIME_SMTP_URL: smtp, HOMETIME_MAIL_FROM: from } = values;
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
    beacon: values.HOMETIME_BEACON === 'on',
    peopleUrl: (values.HOMETIME_PEOPLE_URL || `http://localhost:${values.HOMETIME_PEOPLE_PORT}`).replace(/\/+$/, ''),
    mail: smtp === undefined ? undefined : { smtp, from },
    webhookNetworks: values.HOMETIME_WEBHOOK_NETWORKS ?? [],
    logLevel: values.HOMETIME_LOG_LEVEL,
  };
}

/** What is right by itself and wrong together. */
function faultsBetween(read: Partial<ConfigValues<typeof configTable>>): string[] {
  return [
    ...(read.HOMETIME_PEOPLE_PORT !== undefined && read.HOMETIME_PEOPLE_PORT === read.HOMETIME_AGENT_PORT
      ? ['HOMETIME_PEOPLE_PORT and HOMETIME_AGENT_PORT are the same: give each its own']
      : []),
    ...(read.HOMETIME_SMTP_URL !== undefined && read.HOMETIME_MAIL_FROM === ''
      ? ['HOMETIME_SMTP_URL needs HOMETIME_MAIL_FROM: say from which address e-mails come']
      : []),
  ];
}
