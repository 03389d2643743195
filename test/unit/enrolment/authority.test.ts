import { execFile } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { access, chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { makeCertificateRequest, makeDeviceKey } from '../../../agent/identity/certificate-request.ts';
import { type Authority, openAuthority } from '../../../server/enrolment/authority.ts';
import { AuthorityFault } from '../../../server/enrolment/authority-fault.ts';
import { silentLog } from '../../../shared/log.ts';
import { movableClock, temporaryFolder } from './enrolment-rig.ts';

const run = promisify(execFile);
const dayMs = 86_400_000;

describe('the certificate authority', function () {
  this.timeout(60_000);
  const clock = movableClock();
  let root: string;
  let made: string;
  let authority: Authority;
  let copies = 0;

  before(async () => {
    root = await temporaryFolder();
    made = join(root, 'authority');
    authority = await openAuthority({ folder: made, clock, log: silentLog });
  });
  after(() => rm(root, { recursive: true, force: true }));

  const copy = async () => {
    copies += 1;
    const folder = join(root, `copy-${copies}`);
    await cp(made, folder, { recursive: true });
    return folder;
  };
  const open = (folder: string, at = clock) => openAuthority({ folder, clock: at, log: silentLog });
  const faultOf = async (folder: string, at = clock): Promise<string> => {
    const outcome = await open(folder, at).then(
      () => 'opened',
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(AuthorityFault);
    return outcome instanceof AuthorityFault ? outcome.message : '';
  };
  const issue = async (deviceId: string, epoch: number) => {
    const certificateRequestPem = makeCertificateRequest(deviceId, await makeDeviceKey());
    return await authority.issueDevice({ certificateRequestPem, deviceId, epoch });
  };

  it('keeps its keys where only the server may read them', async () => {
    expect((await stat(made)).mode & 0o777).to.equal(0o700);
    for (const name of await readdir(made)) expect((await stat(join(made, name))).mode & 0o777, name).to.equal(0o600);
  });

  it('is the same after a restart, with everything devices depend on', async () => {
    const again = await open(made);
    expect(again.fingerprint).to.equal(authority.fingerprint);
    expect(again.commandKey).to.deep.equal(authority.commandKey);
    expect(again.tls.ticketKeys.equals(authority.tls.ticketKeys)).to.equal(true);
    expect(again.tls.cert).to.equal(authority.tls.cert);
  });

  it('is made once when two processes begin at the same moment', async () => {
    const folder = join(root, 'twice');
    const both = await Promise.all([open(folder), open(folder)]);
    expect(both[0].fingerprint).to.equal(both[1].fingerprint);
    expect((await readdir(root)).filter((name) => name.startsWith('twice'))).to.deep.equal(['twice']);
  });

  it('takes nothing from a start that was cut off, and clears it away', async () => {
    const folder = join(root, 'cut-off');
    await mkdir(`${folder}.unfinished-0123`);
    await writeFile(join(`${folder}.unfinished-0123`, 'authority-key.pem'), 'half a k');
    await open(folder);
    expect((await readdir(root)).filter((name) => name.startsWith('cut-off'))).to.deep.equal(['cut-off']);
  });

  for (const name of ['authority-key.pem', 'authority.pem', 'command-key.pem']) {
    it(`refuses to start, and makes nothing, when ${name} is lost`, async () => {
      const folder = await copy();
      await rm(join(folder, name));
      expect(await faultOf(folder))
        .to.contain(name)
        .and.to.contain('backup');
      expect(await readdir(folder)).not.to.contain(name);
    });

    it(`refuses to start when ${name} is damaged`, async () => {
      const folder = await copy();
      await writeFile(join(folder, name), '-----BEGIN');
      expect(await faultOf(folder)).to.contain('backup');
    });
  }

  it('refuses to start when a key can be read by others', async () => {
    const folder = await copy();
    await chmod(join(folder, 'authority-key.pem'), 0o640);
    expect(await faultOf(folder)).to.contain('chmod 600');
  });

  it('refuses to start when key and certificate do not belong together', async () => {
    const other = join(root, 'other');
    await open(other);
    for (const name of ['authority-key.pem', 'server.pem']) {
      const folder = await copy();
      await cp(join(other, name), join(folder, name));
      expect(await faultOf(folder)).to.contain('do not belong together');
    }
  });

  it('renews the server’s own certificate when under 30 days are left, and only then', async () => {
    const folder = await copy();
    const later = movableClock();
    later.moveBy(699 * dayMs);
    expect((await open(folder, later)).tls.cert).to.equal(authority.tls.cert);
    later.moveBy(2 * dayMs);
    const renewed = await open(folder, later);
    expect(renewed.tls.cert).not.to.equal(authority.tls.cert);
    expect(renewed.fingerprint).to.equal(authority.fingerprint);
    expect((await open(folder, later)).tls.cert).to.equal(renewed.tls.cert);
    expect((await stat(join(folder, 'server.pem'))).mode & 0o777).to.equal(0o600);
  });

  it('makes what can be made again when it is lost', async () => {
    const folder = await copy();
    await rm(join(folder, 'server.pem'));
    await rm(join(folder, 'ticket-keys.bin'));
    const again = await open(folder);
    expect(again.fingerprint).to.equal(authority.fingerprint);
    expect((await open(folder)).tls.cert).to.equal(again.tls.cert);
    expect(again.tls.ticketKeys).to.have.length(48);
  });

  it('makes no certificates by a clock that stands in the past', async () => {
    const folder = join(root, 'past');
    expect(await faultOf(folder, { now: () => 0, moveBy: () => {} })).to.contain('clock');
    expect(await access(folder).catch(() => 'absent')).to.equal('absent');
  });

  it('issues a device certificate that says whose it is, for two years, and never the same number twice', async () => {
    const deviceId = randomUUID();
    const issued = await issue(deviceId, 3);
    const certificate = new X509Certificate(issued.pem);
    expect(certificate.subject).to.equal(`CN=${deviceId}\nOU=epoch-3`);
    expect(certificate.ca).to.equal(false);
    expect(certificate.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.2']);
    expect(issued.serial).to.match(/^[4-7][0-9A-F]{31}$/);
    expect((await issue(deviceId, 4)).serial).not.to.equal(issued.serial);
    expect(Date.parse(issued.expiresAt) - clock.now()).to.be.within(729 * dayMs, 731 * dayMs);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).to.equal(issued.fingerprint);
  });

  it('is understood by OpenSSL: each certificate passes for what it is, and for nothing else', async function () {
    if (
      !(await run('openssl', ['version']).then(
        () => true,
        () => false,
      ))
    )
      this.skip();
    const file = async (name: string, text: string) => {
      await writeFile(join(root, name), text);
      return join(root, name);
    };
    const ca = await file('ca.pem', authority.certificatePem);
    const server = await file('leaf.pem', authority.tls.cert);
    const device = await file('device.pem', (await issue(randomUUID(), 1)).pem);
    const verify = (purpose: string, path: string) =>
      run('openssl', ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', ca, path]).then(
        () => 'good',
        () => 'bad',
      );
    expect(await verify('sslserver', server)).to.equal('good');
    expect(await verify('sslclient', device)).to.equal('good');
    expect(await verify('sslserver', device)).to.equal('bad');
    expect(await verify('sslclient', server)).to.equal('bad');
    expect(await readFile(ca, 'utf8')).to.equal(authority.certificatePem);
  });
});
