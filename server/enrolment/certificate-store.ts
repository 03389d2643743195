import { z } from 'zod';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import type { IssuedCertificate } from './authority.ts';

const rowSchema = z
  .object({
    device_id: z.string(),
    epoch: z.int().positive(),
    expires_at: instantSchema,
    revoked_at: instantSchema.nullable(),
  })
  .transform((row) => ({
    deviceId: row.device_id,
    epoch: row.epoch,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }));
type StoredCertificate = z.infer<typeof rowSchema>;

/** Records a certificate that was issued. */
export async function recordCertificate(
  connection: Connection,
  issued: IssuedCertificate,
  holder: { deviceId: string; epoch: number; at: Instant },
): Promise<void> {
  await connection('certificates').insert({
    fingerprint: issued.fingerprint,
    serial: issued.serial,
    device_id: holder.deviceId,
    epoch: holder.epoch,
    issued_at: holder.at,
    expires_at: issued.expiresAt,
  });
}

/** Revokes every certificate of the device that still counts; answers how many. */
export async function revokeCertificates(
  connection: Connection,
  deviceId: string,
  revoked: { at: Instant; because: string },
): Promise<number> {
  return await connection('certificates')
    .where({ device_id: deviceId, revoked_at: null })
    .update({ revoked_at: revoked.at, revoked_because: revoked.because });
}

/** @param fingerprint SHA-256 of the DER, lower-case hex. */
export async function findCertificate(
  connection: Connection,
  fingerprint: string,
): Promise<StoredCertificate | undefined> {
  const row: unknown = await connection('certificates').where({ fingerprint }).first();
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** How many devices hold a certificate that counts. */
export async function countEnrolledDevices(connection: Connection): Promise<number> {
  const rows: unknown = await connection('certificates').whereNull('revoked_at').countDistinct('device_id as count');
  return z.tuple([z.object({ count: z.coerce.number() })]).parse(rows)[0].count;
}
