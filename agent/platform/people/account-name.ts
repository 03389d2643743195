import { accountNameSchema } from '../../../shared/names.ts';

/**
 * The name a person travels under. Accounts of a Windows domain are written
 * `DOMAIN\name`, which no report may hold: they become `name@DOMAIN`.
 * DANGER: never the bare name. It would pass for the local account of that name,
 * which may be another person's. undefined: it cannot be named in a report.
 */
export function accountName(name: string): string | undefined {
  const match = /^([^\\]+)\\([^\\]+)$/.exec(name);
  const parsed = accountNameSchema.safeParse(match === null ? name : `${match[2]}@${match[1]}`);
  return parsed.success ? parsed.data : undefined;
}
