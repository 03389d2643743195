import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { extname, join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { StatedError } from '../../shared/api/errors.ts';
import { apiPrefix, routes } from '../../shared/api/routes.ts';
import type { Log } from '../../shared/log.ts';
import { errorAnswers, nothingHere, refuse } from './answers.ts';
import type { Handlers } from './handlers.ts';
import { type Gatekeeper, mountRoutes } from './mount.ts';
import { openApiDocument } from './openapi.ts';

interface WebParts {
  handlers: Handlers;
  gatekeeper: Gatekeeper;
  /** Whether what is sent can be stored: /readyz. */
  ready: () => Promise<boolean>;
  /** Address of the TLS proxy in front, which may say who asks and whether the way was secure; nobody else may. */
  trustedProxy: string | undefined;
  /** The built dashboard's folder. */
  dashboardFolder: string;
  version: string;
  log: Log;
}

/** Tries a minute from one address on the routes that need no sign-in; sign-in has its own finer throttle. */
const triesPerMinute = 120;

/** Everything the people's listener answers over HTTP. */
export function createWeb({
  handlers,
  gatekeeper,
  ready,
  trustedProxy,
  dashboardFolder,
  version,
  log,
}: WebParts): Express {
  const app = express();
  app.disable('x-powered-by');
  // Answers are never stored, so nobody comes back with the digest of one; the page's files have theirs from express.static.
  app.disable('etag');
  app.set('trust proxy', trustedProxy ?? false);
  app.use(securityHeaders());
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  app.get('/readyz', async (_request, response) => {
    if (await ready()) response.json({ ok: true });
    else
      refuse(response, {
        code: 'storage-failed',
        message:
          'The server cannot store anything: its database does not answer or its disk is full. Its log says more.',
      });
  });
  app.get('/api/openapi.json', (_request, response) => {
    response.json(openApiDocument(version));
  });
  app.use('/api', noStore, jsonOnly);
  // Orders to many name each device that was ticked or found: twenty thousand ids.
  app.use(`${apiPrefix}${routes.orderBatch.path}`, express.json({ limit: '1mb', strict: true }));
  app.use('/api', express.json({ limit: '256kb', strict: true }));
  app.use(apiPrefix, mountRoutes(handlers, gatekeeper, limitTries()));
  app.use('/api', nothingHere);
  app.use(dashboard(dashboardFolder));
  app.use(nothingHere);
  app.use(errorAnswers(log));
  return app;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** A form of another site can post text or form fields without asking, but never JSON nor plain bytes: what is neither is refused unread, and bytes go to the routes that take a file. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  const empty = request.headers['content-length'] === '0';
  if (!empty && request.is(['application/json', 'application/octet-stream']) === false) {
    throw new StatedError('not-json', 'Send the body as JSON, with the header Content-Type: application/json.');
  }
  next();
};

/** Nothing but this origin's own files: no inline script, no inline style, no data URLs (the dashboard's README says what that asks of it). */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Only meaningful over TLS, where the proxy that ends it sets it.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

function limitTries(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: triesPerMinute,
    keyGenerator: (request) => addressKey(request.ip),
    validate: false,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) => {
      refuse(response, {
        code: 'too-many-tries',
        message: 'Too many tries from this address. Wait a minute, then try again.',
      });
    },
  });
}

/** One key for an IPv6 site, one for all whose address cannot be told. */
function addressKey(address: string | undefined): string {
  return address !== undefined && isIP(address) !== 0 ? ipKeyGenerator(address) : 'unknown';
}

/** The built pages; any path that is not a file is the one page, which knows its own routes. */
function dashboard(folder: string): RequestHandler {
  const router = express.Router();
  router.use(express.static(folder, { index: false, maxAge: '1h', immutable: false }));
  router.get('/{*path}', (request, response, next) => {
    const page = join(folder, 'index.html');
    // A missing script answered with the page would be run as one.
    if (extname(request.path) !== '' || !existsSync(page)) next();
    else response.set('Cache-Control', 'no-cache').sendFile(page);
  });
  return router;
}
