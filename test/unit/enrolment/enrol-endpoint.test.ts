import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { makeCertificateRequest, makeDeviceKey } from '../../../agent/identity/certificate-request.ts';
import { createEnrolEndpoint } from '../../../server/enrolment/enrol-endpoint.ts';
import { errorAnswerSchema, errorCatalogue } from '../../../shared/api/errors.ts';
import { enrolmentGrantSchema, readEnrolmentLink } from '../../../shared/enrolment.ts';
import { silentLog } from '../../../shared/log.ts';
import { close, type EnrolmentRig, listen, startEnrolmentRig } from './enrolment-rig.ts';

describe('the enrolment endpoint', function () {
  this.timeout(60_000);
  let rig: EnrolmentRig;
  let server: Server;
  let address: string;
  let port: number;

  before(async () => {
    rig = await startEnrolmentRig();
  });
  after(() => rig.stop());
  beforeEach(async () => {
    server = createServer(createEnrolEndpoint({ enrolment: rig.enrolment, clock: rig.clock, log: silentLog }));
    port = await listen(server);
    address = `http://127.0.0.1:${port}`;
  });
  afterEach(() => close(server));

  const ask = async (
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; code: string; response: Response }> => {
    const response = await fetch(address + path, init);
    const { code } = errorAnswerSchema.parse(await response.clone().json()).error;
    expect(response.status).to.equal(errorCatalogue[code]);
    return { status: response.status, code, response };
  };
  const post = (body: string) => ask('/enrol', { method: 'POST', body });
  const goodRequest = async (name: string) => {
    const link = readEnrolmentLink(await rig.link(name));
    if (link === undefined) throw new Error('the link cannot be read');
    const { deviceId, token } = link;
    const certificateRequest = makeCertificateRequest(deviceId, await makeDeviceKey());
    return { deviceId, token, certificateRequest, platform: 'linux' };
  };
  const wrongToken = () =>
    JSON.stringify({ deviceId: randomUUID(), token: 'x'.repeat(43), certificateRequest: '', platform: 'linux' });

  it('answers a wrong path, a wrong method and a body that is not JSON in the one error shape', async () => {
    expect((await ask('/')).code).to.equal('not-found');
    const get = await ask('/enrol?device=1');
    expect([get.code, get.response.headers.get('allow')]).to.deep.equal(['method-not-allowed', 'POST']);
    expect((await post('{')).code).to.equal('not-json');
    expect((await post('')).code).to.equal('not-json');
    expect((await post('{"deviceId":1}')).code).to.equal('not-valid');
  });

  it('refuses a body over 32 kB, and the caller gets the answer', async () => {
    expect((await post('x'.repeat(33_000))).code).to.equal('too-large');
    expect((await post('x'.repeat(3_000_000))).code).to.equal('too-large');
  });

  it('grants after the answers above, and to any garbage it answers and lives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        expect((await post(body)).code).to.be.oneOf(['not-json', 'not-valid']);
      }),
      { numRuns: 100 },
    );
    const body = JSON.stringify(await goodRequest('Tablet endpoint'));
    const response = await fetch(`${address}/enrol`, { method: 'POST', body });
    expect(response.status).to.equal(200);
    expect(enrolmentGrantSchema.parse(await response.json()).epoch).to.equal(1);
  });

  it('makes an address wait after ten refused links, also with a good one, until the time is over', async () => {
    const good = JSON.stringify(await goodRequest('Tablet waits'));
    for (let tries = 0; tries < 10; tries += 1) expect((await post(wrongToken())).code).to.equal('link-unknown');
    const refused = await post(good);
    expect(refused.code).to.equal('too-many-tries');
    expect(Number(refused.response.headers.get('retry-after'))).to.be.within(1, 600);
    rig.clock.moveBy(600_000);
    expect((await fetch(`${address}/enrol`, { method: 'POST', body: good })).status).to.equal(200);
  });

  it('does not make anyone wait for opening a link in a browser', async () => {
    for (let tries = 0; tries < 15; tries += 1) expect((await ask('/enrol')).code).to.equal('method-not-allowed');
    expect((await post(wrongToken())).code).to.equal('link-unknown');
  });

  it('survives callers that hang up in the middle', async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write('POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half', () => socket.destroy());
        });
        socket.on('close', () => resolve());
      });
    }
    expect((await ask('/')).code).to.equal('not-found');
  });

  it('says that the link is still good when the server itself fails', async () => {
    const broken = createServer(
      createEnrolEndpoint({
        enrolment: { enrol: () => Promise.reject(new Error('SQLITE_IOERR: /secret/path')) },
        clock: rig.clock,
        log: silentLog,
      }),
    );
    const brokenPort = await listen(broken);
    const response = await fetch(`http://127.0.0.1:${brokenPort}/enrol`, { method: 'POST', body: wrongToken() });
    const text = await response.text();
    await close(broken);
    expect(response.status).to.equal(500);
    expect(text).to.contain('still good').and.not.to.contain('secret');
  });
});
