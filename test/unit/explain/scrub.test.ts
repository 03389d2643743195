import { expect } from 'chai';
import fc from 'fast-check';
import { writeCase } from '../../../agent/explain/recorded-case.ts';
import { createScrubber } from '../../../agent/explain/scrub.ts';
import { good, signedIn } from '../shared/facts.ts';

const secrets = { people: ['alice', 'Alice Example', 'o.neill+x'], hosts: ['laptop-7'], networks: ['Sunny Wi-Fi'] };

describe('scrubbing a recorded case (privacy rule)', () => {
  const scrub = () => createScrubber(secrets);

  it('gives the same word the same stand-in, so that what belongs together still does', () => {
    const out = scrub();
    const [first, second] = [out('alice@tty1 /home/alice'), out('user=ALICE')];
    expect(first).to.match(/^(person\d)@tty1 \/home\/\1$/);
    expect(second).to.equal(`user=${first.split('@')[0]}`);
  });

  it('replaces addresses, identifiers, serial numbers, labels and keys by their shape', () => {
    const text = [
      '84.23.12.13 and fe80::1c2d:3eff:fe4f:5a6b dev aa:bb:cc:dd:ee:ff',
      'UUID=c0ffee00-1234-4321-9abc-001122334455',
      '"serial":"S3CR3T-77", "label": "PHOTOS ANNA"',
      'ID_SERIAL_SHORT=0123ABCD',
      '123456-234567-345678-456789-567890-678901-789012-890123',
      'mail anna.b@nursery.example.org',
      'CRYPT-LUKS2-0123456789abcdef0123456789abcdef-root',
    ].join('\n');
    const out = scrub()(text);
    for (const secret of [
      '84.23',
      '3eff',
      'aa:bb',
      'c0ffee',
      'S3CR3T',
      'ANNA',
      '0123ABCD',
      '123456-',
      'anna.b',
      '0123456789abcdef',
    ]) {
      expect(out).not.to.include(secret);
    }
    expect(out.split('\n')).to.have.length(7);
    expect(out).to.include('CRYPT-LUKS2-').and.to.include('-root').and.to.include('"serial":"STANDIN');
  });

  it('leaves what everybody has, and words that only contain a name, as they are', () => {
    const text = '127.0.0.1 0.0.0.0 root logind malice laptop-70 00:00:00:00:00:00 Version 10.0.22631.4317';
    expect(scrub()(text)).to.equal(text);
  });

  it('keeps no name of a person, host or network in any text, whatever stands around it', () => {
    const around = fc.string({
      unit: fc.constantFrom(' ', '/', '\\', '"', ':', '=', '\n', '(', ',', '\t', 'ß'),
      maxLength: 6,
    });
    const word = fc.constantFrom('alice', 'Alice', 'laptop-7', 'Sunny Wi-Fi', 'o.neill+x');
    fc.assert(
      fc.property(fc.array(fc.tuple(around, word), { maxLength: 8 }), (parts) => {
        const text = parts.map(([space, name]) => `${space} ${name} `).join('');
        const out = scrub()(text).toLowerCase();
        for (const name of ['alice', 'laptop-7', 'sunny', 'neill']) expect(out).not.to.include(name);
      }),
    );
  });

  it('never throws, also on eight megabytes of noise', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => typeof scrub()(text) === 'string'));
    expect(scrub()('x:'.repeat(4_000_000))).to.have.length(8_000_000);
  }).timeout(20_000);

  it('also knows the names that the reading itself holds, and writes JSON', () => {
    const sections = { ...good, sessions: signedIn('berta') };
    const text = writeCase(
      {
        hometime: '0.1.0',
        platform: 'linux',
        section: 'sessions',
        testimony: [{ asked: 'file', path: '/home/berta/x', gave: 'berta and alice on laptop-7' }],
        reading: sections.sessions,
      },
      sections,
      secrets,
    );
    expect(text).not.to.match(/berta|alice|laptop-7/);
    expect(JSON.parse(text))
      .to.have.nested.property('reading.value.sessions[0].person')
      .that.matches(/^person\d$/);
  });
});
