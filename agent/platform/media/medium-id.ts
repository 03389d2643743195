import { createHmac } from 'node:crypto';

/** Serial numbers that makers leave in whole batches: they tell no stick from another. */
const placeholder = /^(?:(.)\1*|0?123456789(?:0|ABC|ABCDEF)?|0?12345678|ABCDEF|NOTSPECIFIED|NONE|N\/?A|UNKNOWN)$/;

/**
 * A medium's identifier within one setting: see `mediumIdSchema`. The serial number
 * is first written the same way on every system (Linux puts `_` for a space, Windows
 * keeps the padding), so that a stick is the same stick on each device.
 * null: no salt yet, or no serial number worth the name.
 *
 * @param salt base64 of 32 bytes, the setting's own
 */
export function mediumId(serial: string | undefined, salt: string | null): string | null {
  const plain = (serial ?? '')
    .replace(/[\s_\p{Cc}]/gu, '')
    .toUpperCase()
    .slice(0, 256);
  if (salt === null || plain === '' || placeholder.test(plain)) return null;
  return createHmac('sha256', Buffer.from(salt, 'base64')).update(plain).digest('hex').slice(0, 16);
}
