import { expect } from 'chai';
import fc from 'fast-check';
import { type EnrolmentLink, readEnrolmentLink, writeEnrolmentLink } from '../../../shared/enrolment.ts';

const hex = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.join(''));
const token = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const host = fc.oneof(
  fc.ipV4(),
  fc.domain().map((name) => name.toLowerCase()),
  fc.constantFrom('localhost', 'fd00::1', '::1', 'office-server'),
);
const anyLink: fc.Arbitrary<EnrolmentLink> = fc.record({
  host,
  port: fc.integer({ min: 1, max: 65_535 }),
  deviceId: fc.uuid({ version: 4 }),
  token,
  caFingerprint: hex,
});
const example: EnrolmentLink = {
  host: '192.168.1.10',
  port: 8443,
  deviceId: '0b0f4f1e-0f0a-4b7e-8d64-4a8b2b0f9c77',
  token: 'A'.repeat(43),
  caFingerprint: '0'.repeat(64),
};

describe('an enrolment link', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(readEnrolmentLink(writeEnrolmentLink(link))).to.deep.equal(link);
      }),
    );
  });

  it('survives being copied with white space around it', () => {
    expect(readEnrolmentLink(`  ${writeEnrolmentLink(example)}\n`)).to.deep.equal(example);
  });

  it('keeps what is secret behind the #, which no proxy sees', () => {
    const [seen = '', hidden = ''] = writeEnrolmentLink(example).split('#');
    expect(seen).to.equal('https://192.168.1.10:8443/enrol');
    expect(hidden).to.include(example.token).and.include(example.caFingerprint);
  });

  it('is not read from anything else: another scheme or page, a part missing or wrong', () => {
    const whole = writeEnrolmentLink(example);
    const wrong = [
      '',
      'hello',
      whole.replace('https:', 'http:'),
      whole.replace('/enrol', '/set-up'),
      whole.replace(/&ca=.*/, ''),
      whole.replace('AAAA', 'AA/A'),
      whole.slice(0, -1),
      whole.replace(example.deviceId, 'tablet-3'),
      whole.replace('8443', '0'),
      whole.split('#')[0] ?? '',
    ];
    for (const text of wrong) expect(readEnrolmentLink(text), text).to.equal(undefined);
  });
});
