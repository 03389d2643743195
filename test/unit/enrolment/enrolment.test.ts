import { randomUUID, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { makeCertificateRequest, makeDeviceKey } from '../../../agent/identity/certificate-request.ts';
import { fingerprintOf } from '../../../server/enrolment/certificates.ts';
import { StatedError } from '../../../shared/api/errors.ts';
import { type EnrolmentGrant, type EnrolmentRequest, readEnrolmentLink } from '../../../shared/enrolment.ts';
import { craftRequest } from './certificate-requests.ts';
import { type EnrolmentRig, settingId, startEnrolmentRig } from './enrolment-rig.ts';

const hourMs = 3_600_000;

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'done',
    (error: unknown) => (error instanceof StatedError ? error.code : String(error)),
  );
}

describe('the enrolment service', function () {
  this.timeout(60_000);
  let rig: EnrolmentRig;

  before(async () => {
    rig = await startEnrolmentRig();
  });
  after(() => rig.stop());

  const requestFor = async (name: string): Promise<EnrolmentRequest> => {
    const link = readEnrolmentLink(await rig.link(name));
    if (link === undefined) throw new Error('the link cannot be read');
    const { deviceId, token } = link;
    const certificateRequest = makeCertificateRequest(deviceId, await makeDeviceKey());
    return { deviceId, token, certificateRequest, platform: 'linux' };
  };
  const enrol = (request: EnrolmentRequest): Promise<EnrolmentGrant> => rig.enrolment.enrol(request, '127.0.0.1');
  const device = (id: string) => rig.db('devices').where({ id }).first();
  const refusals = async (deviceId: string) =>
    (await rig.audited('enrolment.refused')).filter((entry) => entry.subject === deviceId);

  it('keeps of a link’s token the digest only', async () => {
    const { token } = await requestFor('Tablet digest');
    const rows = JSON.stringify([await rig.db('enrolment_links'), await rig.db('audit_entries')]);
    expect(rows).not.to.contain(token);
  });

  it('gives a certificate for a link once; the second use is refused and on record', async () => {
    const request = await requestFor('Tablet once');
    const grant = await enrol(request);
    expect(grant).to.include({ deviceName: 'Tablet once', kind: 'tablet', epoch: 1 });
    expect(await codeOf(enrol(request))).to.equal('link-used');
    expect((await refusals(request.deviceId)).map((entry) => [entry.setting_id, JSON.parse(entry.data)])).to.deep.equal(
      [[settingId, { code: 'link-used', address: '127.0.0.1' }]],
    );
    expect(await rig.db('certificates').where({ device_id: request.deviceId })).to.have.length(1);
  });

  it('gives exactly one certificate when the same link is used twice at once', async () => {
    const request = await requestFor('Tablet race');
    const other = { ...request, certificateRequest: makeCertificateRequest(request.deviceId, await makeDeviceKey()) };
    const codes = await Promise.all([request, other, request, other].map((one) => codeOf(enrol(one))));
    expect(codes.sort()).to.deep.equal(['done', 'link-used', 'link-used', 'link-used']);
    expect(await rig.db('certificates').where({ device_id: request.deviceId })).to.have.length(1);
    expect(await device(request.deviceId)).to.include({ epoch: 1 });
  });

  it('refuses a link after 24 hours, and not before', async () => {
    const [early, late] = [await requestFor('Tablet early'), await requestFor('Tablet late')];
    rig.clock.moveBy(24 * hourMs - 60_000);
    expect(await codeOf(enrol(early))).to.equal('done');
    rig.clock.moveBy(60_001);
    expect(await codeOf(enrol(late))).to.equal('link-expired');
  });

  it('refuses an earlier unused link once a newer one was made for the device', async () => {
    const first = await requestFor('Tablet newer');
    const second = await requestFor('Tablet newer');
    expect(second.deviceId).to.equal(first.deviceId);
    expect(await codeOf(enrol(first))).to.equal('link-expired');
    expect(await codeOf(enrol(second))).to.equal('done');
  });

  it('refuses an unknown token and another device’s token, on record, and burns neither link', async () => {
    const [a, b] = [await requestFor('Tablet a'), await requestFor('Tablet b')];
    expect(await codeOf(enrol({ ...a, token: 'x'.repeat(43) }))).to.equal('link-unknown');
    expect(await codeOf(enrol({ ...a, token: b.token }))).to.equal('wrong-device');
    expect((await refusals(a.deviceId)).map((entry) => JSON.parse(entry.data).code)).to.deep.equal([
      'link-unknown',
      'wrong-device',
    ]);
    expect([await codeOf(enrol(a)), await codeOf(enrol(b))]).to.deep.equal(['done', 'done']);
  });

  it('leaves link, device and certificates as they were when the certificate request is bad', async () => {
    const good = await requestFor('Tablet bad request');
    const garbage = { ...good, certificateRequest: '-----BEGIN CERTIFICATE REQUEST-----\nMIIB' };
    const foreign = { ...good, certificateRequest: craftRequest({ names: [randomUUID()] }) };
    expect(await codeOf(enrol(garbage))).to.equal('certificate-request-not-valid');
    expect(await codeOf(enrol(foreign))).to.equal('wrong-device');
    expect(await device(good.deviceId)).to.include({ epoch: 0, enrolled_at: null });
    expect(await codeOf(enrol(good))).to.equal('done');
  });

  it('enrols a device again: the epoch rises, the earlier certificate ends, and what it said is forgotten', async () => {
    const first = await enrol(await requestFor('Tablet again'));
    const { deviceId } = first;
    const at = new Date().toISOString();
    const said = { last_sequence: 7, observe_mode: true, last_seen_at: at };
    await rig.db('devices').where({ id: deviceId }).update(said);
    await rig.db('latest_readings').insert({ device_id: deviceId, section: 'photos', reading: '{}', received_at: at });
    const second = await enrol(await requestFor('Tablet again'));
    expect(second.epoch).to.equal(2);
    expect(await codeOf(rig.enrolment.checkCertificate(fingerprintOf(first.certificate)))).to.equal(
      'certificate-revoked',
    );
    expect(await rig.enrolment.checkCertificate(fingerprintOf(second.certificate))).to.deep.equal({
      deviceId,
      deviceName: 'Tablet again',
      settingId,
      epoch: 2,
    });
    expect(await device(deviceId)).to.include({
      last_sequence: 0,
      observe_mode: null,
      last_seen_at: null,
      platform: 'linux',
    });
    expect(await rig.db('latest_readings').where({ device_id: deviceId })).to.have.length(0);
    expect(rig.revoked.filter((id) => id === deviceId)).to.have.length(1);
  });

  it('keeps kind and child-facing flag of a device that is enrolled again', async () => {
    const { deviceId } = await requestFor('Tablet flags');
    const order = { settingId, name: 'Tablet flags', kind: 'laptop', childFacing: false, by: 'Ada' } as const;
    await rig.enrolment.makeLink({ ...order, address: { host: '127.0.0.1', port: 1 } });
    expect(await device(deviceId)).to.include({ kind: 'tablet', child_facing: 1 });
  });

  it('shuts a device out, tells who holds its connection, and does so for its own setting only', async () => {
    const grant = await enrol(await requestFor('Tablet stolen'));
    const { deviceId } = grant;
    const order = { deviceId, because: 'stolen', by: 'Ada' };
    expect(await codeOf(rig.enrolment.revokeDevice({ ...order, settingId: 'another' }))).to.equal('not-found');
    const { fingerprint256 } = new X509Certificate(grant.certificate);
    expect(await codeOf(rig.enrolment.checkCertificate(fingerprint256))).to.equal('done');
    await rig.enrolment.revokeDevice({ ...order, settingId });
    expect(await codeOf(rig.enrolment.checkCertificate(fingerprint256))).to.equal('certificate-revoked');
    expect(rig.revoked).to.contain(deviceId);
    expect((await rig.audited('device.revoked')).map((entry) => entry.subject)).to.deep.equal([deviceId]);
  });

  it('knows no certificate it did not issue, and none that has run out', async () => {
    expect(await codeOf(rig.enrolment.checkCertificate('ab'.repeat(32)))).to.equal('certificate-required');
    const grant = await enrol(await requestFor('Tablet old'));
    const fingerprint = fingerprintOf(grant.certificate);
    rig.clock.moveBy(731 * 24 * hourMs);
    expect(await codeOf(rig.enrolment.checkCertificate(fingerprint))).to.equal('certificate-required');
  });
});
