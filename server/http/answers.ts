import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { type ErrorBody, errorCatalogue, StatedError } from '../../shared/api/errors.ts';
import { type Log, messageOf } from '../../shared/log.ts';

/** Answers with the one error shape and the status its code stands for. */
export function refuse(response: Response, error: ErrorBody): void {
  response.status(errorCatalogue[error.code]).json({ error });
}

/** For what no route took. */
export const nothingHere: RequestHandler = (request, response) => {
  refuse(response, {
    code: 'not-found',
    message: `There is nothing at ${request.method} ${request.baseUrl}${request.path}.`,
  });
};

/**
 * The last stop of every error: a StatedError is answered as it stands, a body
 * that could not be read is named, and anything else is ours, so it is logged
 * whole and answered without its inside.
 */
export function errorAnswers(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      // In the middle of a file: only a cut connection tells the other end that it is not whole.
      log.error('request.cut', { method: request.method, error: messageOf(error) });
      response.destroy();
      return;
    }
    const stated = statedFrom(error);
    if (errorCatalogue[stated.code] >= 500) {
      log.error('request.failed', { method: request.method, code: stated.code, error: messageOf(error) });
    }
    refuse(response, stated.body());
  };
}

/** What went wrong, in terms an outsider can use. */
export function statedFrom(error: unknown): StatedError {
  if (error instanceof StatedError) return error;
  const { type, code, status } = faultOf(error);
  if (type === 'entity.parse.failed')
    return new StatedError('not-json', 'The body is not JSON. Send a JSON object with Content-Type: application/json.');
  if (type === 'entity.too.large')
    return new StatedError(
      'too-large',
      'The body is too large. Send less than 256 kB, or 1 MB where many devices are named.',
    );
  if (type !== undefined && /^(charset|encoding|entity|request|stream)\./.test(type)) {
    return new StatedError('not-valid', 'The body could not be read. Send UTF-8 JSON and let the request finish.');
  }
  if (type === 'uri' || error instanceof URIError)
    return new StatedError('not-valid', 'The address of the request is not a valid one.');
  if (status !== undefined && status >= 400 && status < 500) {
    return new StatedError('not-valid', 'The request could not be read. Send plain UTF-8 JSON.', { cause: error });
  }
  if (code === 'SQLITE_FULL') {
    return new StatedError(
      'storage-failed',
      'The server’s disk is full; nothing was changed. Make room on it, then try again.',
      {
        cause: error,
      },
    );
  }
  if (code !== undefined && /^SQLITE_(IOERR|BUSY|READONLY|CANTOPEN)/.test(code)) {
    return new StatedError(
      'storage-failed',
      'The server could not store this; nothing was changed. Check the disk it stands on, then try again.',
      { cause: error },
    );
  }
  return new StatedError(
    'internal',
    'Something went wrong in the server; its log says what. Nothing was half done. Try again.',
    { cause: error },
  );
}

function faultOf(error: unknown): { type?: string; code?: string; status?: number } {
  if (typeof error !== 'object' || error === null) return {};
  const type = 'type' in error && typeof error.type === 'string' ? { type: error.type } : {};
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const status = 'status' in error && typeof error.status === 'number' ? { status: error.status } : {};
  return { ...type, ...code, ...status };
}
