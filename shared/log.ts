import { createLogger, format, transports } from 'winston';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The fields an event may carry. A log of sessions and photo counts must not
 * spill either: what is not listed here cannot be logged. `error` is the
 * message of an error of ours or of the system.
 */
export interface LogFields {
  deviceId?: string;
  commandId?: string;
  incidentId?: string;
  settingId?: string;
  section?: string;
  state?: string;
  kind?: string;
  code?: string;
  reason?: string;
  error?: string;
  address?: string;
  port?: number;
  method?: string;
  route?: string;
  status?: number;
  ms?: number;
  count?: number;
  sequence?: number;
  epoch?: number;
  version?: string;
}

/** One event, a stable name in noun-verb form, with allowed fields. */
export type Log = { readonly [Level in LogLevel]: (event: string, fields?: LogFields) => void };

/** One line of JSON an event on standard error; standard output belongs to what commands answer. */
export function createLog(level: LogLevel, part: 'server' | 'agent'): Log {
  const logger = createLogger({
    level,
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console({ stderrLevels: [...logLevels] })],
  });
  const at = (name: LogLevel) => (event: string, fields?: LogFields) => {
    logger.log({ level: name, message: event, part, ...fields });
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** For tests and one-shot commands that must not speak. */
export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The same as far as nothing is quoted in it: errors of the system name the file, those of parsers
 * the text. For whatever goes through people's own files, whose names no log may hold.
 */
export function unquotedMessageOf(error: unknown): string {
  const [unquoted = ''] = messageOf(error).split(/['"`‘“\\]|(?<!\w)\//, 1);
  const words = unquoted.trim();
  return words === '' && error instanceof Error ? error.name : words;
}
