import { createHmac } from 'node:crypto';

/** The header that proves who called a webhook and when: `t=SECONDS,v1=HEX`. */
export const signatureHeader = 'hometime-signature';

/**
 * HMAC-SHA256 over the time, a full stop and the body as it is sent. The time stands in what is signed, so that a
 * call which somebody kept and sends again can be told by its age.
 */
export function signatureOf(secret: string, body: string, seconds: number): string {
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hex}`;
}
