import type { z } from 'zod';
import { type ErrorCode, errorAnswerSchema, StatedError } from '../../../../shared/api/errors.ts';
import {
  type AnswerOf,
  apiPrefix,
  type Route,
  type RouteName,
  routes,
  type SentBodyOf,
} from '../../../../shared/api/routes.ts';

type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;
type ParametersOf<Name extends RouteName> = Record<ParameterOf<(typeof routes)[Name]['path']>, string>;
type SentQueryOf<Name extends RouteName> = (typeof routes)[Name] extends { query: infer Query extends z.ZodType }
  ? z.input<Query>
  : undefined;

/** What a call of a route needs: its parameters, its query, its body; and nothing that the route does not take. */
export type Sent<Name extends RouteName> = ([ParameterOf<(typeof routes)[Name]['path']>] extends [never]
  ? { params?: undefined }
  : { params: ParametersOf<Name> }) &
  (SentQueryOf<Name> extends undefined
    ? { query?: undefined }
    : { query?: Partial<Record<keyof SentQueryOf<Name> & string, string | number>> }) &
  ((typeof routes)[Name] extends { upload: object } ? { file: Blob } : { file?: undefined }) &
  (SentBodyOf<Name> extends undefined ? { body?: undefined } : { body: SentBodyOf<Name> });

/** The server could not be asked, or answered something that is not of the contract. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Routes whose answer the page reads; a file is downloaded by its address instead. */
export type ReadRoute = {
  [Name in RouteName]: (typeof routes)[Name]['answer'] extends z.ZodType ? Name : never;
}[RouteName];

/** Calls one route of the contract. Throws the server's `StatedError`, or `UnreachableError`. */
export type Call = <Name extends ReadRoute>(name: Name, sent: Sent<Name>) => Promise<AnswerOf<Name>>;

interface AnySent {
  params?: Record<string, string> | undefined;
  query?: Record<string, unknown> | undefined;
  body?: unknown;
  /** Sent as it is, in the place of a body. */
  file?: Blob | undefined;
}

interface Parts {
  fetch: typeof fetch;
  /** The token of the present session; undefined when nobody is signed in. */
  csrfToken: () => string | undefined;
  /** The server no longer knows who asks. */
  onSignedOut: () => void;
  /** Nothing more may be done before the account has its second factor. */
  onSecondFactorRequired: (sentence: string) => void;
  /** Asks the person for the password again; false: they would not. */
  confirm: () => Promise<boolean>;
}

/** A call that needs the password again asks for it and is repeated, once. */
export function createCall({ fetch, csrfToken, onSignedOut, onSecondFactorRequired, confirm }: Parts): Call {
  const send = async (route: Route, sent: AnySent): Promise<unknown> => {
    const answer = await ask(fetch, addressOf(route, sent.params, sent.query), {
      method: route.method.toUpperCase(),
      headers: headersOf(route, csrfToken(), sent),
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      ...(sent.file === undefined ? {} : { body: sent.file }),
    });
    if (answer.ok) return answer.json;
    const error = statedError(answer.json);
    if (isCode(error, 'not-signed-in')) onSignedOut();
    if (isCode(error, 'second-factor-required')) onSecondFactorRequired(error.message);
    throw error;
  };
  const sendConfirmed = async (route: Route, sent: AnySent): Promise<unknown> => {
    try {
      return await send(route, sent);
    } catch (error) {
      if (!isCode(error, 'confirm-password')) throw error;
    }
    if (await confirm()) return send(route, sent);
    throw new StatedError('confirm-password', 'Your password was not given again, so nothing was done.');
  };
  return async (name, sent) => {
    const json = await sendConfirmed(routes[name], sent);
    const answer: z.ZodType = routes[name].answer;
    const parsed = answer.safeParse(json);
    if (!parsed.success)
      throw new UnreachableError(
        'The server’s answer could not be read. Reload the page; it may be newer than this page.',
        { cause: parsed.error },
      );
    // The table that types the answer is the one whose schema just parsed it.
    return parsed.data as AnswerOf<typeof name>;
  };
}

/** Where a file is downloaded from: the browser asks for it by itself, with the session's cookie. */
export function addressOfFile(
  name: Exclude<RouteName, ReadRoute>,
  query: Record<string, string>,
  params?: Record<string, string>,
): string {
  return addressOf(routes[name], params, query);
}

export function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof StatedError && error.code === code;
}

/** The sentence of whatever a call threw. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong. Try again.';
}

function addressOf(
  route: Route,
  params: Record<string, string> | undefined,
  query: Record<string, unknown> | undefined,
) {
  const path = route.path.replace(/\{(\w+)\}/g, (_whole, key: string) => encodeURIComponent(params?.[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(key, String(value));
  return `${apiPrefix}${path}${search.size > 0 ? `?${search}` : ''}`;
}

function headersOf(route: Route, csrfToken: string | undefined, { body, file }: AnySent): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (file !== undefined) headers['content-type'] = 'application/octet-stream';
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (route.method !== 'get' && csrfToken !== undefined) headers['x-csrf-token'] = csrfToken;
  return headers;
}

async function ask(fetch: Parts['fetch'], address: string, init: RequestInit): Promise<{ ok: boolean; json: unknown }> {
  try {
    const response = await fetch(address, { ...init, credentials: 'same-origin', cache: 'no-store' });
    const json: unknown = await response.json();
    return { ok: response.ok, json };
  } catch (cause) {
    throw new UnreachableError('The server cannot be reached. Check that it runs and that you are on its network.', {
      cause,
    });
  }
}

function statedError(json: unknown): Error {
  const parsed = errorAnswerSchema.safeParse(json);
  if (!parsed.success) return new UnreachableError('The server’s answer could not be read. Reload the page.');
  const { code, message, fields } = parsed.data.error;
  return new StatedError(code, message, fields === undefined ? {} : { fields });
}
