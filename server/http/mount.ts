import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { fieldFaults, StatedError } from '../../shared/api/errors.ts';
import { type Download, type Route, type RouteName, routes } from '../../shared/api/routes.ts';
import type { Asker, SignedIn } from './asker.ts';
import { requireConfirmed, secondFactorRequired } from './confirmed.ts';
import { sendDownload } from './download.ts';
import type { Handlers } from './handlers.ts';

/** Who asks, and the session when they came with a cookie. */
interface Authenticated {
  asker: Asker;
  session?: SignedIn;
}

/** Finds who is behind a request, and refuses a cookie's request that lacks its CSRF token. */
export interface Gatekeeper {
  authenticate(headers: Request['headers']): Promise<Authenticated | undefined>;
  checkCsrf(request: Request, from: Authenticated): Promise<void>;
}

/** What a handler gets, before the types of its own route narrow it. */
interface AnyAsked {
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  asker: Asker | undefined;
  session: SignedIn | undefined;
  http: { request: Request; response: Response };
}

/**
 * Mounts every route of the contract: who may call it and with what proof, then
 * the shapes of query and body, then its handler. A handler never
 * sees a request that its route does not allow.
 */
export function mountRoutes(handlers: Handlers, gatekeeper: Gatekeeper, limitTries: RequestHandler): Router {
  const router = Router();
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name];
    const isLimited = route.who === 'nobody-needed' && route.method !== 'get' && route.limitsItself !== true;
    const guards = isLimited ? [limitTries] : [];
    // The table's types tie each handler to its route; inside this loop only the common shape is left of them.
    const handle = handlers[name] as (asked: AnyAsked) => Promise<unknown>;
    router[route.method](expressPath(route.path), ...guards, async (request, response) => {
      const { asker, session } = await admit(route, request, gatekeeper);
      mustBeOfKind(route, request);
      const answer = await handle({
        params: request.params as Record<string, string>,
        query: parsed(route.query, request.query, 'query'),
        body: parsed(route.body, request.body, 'body'),
        asker,
        session,
        http: { request, response },
      });
      // The table's types say which answers are files.
      if (route.answer === 'download') await sendDownload(response, route.status, answer as Download);
      else response.status(route.status).json(answer);
    });
  }
  for (const [path, allowed] of methodsByPath()) router.all(path, otherMethod(allowed));
  return router;
}

/** The methods of each path, as Express writes it. */
function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of Object.values<Route>(routes)) {
    const known = methods.get(expressPath(path));
    if (known === undefined) methods.set(expressPath(path), [method.toUpperCase()]);
    else known.push(method.toUpperCase());
  }
  return methods;
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** There is such a path, and nothing of it can be asked for in this way. */
function otherMethod(allowed: readonly string[]): RequestHandler {
  return ({ method }, response, next) => {
    if (method === 'OPTIONS') return next();
    response.set('Allow', allowed.join(', '));
    const text = `${method} is not what this path takes. It takes ${allowed.join(', ')}.`;
    throw new StatedError('method-not-allowed', text);
  };
}

/** A file comes as bytes to where one is wanted, and nowhere else; forms of other sites can post neither. */
function mustBeOfKind({ upload }: Route, request: Request): void {
  const isFile = request.is('application/octet-stream') !== false && request.is('application/octet-stream') !== null;
  if (upload === undefined && isFile) throw new StatedError('not-json', 'Send the body as JSON, not as a file.');
  if (upload !== undefined && !isFile)
    throw new StatedError('not-valid', 'Send the file itself, with the header Content-Type: application/octet-stream.');
}

async function admit(route: Route, request: Request, gatekeeper: Gatekeeper): Promise<Partial<Authenticated>> {
  if (route.unseen === true) return {};
  const found = await gatekeeper.authenticate(request.headers);
  if (route.who === 'nobody-needed') return found ?? {};
  if (found === undefined) {
    throw new StatedError('not-signed-in', 'Sign in first, or send a token as Authorization: Bearer.');
  }
  await gatekeeper.checkCsrf(request, found);
  if (!route.who.includes(found.asker.role)) {
    throw new StatedError('forbidden', `Your role (${found.asker.role}) may not do this. Ask an administrator.`);
  }
  if (found.session?.secondFactor.overdue === true && route.withoutSecondFactor !== true) throw secondFactorRequired();
  if (route.confirmed === true) requireConfirmed(found);
  return found;
}

function parsed(schema: z.ZodType | undefined, value: unknown, what: 'query' | 'body'): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const fields = fieldFaults(result.error);
  const named = Object.entries(fields).map(([field, fault]) => `${field}: ${fault}`);
  throw new StatedError('not-valid', `The ${what} is not valid (${named.join('; ')}). Correct it and send it again.`, {
    fields,
  });
}
