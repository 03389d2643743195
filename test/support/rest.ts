import { apiPrefix } from '../../shared/api/routes.ts';

/** An answer of the REST part, its body parsed from JSON and nothing more: tests look at what really travels. */
export interface RestAnswer {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface Rest {
  get(path: string): Promise<RestAnswer>;
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<RestAnswer>;
}

/** A client of the people's listener with a token. `base` like `http://127.0.0.1:8080`. */
export function createRest(base: string, token?: string): Rest {
  const call = async (method: string, path: string, body?: unknown): Promise<RestAnswer> => {
    const answer = await fetch(`${base}${apiPrefix}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
  };
  return { get: (path) => call('GET', path), send: call };
}
