import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../names.ts';
import { commandOrderSchema } from './kinds.ts';

/** An order bound to one device, one enrolment of it and a time: it is worth nothing anywhere else. */
export const signedOrderSchema = z.strictObject({
  id: idSchema,
  deviceId: idSchema,
  /** Counts enrolments of the device; an order of an earlier one never runs. */
  epoch: z.int().positive(),
  /** When the server queued it: a device that lost its journal refuses what is older than its new one. */
  issuedAt: instantSchema,
  expiresAt: instantSchema,
  order: commandOrderSchema,
});
export type SignedOrder = z.infer<typeof signedOrderSchema>;

/**
 * An order as it travels: the exact text that was signed, and the Ed25519
 * signature over its UTF-8 bytes. The text is checked before it is parsed.
 */
export const envelopeSchema = z.strictObject({
  /** In the clear so that a refusal can name it; believed only when the signed text says the same. */
  id: idSchema,
  text: z.string().max(20_000).meta({ freeText: 'the signed order itself, JSON of signedOrderSchema' }),
  signature: z.base64().length(88),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** Signs an order with the server's Ed25519 key: PEM (PKCS #8), or read already by whoever signs thousands. */
export function sealOrder(order: SignedOrder, privateKey: string | KeyObject): Envelope {
  const text = JSON.stringify(order);
  const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  return { id: order.id, text, signature: sign(null, Buffer.from(text), key).toString('base64') };
}

/** The same in another thread, for many at once. */
export function sealOrderAside(order: SignedOrder, key: KeyObject): Promise<Envelope> {
  const text = JSON.stringify(order);
  return new Promise((resolve, reject) => {
    sign(null, Buffer.from(text), key, (error, signature) => {
      if (error === null) resolve({ id: order.id, text, signature: signature.toString('base64') });
      else reject(error);
    });
  });
}

export type OpenedOrder = { ok: true; order: SignedOrder } | { ok: false; reason: 'bad-signature' | 'not-understood' };

/**
 * Checks the signature, then the shape. Device, epoch and expiry are for the caller, who knows them.
 * The key: PEM, or read already by whoever opens many, for to read it costs as much as to check.
 */
export function openOrder(envelope: Envelope, publicKey: string | KeyObject): OpenedOrder {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  const genuine = verify(null, Buffer.from(envelope.text), key, Buffer.from(envelope.signature, 'base64'));
  if (!genuine) return { ok: false, reason: 'bad-signature' };
  const parsed = signedOrderSchema.safeParse(parseJson(envelope.text));
  if (!parsed.success || parsed.data.id !== envelope.id) return { ok: false, reason: 'not-understood' };
  return { ok: true, order: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
