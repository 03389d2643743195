import { z } from 'zod';
import type { Role } from '../people.ts';

/** One REST route under `/api/v1`: the server mounts it, the dashboard calls it, OpenAPI lists it, all from here. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `{name}` for parameters, as OpenAPI writes it. */
  path: `/${string}`;
  summary: string;
  /** Roles that may call it; `nobody-needed`: no sign-in. Every route states its rule. */
  who: readonly Role[] | 'nobody-needed';
  /**
   * The person's password was given again within the last five minutes (`POST /session/confirm`);
   * API tokens, which have none, are refused. A route without it may still ask for it by what is in the body.
   */
  confirmed?: true;
  /** May be called by an administrator whose second factor is overdue: what concerns their own account. */
  withoutSecondFactor?: true;
  /** Has a limit of its own on how often it is called: what floods other routes must not silence this one. */
  limitsItself?: true;
  /** Who asks is not looked at, though a browser sends its sign-in along: that it was used then would tell who reported. */
  unseen?: true;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The body is a file as it is, sent as `application/octet-stream`, and read by the handler itself. */
  upload?: { maxBytes: number };
  status: 200 | 201 | 202;
  /** `download`: a file as text, with its own content type. */
  answer: z.ZodType | 'download';
}

export const roles = {
  everyone: ['manager', 'deputy', 'administrator', 'safeguarding-lead', 'staff', 'committee'],
  /** Those who see people's names, incidents and records. */
  readers: ['manager', 'deputy', 'administrator', 'safeguarding-lead', 'committee'],
  /** Those who change the fleet's names and give harmless orders. */
  leaders: ['manager', 'deputy', 'administrator'],
  administrator: ['administrator'],
  safeguardingLead: ['safeguarding-lead'],
} as const satisfies Record<string, readonly Role[]>;

export const emptySchema = z.strictObject({});
