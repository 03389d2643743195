import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ErrorCode, errorCatalogue, fieldFaults, StatedError } from '../../shared/api/errors.ts';
import { type EnrolmentRequest, enrolmentRequestSchema } from '../../shared/enrolment.ts';
import type { Clock } from '../../shared/instant.ts';
import { type Log, messageOf } from '../../shared/log.ts';
import type { Enrolment } from './enrolment.ts';
import { createRefusedTries, type RefusedTries } from './refused-tries.ts';

const bodyLimitBytes = 32_768;
const bodyTimeoutMs = 10_000;

/** Refusals that may be somebody trying links; a link opened in a browser by mistake must not lock a nursery out. */
const guesses: ReadonlySet<ErrorCode> = new Set([
  'link-unknown',
  'link-used',
  'link-expired',
  'wrong-device',
  'certificate-request-not-valid',
]);

interface EndpointParts {
  enrolment: Pick<Enrolment, 'enrol'>;
  clock: Clock;
  log: Log;
}

/**
 * Answers plain requests on the agents' listener: `POST /enrol`, and the one
 * error shape for everything else. Never throws and never rejects: it serves
 * anyone who reaches the port.
 */
export function createEnrolEndpoint(parts: EndpointParts): RequestListener {
  const tries = createRefusedTries(parts.clock);
  return (request, response) => {
    // A caller that goes away while it is answered is no event.
    response.on('error', () => {});
    request.on('error', () => {});
    answer(parts, tries, request, response).catch((error: unknown) => {
      parts.log.error('enrol-endpoint.failed', { error: messageOf(error) });
      response.destroy();
    });
  };
}

async function answer(
  parts: EndpointParts,
  tries: RefusedTries,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = request.socket.remoteAddress ?? 'unknown';
  try {
    refuseWrongRoute(request, response);
    refuseTooMany(tries, address, response);
    const grant = await parts.enrolment.enrol(await readRequest(request), address);
    send(response, 200, grant);
  } catch (error) {
    const stated = error instanceof StatedError ? error : failure(parts.log, error);
    const status = errorCatalogue[stated.code];
    if (guesses.has(stated.code)) tries.count(address);
    parts.log.info('enrol-request.refused', { address, code: stated.code, status });
    // What is left of the body is not read, so the connection cannot be used again.
    response.setHeader('Connection', 'close');
    send(response, status, { error: stated.body() });
  }
}

function refuseWrongRoute(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0];
  if (path !== '/enrol') {
    throw new StatedError('not-found', 'There is only POST /enrol here. The dashboard has an address of its own.');
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new StatedError(
      'method-not-allowed',
      'An enrolment link is not opened in a browser: on the device, run hometime-agent enrol with the link in quotes.',
    );
  }
}

function refuseTooMany(tries: RefusedTries, address: string, response: ServerResponse): void {
  const seconds = tries.waitSeconds(address);
  if (seconds === 0) return;
  response.setHeader('Retry-After', String(seconds));
  throw new StatedError(
    'too-many-tries',
    `Too many refused tries from this address. Wait ${Math.ceil(seconds / 60)} minutes, then try again with a good link.`,
  );
}

async function readRequest(request: IncomingMessage): Promise<EnrolmentRequest> {
  const parsed = enrolmentRequestSchema.safeParse(parseJson(await readBody(request)));
  if (parsed.success) return parsed.data;
  throw new StatedError('not-valid', 'The enrolment request is not as it should be. Use an up-to-date agent.', {
    fields: fieldFaults(parsed.error),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StatedError('not-json', 'The body of the request is not JSON. Use an up-to-date agent.', {
      cause: error,
    });
  }
}

/** The body, if it is small and comes in time. */
function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (error: StatedError) => {
      clearTimeout(timer);
      request.pause();
      request.removeAllListeners('data');
      reject(error);
    };
    const timer = setTimeout(
      () => refuse(new StatedError('not-valid', 'The body of the request did not arrive in time. Try again.')),
      bodyTimeoutMs,
    );
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimitBytes) refuse(new StatedError('too-large', 'An enrolment request has at most 32 kB.'));
      else chunks.push(chunk);
    });
    request.on('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString());
    });
    request.on('close', () => refuse(new StatedError('not-valid', 'The request was broken off.')));
  });
}

function failure(log: Log, error: unknown): StatedError {
  log.error('enrolment.failed', { error: messageOf(error) });
  return new StatedError(
    'internal',
    'The server failed while it was enrolling the device; nothing was changed and the link is still good. Try again, ' +
      'and if it happens again look into the server’s log.',
    { cause: error },
  );
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}
