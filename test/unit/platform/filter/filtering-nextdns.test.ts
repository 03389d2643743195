import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { askNextDns, parseNextDns } from '../../../../agent/platform/filter/nextdns-sign.ts';
import { skipUnless } from '../../../support/skip.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

describe('NextDNS’ own page (DEV5)', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))));

  it('says yes only by its own word', () => {
    expect(parseNextDns('{"status":"ok","protocol":"DOH","profile":"abc"}')).to.equal(true);
    expect(parseNextDns('{"status":"unconfigured","resolver":"192.0.2.1"}')).to.equal(false);
    for (const text of ['', 'ok', '<html>', '[]', '{"status":1}', '{"status":"ok"']) {
      expect(parseNextDns(text)).to.equal(undefined);
    }
  });

  it('is believed only with a certificate for its name, and never waited for', async function () {
    skipUnless(this, 'openssl');
    this.timeout(20_000);
    const [key, cert] = makeCertificate();
    let says: string | null = '{"status":"ok"}';
    let code = 200;
    server = createServer({ key, cert }, (_request, response) => {
      if (says !== null) response.writeHead(code).end(says);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const from = { host: '127.0.0.1', port, path: '/', servername: 'test.nextdns.io' };
    const ask = (options: object = { ca: cert }, signal = new AbortController().signal) =>
      askNextDns(signal, { ...from, ...options });
    expect(await ask()).to.equal(true);
    expect(await ask({})).to.equal(undefined);
    expect(await ask({ ca: cert, servername: 'other.example' })).to.equal(undefined);
    expect(await ask({ ca: cert, port: 1 })).to.equal(undefined);
    code = 302;
    expect(await ask()).to.equal(undefined);
    code = 200;
    says = `{"status":"ok","x":"${'x'.repeat(100_000)}"}`;
    expect(await ask()).to.equal(undefined);
    says = null;
    const begun = Date.now();
    expect(await ask()).to.equal(undefined);
    expect(Date.now() - begun).to.be.below(5_000);
    expect(await ask({ ca: cert }, AbortSignal.timeout(50))).to.equal(undefined);
    expect(await ask({ ca: cert }, AbortSignal.abort())).to.equal(undefined);
    server.closeAllConnections();
  });
});

/** A key and a certificate of its own for the page's name. */
function makeCertificate(): [Buffer, Buffer] {
  const folder = makeTempFolder();
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  const subject = ['-subj', '/CN=test.nextdns.io', '-addext', 'subjectAltName=DNS:test.nextdns.io'];
  const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const run = spawnSync('openssl', [...how, ...subject, '-keyout', key, '-out', cert], { encoding: 'utf8' });
  expect(run.status, run.stderr).to.equal(0);
  return [readFileSync(key), readFileSync(cert)];
}
