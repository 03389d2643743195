import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import fc from 'fast-check';
import { makeCertificateRequest, makeDeviceKey } from '../../../agent/identity/certificate-request.ts';
import { type EnrolOrder, enrol } from '../../../agent/identity/enrol.ts';
import { EnrolmentFault } from '../../../agent/identity/enrolment-fault.ts';
import { loadIdentity } from '../../../agent/identity/identity.ts';
import { tlsOptions } from '../../../agent/identity/tls-options.ts';
import { type Authority, openAuthority } from '../../../server/enrolment/authority.ts';
import { makeCertificate } from '../../../server/enrolment/certificates.ts';
import { readEnrolmentLink, serverCertificateName, writeEnrolmentLink } from '../../../shared/enrolment.ts';
import { silentLog } from '../../../shared/log.ts';
import {
  close,
  type EnrolmentRig,
  listen,
  movableClock,
  startEnrolmentRig,
  temporaryFolder,
} from '../enrolment/enrolment-rig.ts';

describe('enrolling a device', function () {
  this.timeout(60_000);
  let rig: EnrolmentRig;
  let root: string;
  let folders = 0;
  const impostors: Server[] = [];

  before(async () => {
    rig = await startEnrolmentRig();
    root = await temporaryFolder();
  });
  after(async () => {
    await rig.stop();
    await rm(root, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const server of impostors.splice(0)) await close(server);
  });

  const newFolder = () => {
    folders += 1;
    return join(root, `device-${folders}`);
  };
  const order = (link: string, dataFolder = newFolder()): EnrolOrder => ({
    link,
    dataFolder,
    platform: 'linux',
    log: silentLog,
    timeoutMs: 5_000,
  });
  const faultOf = async (work: Promise<unknown>): Promise<EnrolmentFault> => {
    const outcome = await work.then(
      () => 'done',
      (error: unknown) => error,
    );
    if (outcome instanceof EnrolmentFault) return outcome;
    throw new Error(`no EnrolmentFault: ${String(outcome)}`);
  };
  const movedTo = (link: string, port: number, change: { caFingerprint?: string } = {}) => {
    const parts = readEnrolmentLink(link);
    if (parts === undefined) throw new Error('the link cannot be read');
    return writeEnrolmentLink({ ...parts, port, ...change });
  };
  /** Something else at an address, that notes every request it gets. */
  const impostor = async (
    tls: { key: string; cert: string },
    answer?: RequestListener,
  ): Promise<{ port: number; requests: string[] }> => {
    const requests: string[] = [];
    const server = createServer(tls, (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      if (answer === undefined) response.end('{}');
      else answer(request, response);
    });
    impostors.push(server);
    return { port: await listen(server), requests };
  };
  const otherAuthority = (): Promise<Authority> =>
    openAuthority({ folder: join(newFolder(), 'authority'), clock: movableClock(), log: silentLog });

  it('gives it an identity its server believes, kept where only its user may read it', async () => {
    const given = order(await rig.link('Tablet 1'));
    const identity = await enrol(given);
    expect(identity).to.include({ deviceName: 'Tablet 1', kind: 'tablet', epoch: 1 });
    expect(identity.commandKey).to.equal(rig.authority.commandKey.publicPem);
    expect(await loadIdentity(given.dataFolder)).to.deep.equal(identity);
    const folder = join(given.dataFolder, 'identity');
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    expect((await readdir(folder)).sort()).to.deep.equal(['identity.json', 'key.pem']);
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777, name).to.equal(0o600);
    expect(await readFile(join(folder, 'identity.json'), 'utf8')).not.to.contain('PRIVATE');
  });

  it('makes a connection both sides have proved: the server sees the device’s certificate', async () => {
    const identity = await enrol(order(await rig.link('Tablet mutual')));
    const { ticketKeys: _tickets, ...tls } = rig.authority.tls;
    const server = createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: true });
    const arrived = new Promise<TLSSocket>((resolve) => server.on('secureConnection', resolve));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const client = connect({ ...tlsOptions(identity), host: '127.0.0.1', port: address.port });
    const seen = await arrived;
    expect(seen.authorized).to.equal(true);
    const fingerprint = seen.getPeerCertificate().fingerprint256;
    expect(await rig.enrolment.checkCertificate(fingerprint)).to.include({ deviceId: identity.deviceId, epoch: 1 });
    client.destroy();
    seen.destroy();
    server.close();
  });

  it('refuses a link that was used, and one that has run out, with the server’s reason', async () => {
    const link = await rig.link('Tablet used');
    await enrol(order(link));
    const used = await faultOf(enrol(order(link)));
    expect([used.code, used.refusal]).to.deep.equal(['refused', 'link-used']);
    const late = await rig.link('Tablet late');
    rig.clock.moveBy(86_400_000);
    const given = order(late);
    const expired = await faultOf(enrol(given));
    expect([expired.code, expired.refusal]).to.deep.equal(['refused', 'link-expired']);
    expect(expired.message).to.contain('Ask an administrator');
    expect(await loadIdentity(given.dataFolder)).to.equal(undefined);
  });

  it('sends nothing to a server whose authority has another fingerprint', async () => {
    const other = await otherAuthority();
    const { port, requests } = await impostor(other.tls);
    const link = await rig.link('Tablet impostor');
    const fault = await faultOf(enrol(order(movedTo(link, port))));
    expect(fault.code).to.equal('wrong-fingerprint');
    expect(fault.message).to.contain('Nothing was sent');
    expect(requests).to.deep.equal([]);
    expect((await enrol(order(link))).epoch).to.equal(1);
  });

  it('sends nothing to the right server when the link’s fingerprint is wrong', async () => {
    const link = movedTo(await rig.link('Tablet wrong'), rig.port, { caFingerprint: 'ab'.repeat(32) });
    expect((await faultOf(enrol(order(link)))).code).to.equal('wrong-fingerprint');
  });

  it('sends nothing to an impostor that shows the right authority beside a certificate of its own', async () => {
    const other = await otherAuthority();
    const cert = other.tls.cert.replace(other.certificatePem, '') + rig.authority.certificatePem;
    const { port, requests } = await impostor({ key: other.tls.key, cert });
    const fault = await faultOf(enrol(order(movedTo(await rig.link('Tablet chain'), port))));
    expect(fault.code).to.be.oneOf(['server-not-genuine', 'wrong-fingerprint']);
    expect(requests).to.deep.equal([]);
  });

  it('does not take another enrolled device for the server', async () => {
    const thief = await enrol(order(await rig.link('Tablet thief')));
    const cert = thief.certificate + thief.authority;
    const { port, requests } = await impostor({ key: thief.privateKey, cert });
    const link = await rig.link('Tablet victim');
    const fault = await faultOf(enrol(order(movedTo(link, port))));
    const socket = connect({ ...tlsOptions(thief), host: '127.0.0.1', port });
    const refused = await new Promise<string>((resolve) => {
      socket.on('secureConnect', () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    socket.destroy();
    expect(fault.code).to.equal('server-not-genuine');
    expect(refused).to.equal('INVALID_PURPOSE');
    expect(requests).to.deep.equal([]);
  });

  it('does not take a certificate of the right authority that is made out to another name for the server', async () => {
    const key = createPrivateKey(await readFile(join(rig.folder, 'authority', 'authority-key.pem'), 'utf8'));
    const own = await makeDeviceKey();
    const named = async (name: string) => {
      const certificate = await makeCertificate(
        {
          commonName: name,
          publicKey: createPublicKey(own.publicPem),
          validFrom: Date.now() - 60_000,
          validUntil: Date.now() + 60_000,
          use: 'server',
          names: { dns: [name, 'localhost'], ip: ['127.0.0.1'] },
        },
        { key, certificatePem: rig.authority.certificatePem },
      );
      const { port, requests } = await impostor({
        key: own.privatePem,
        cert: certificate + rig.authority.certificatePem,
      });
      const fault = await faultOf(enrol(order(movedTo(await rig.link('Tablet name'), port))));
      return [fault.code, requests.length];
    };
    expect(await named('printer.hometime.internal')).to.deep.equal(['server-not-genuine', 0]);
    // The same under the right name is spoken to: it was the name that counted.
    expect(await named(serverCertificateName)).to.deep.equal(['answer-not-understood', 1]);
  });

  it('says what is wrong when nobody answers, when it is no TLS, when nothing comes, and when the link is garbage', async () => {
    const link = await rig.link('Tablet nobody');
    let greeting = '';
    const gone = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.resume();
      if (greeting !== '') socket.end(greeting);
    });
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const address = gone.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const target = movedTo(link, address.port);
    expect((await faultOf(enrol({ ...order(target), timeoutMs: 300 }))).code).to.equal('timed-out');
    greeting = 'SSH-2.0-OpenSSH_9.2\r\n';
    expect((await faultOf(enrol(order(target)))).code).to.equal('not-a-server');
    await new Promise<void>((resolve) => gone.close(() => resolve()));
    expect((await faultOf(enrol(order(target)))).code).to.equal('unreachable');
    expect((await faultOf(enrol(order('https://host/enrol')))).code).to.equal('link-not-valid');
    expect((await enrol(order(link))).epoch).to.equal(1);
  });

  it('believes no answer that is not a grant for this device, this key and this authority', async () => {
    const deviceId = readEnrolmentLink(await rig.link('Tablet answers'))?.deviceId ?? '';
    const theirs = await enrol(order(await rig.link('Tablet theirs')));
    const grantFor = async (id: string, epoch: number) => {
      const certificateRequestPem = makeCertificateRequest(id, await makeDeviceKey());
      return (await rig.authority.issueDevice({ certificateRequestPem, deviceId: id, epoch })).pem;
    };
    const { server: _s, privateKey: _k, ...grant } = theirs;
    const answers = [
      ['not JSON', 'answer-not-understood'],
      ['x'.repeat(100_000), 'answer-not-understood'],
      [JSON.stringify(grant), 'grant-not-ours'],
      [JSON.stringify({ ...grant, deviceId }), 'grant-not-ours'],
      [JSON.stringify({ ...grant, deviceId, certificate: await grantFor(deviceId, 1) }), 'grant-not-ours'],
      [JSON.stringify({ ...grant, deviceId, certificate: 'x' }), 'grant-not-ours'],
    ] as const;
    for (const [body, code] of answers) {
      const { port } = await impostor(rig.authority.tls, (_request, response) => response.end(body));
      const given = order(movedTo(await rig.link('Tablet answers'), port));
      expect((await faultOf(enrol(given))).code, body.slice(0, 40)).to.equal(code);
      expect(await loadIdentity(given.dataFolder)).to.equal(undefined);
      expect(await readdir(join(given.dataFolder, 'identity'))).to.deep.equal([]);
    }
  });

  it('says that the link may be used up when the server breaks off after the token was sent', async () => {
    const { port } = await impostor(rig.authority.tls, (request) => request.socket.destroy());
    const fault = await faultOf(enrol(order(movedTo(await rig.link('Tablet broken'), port))));
    expect(fault.code).to.equal('unreachable');
    expect(fault.message).to.contain('ask an administrator for a new one');
  });

  it('uses no link when the identity cannot be stored', async () => {
    const link = await rig.link('Tablet disk');
    const given = order(link);
    await writeFile(given.dataFolder, 'a file where the data folder should be');
    expect((await faultOf(enrol(given))).code).to.equal('not-stored');
    expect((await enrol(order(link))).epoch).to.equal(1);
  });

  it('keeps the old identity while a new enrolment fails, and replaces it when one is complete', async () => {
    const { dataFolder } = order('');
    const old = await enrol(order(await rig.link('Tablet twice'), dataFolder));
    await faultOf(enrol(order(movedTo(await rig.link('Tablet twice'), 1), dataFolder)));
    const badToken = (await rig.link('Tablet twice')).replace(/token=[^&]*/, `token=${'x'.repeat(43)}`);
    expect((await faultOf(enrol(order(badToken, dataFolder)))).refusal).to.equal('link-unknown');
    expect(await loadIdentity(dataFolder)).to.deep.equal(old);
    const renewed = await enrol(order(await rig.link('Tablet twice'), dataFolder));
    expect(renewed).to.include({ deviceId: old.deviceId, epoch: 2 });
    expect(await loadIdentity(dataFolder)).to.deep.equal(renewed);
    const fingerprint = new X509Certificate(old.certificate).fingerprint256;
    const checked = await rig.enrolment.checkCertificate(fingerprint).catch((error: { code: string }) => error.code);
    expect(checked).to.equal('certificate-revoked');
  });

  it('takes no text for a link that is none, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.webUrl({ withFragments: true })), async (text) => {
        expect((await faultOf(enrol(order(text)))).code).to.equal('link-not-valid');
      }),
      { numRuns: 100 },
    );
  });
});
