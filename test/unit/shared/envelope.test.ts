import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Envelope,
  envelopeSchema,
  openOrder,
  type SignedOrder,
  sealOrder,
} from '../../../shared/command/envelope.ts';

function makeKeys(): { secret: string; known: string } {
  const pair = generateKeyPairSync('ed25519');
  return {
    secret: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    known: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const keys = makeKeys();
const order: SignedOrder = {
  id: '7b9a1c52-5d0a-4c61-9a3e-0e6b6a3b2f10',
  deviceId: '0b0f4f1e-0f0a-4b7e-8d64-4a8b2b0f9c77',
  epoch: 3,
  issuedAt: '2026-11-21T00:00:00.000Z',
  expiresAt: '2026-11-21T12:00:00.000Z',
  order: { kind: 'logout', args: { people: ['alice'] } },
};
const sealed = sealOrder(order, keys.secret);

describe('the signed envelope of an order', () => {
  it('opens to the very order that was sealed, and has the shape of the wire', () => {
    expect(openOrder(sealed, keys.known)).to.deep.equal({ ok: true, order });
    expect(envelopeSchema.parse(sealed)).to.deep.equal(sealed);
  });

  it('is opened alike by a key that was read already', () => {
    expect(openOrder(sealed, createPublicKey(keys.known))).to.deep.equal({ ok: true, order });
    const reason = 'bad-signature';
    expect(openOrder(sealed, createPublicKey(makeKeys().known))).to.deep.equal({ ok: false, reason });
  });

  it('is refused when any byte of its text is another', () => {
    fc.assert(
      fc.property(fc.nat(Buffer.byteLength(sealed.text) - 1), fc.integer({ min: 1, max: 127 }), (at, change) => {
        const bytes = Buffer.from(sealed.text);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(openOrder({ ...sealed, text: bytes.toString() }, keys.known)).to.deep.equal({
          ok: false,
          reason: 'bad-signature',
        });
      }),
    );
  });

  it('is refused when any byte of its signature is another', () => {
    for (let at = 0; at < 64; at += 1) {
      const bytes = Buffer.from(sealed.signature, 'base64');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const opened = openOrder({ ...sealed, signature: bytes.toString('base64') }, keys.known);
      expect(opened, `byte ${at}`).to.deep.equal({ ok: false, reason: 'bad-signature' });
    }
  });

  it('is refused under the key of another server', () => {
    expect(openOrder(sealed, makeKeys().known)).to.deep.equal({ ok: false, reason: 'bad-signature' });
  });

  it('is not understood when the id in the clear is another than the signed one', () => {
    const other: Envelope = { ...sealed, id: order.deviceId };
    expect(openOrder(other, keys.known)).to.deep.equal({ ok: false, reason: 'not-understood' });
  });

  it('is not understood when the server itself signed something else: no kind, more fields, no JSON', () => {
    const texts = [
      JSON.stringify({ ...order, order: { kind: 'explode', args: {} } }),
      JSON.stringify({ ...order, also: 1 }),
      JSON.stringify({ ...order, epoch: 0 }),
      'not JSON',
    ];
    for (const text of texts) {
      const genuine = sealText(text);
      expect(openOrder(genuine, keys.known), text).to.deep.equal({ ok: false, reason: 'not-understood' });
    }
  });
});

/** What only the holder of the key can make: a genuine signature over any text. */
function sealText(text: string): Envelope {
  const signature = sign(null, Buffer.from(text), createPrivateKey(keys.secret)).toString('base64');
  return { id: order.id, text, signature };
}
