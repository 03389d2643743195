import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { readPlist } from '../../../../agent/platform/macos/binary-plist.ts';
import { plist } from './mac.ts';

const bytes = readFileSync(new URL('../../../fixtures/platform/macos/Info-binary.plist', import.meta.url));

describe('property lists as they lie in files of macOS', () => {
  it('reads the binary form as another program wrote it', () => {
    expect(readPlist(bytes)).to.deep.equal({
      CFBundleName: 'Photo Booth',
      CFBundleDisplayName: 'Fotoautomat – Größe',
      CFBundleShortVersionString: '13.1',
      CFBundleVersion: 1310,
      LSRequires: true,
      Off: false,
      Ratio: 1.5,
      Data: 'AAE=',
      When: '2024-05-06T07:08:09.000Z',
      List: ['a', { b: 2 }],
      Big: 2 ** 40,
      Less: -5,
      Long: 'x'.repeat(300),
    });
  });

  it('reads XML too, and nothing else', () => {
    expect(readPlist(Buffer.from(plist('<dict><key>a</key><string>b</string></dict>')))).to.deep.equal({ a: 'b' });
    for (const text of ['', 'bplist00', 'bplist01', '{}']) expect(readPlist(Buffer.from(text))).to.equal(undefined);
  });

  it('never takes a file that is cut for a shorter list', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(readPlist(bytes.subarray(0, length))).to.equal(undefined);
  });

  it('ends, and never throws, whatever a byte is changed to', () => {
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.nat(bytes.length - 1),
        fc.nat(255),
        (at, byte, more, other) => {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          changed[more] = other;
          readPlist(changed);
        },
      ),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (noise) => void readPlist(Buffer.concat([Buffer.from('bplist00'), noise])),
      ),
    );
  });

  it('is not unfolded without end by a list that names itself', () => {
    // One array of 15 references to itself, sizes of one byte.
    const body = Buffer.from([0xae, ...Array(14).fill(0)]);
    const trailer = Buffer.alloc(32);
    trailer.writeUInt8(1, 6);
    trailer.writeUInt8(1, 7);
    trailer.writeUInt8(1, 15);
    trailer.writeUInt8(8 + body.length, 31);
    expect(readPlist(Buffer.concat([Buffer.from('bplist00'), body, Buffer.from([8]), trailer]))).to.equal(undefined);
  });
});
