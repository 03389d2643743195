import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import express from 'express';
import { errorAnswers } from '../../../server/http/answers.ts';
import { sendDownload } from '../../../server/http/download.ts';
import type { Handlers } from '../../../server/http/handlers.ts';
import { createWeb } from '../../../server/http/web.ts';
import { errorAnswerSchema, StatedError } from '../../../shared/api/errors.ts';
import { silentLog } from '../../../shared/log.ts';
import { until } from '../../support/processes.ts';

describe('a file as it streams', () => {
  async function served(pieces: () => AsyncGenerator<string>) {
    const app = express();
    app.get('/', (_request, response) =>
      sendDownload(response, 200, { type: 'text/csv', name: 'log "x".csv', pieces: pieces() }),
    );
    app.use(errorAnswers(silentLog));
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const [answer] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [IncomingMessage];
    return { answer, stop: () => server.closeAllConnections() ?? server.close() };
  }

  it('carries its type and name, is not kept and not guessed at', async () => {
    const { answer, stop } = await served(async function* () {
      yield 'a,b\r\n';
      yield '1,2\r\n';
    });
    expect(await text(answer)).to.equal('a,b\r\n1,2\r\n');
    expect(answer.headers).to.include({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="log \\"x\\".csv"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    stop();
  });

  it('answers what fails before the first piece as every error', async () => {
    const { answer, stop } = await served(async function* () {
      yield* [];
      throw new StatedError('storage-failed', 'The disk is full.');
    });
    expect(answer.statusCode).to.equal(503);
    expect(errorAnswerSchema.parse(JSON.parse(await text(answer))).error.code).to.equal('storage-failed');
    stop();
  });

  it('is cut, and not merely short, when it fails in the middle', async () => {
    const { answer, stop } = await served(async function* () {
      yield 'first\n';
      throw new Error('the database went away');
    });
    const told = await text(answer).then(
      () => 'whole',
      (error: Error) => error.message,
    );
    expect(told).to.equal('aborted');
    stop();
  });

  it('is made no faster than it is taken, and stops being made when the one who asked goes away', async () => {
    let made = 0;
    let stopped = false;
    const { answer, stop } = await served(async function* () {
      try {
        for (; made < 100_000; made += 1) yield 'x'.repeat(64 * 1024);
      } finally {
        stopped = true;
      }
    });
    answer.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const sofar = made;
    expect(sofar).to.be.lessThan(2_000);
    answer.destroy();
    await until('its end', async () => (stopped ? true : undefined));
    stop();
  });
});

describe('the headers of every page', () => {
  it('allow no inline script, no other origin’s, no frame around it', async () => {
    const web = createWeb({
      handlers: {} as unknown as Handlers,
      gatekeeper: { authenticate: () => Promise.resolve(undefined), checkCsrf: () => Promise.resolve() },
      ready: () => Promise.resolve(true),
      trustedProxy: undefined,
      dashboardFolder: '/nonexistent',
      version: '0',
      log: silentLog,
    });
    const server = createServer(web).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (const path of ['/', '/healthz', '/api/openapi.json', '/api/v1/devices', '/nothing']) {
      const { headers } = await fetch(`http://127.0.0.1:${port}${path}`);
      const policy = new Map(
        (headers.get('content-security-policy') ?? '').split(';').map((part) => {
          const [name = '', ...values] = part.trim().split(/\s+/);
          return [name, values.join(' ')];
        }),
      );
      expect(Object.fromEntries(policy), path).to.deep.equal({
        'default-src': "'self'",
        'object-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'self'",
        'frame-ancestors': "'none'",
      });
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff');
      expect(headers.get('referrer-policy'), path).to.equal('no-referrer');
    }
    server.closeAllConnections();
    server.close();
  });
});
