import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { makeCertificateRequest, makeDeviceKey } from '../../../agent/identity/certificate-request.ts';
import { checkCertificateRequest } from '../../../server/enrolment/certificate-request.ts';
import { StatedError } from '../../../shared/api/errors.ts';
import { craftRequest, requestDer, requestPem } from './certificate-requests.ts';

function refusalOf(pem: string, deviceId: string): string {
  try {
    checkCertificateRequest(pem, deviceId);
  } catch (error) {
    if (error instanceof StatedError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('a certificate request', function () {
  this.timeout(60_000);
  const deviceId = randomUUID();
  let good: string;

  before(async () => {
    good = makeCertificateRequest(deviceId, await makeDeviceKey());
  });

  it('of the agent is accepted, and its own key is what gets certified', async () => {
    const key = await makeDeviceKey();
    const checked = checkCertificateRequest(makeCertificateRequest(deviceId, key), deviceId);
    expect(checked.export({ type: 'spki', format: 'pem' })).to.equal(key.publicPem);
  });

  it('for another device is refused', () => {
    expect(refusalOf(good, randomUUID())).to.equal('wrong-device');
  });

  it('with no name or with two names is refused, so that nobody can read the other one', () => {
    expect(refusalOf(craftRequest({ names: [] }), deviceId)).to.equal('wrong-device');
    expect(refusalOf(craftRequest({ names: [deviceId, randomUUID()] }), deviceId)).to.equal('wrong-device');
  });

  it('signed by a key that is not its own is refused: who asks must hold the key', () => {
    const crafted = craftRequest({ names: [deviceId], signedByAnother: true });
    expect(refusalOf(crafted, deviceId)).to.equal('certificate-request-not-valid');
  });

  it('with a weak key or an odd exponent is refused', () => {
    expect(refusalOf(craftRequest({ names: [deviceId] }), deviceId)).to.equal('accepted');
    expect(refusalOf(craftRequest({ names: [deviceId], bits: 1_024 }), deviceId)).to.equal(
      'certificate-request-not-valid',
    );
    expect(refusalOf(craftRequest({ names: [deviceId], exponent: 3 }), deviceId)).to.equal(
      'certificate-request-not-valid',
    );
  });

  it('with any one bit of what is signed, or of the signature, changed is refused, and nothing but a stated error is thrown', () => {
    const der = requestDer(good);
    // Between the two stands only the name of the algorithm.
    const signedEnd = 4 + 4 + der.readUInt16BE(6);
    const place = fc.oneof(
      fc.integer({ min: 4, max: signedEnd - 1 }),
      fc.integer({ min: der.length - 256, max: der.length - 1 }),
    );
    const flip = fc.record({ at: place, bit: fc.nat(7) });
    fc.assert(
      fc.property(flip, ({ at, bit }) => {
        const changed = Buffer.from(der);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(refusalOf(requestPem(changed), deviceId)).to.be.oneOf(['certificate-request-not-valid', 'wrong-device']);
      }),
      { numRuns: 200 },
    );
  });

  it('of any text, bytes, cut or nested garbage throws nothing but a stated error', () => {
    const der = requestDer(good);
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 9_000 }),
      fc.uint8Array({ maxLength: 3_000 }).map(requestPem),
      fc.nat(der.length - 1).map((length) => requestPem(der.subarray(0, length))),
      fc.nat(2_500).map((depth) => requestPem(Buffer.alloc(depth * 2, Buffer.from([0x30, 0x80])))),
      fc.string().map((text) => `-----BEGIN CERTIFICATE REQUEST-----\n${text}\n-----END CERTIFICATE REQUEST-----`),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        expect(refusalOf(text, deviceId)).to.equal('certificate-request-not-valid');
      }),
      { numRuns: 200 },
    );
  });
});
