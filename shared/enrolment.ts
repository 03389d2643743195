import { z } from 'zod';
import { deviceKindSchema, deviceNameSchema, idSchema, platformNameSchema } from './names.ts';

/**
 * An enrolment link: `https://HOST:PORT/enrol#device=ID&token=TOKEN&ca=SHA256`.
 * What is secret stands behind the `#`, which no proxy or server log sees.
 * `ca` is the SHA-256 of the authority's certificate (DER), lower-case hex: the
 * agent speaks to nobody else.
 */
export const enrolmentLinkSchema = z.strictObject({
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  deviceId: idSchema,
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  caFingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});
export type EnrolmentLink = z.infer<typeof enrolmentLinkSchema>;

export function writeEnrolmentLink(link: EnrolmentLink): string {
  const host = link.host.includes(':') ? `[${link.host}]` : link.host;
  const secret = new URLSearchParams({ device: link.deviceId, token: link.token, ca: link.caFingerprint });
  return `https://${host}:${link.port}/enrol#${secret.toString()}`;
}

/** The parts of a link, or undefined when the text is not one. */
export function readEnrolmentLink(text: string): EnrolmentLink | undefined {
  if (!URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  if (url.protocol !== 'https:' || url.pathname !== '/enrol') return undefined;
  const secret = new URLSearchParams(url.hash.slice(1));
  const parsed = enrolmentLinkSchema.safeParse({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 443),
    deviceId: secret.get('device'),
    token: secret.get('token'),
    caFingerprint: secret.get('ca'),
  });
  return parsed.success ? parsed.data : undefined;
}

/** The name in the server's own certificate. The agent checks this name, not the address, so the server may move. */
export const serverCertificateName = 'server.hometime.internal';

/** `POST /enrol` on the agents' listener, over TLS pinned to the link's authority. */
export const enrolmentRequestSchema = z.strictObject({
  deviceId: idSchema,
  token: enrolmentLinkSchema.shape.token,
  /** PKCS #10, PEM; its common name must be the device id. */
  certificateRequest: z.string().max(8_192).meta({ freeText: 'a certificate request in PEM' }),
  platform: platformNameSchema,
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentGrantSchema = z.strictObject({
  deviceId: idSchema,
  deviceName: deviceNameSchema,
  kind: deviceKindSchema,
  epoch: z.int().positive(),
  /** The client certificate, PEM. */
  certificate: z.string().max(8_192).meta({ freeText: 'a certificate in PEM' }),
  /** The authority's certificate, PEM. */
  authority: z.string().max(8_192).meta({ freeText: 'a certificate in PEM' }),
  /** The Ed25519 key that signs this server's orders, PEM (SPKI). */
  commandKey: z.string().max(1_024).meta({ freeText: 'a public key in PEM' }),
});
export type EnrolmentGrant = z.infer<typeof enrolmentGrantSchema>;
