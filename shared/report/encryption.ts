import { z } from 'zod';

/**
 * Whether the device as a whole is protected (DEV1, platforms.md section 1):
 * - protected: the system volume and every fixed volume that can hold people's
 *   data are fully encrypted, the key is guarded, and no conversion is running;
 * - partial: some of them are, or only a person's own folders;
 * - converting: encryption or decryption is still running;
 * - not-protected: none of the above. Suspended protection is not-protected.
 */
export const protectionSchema = z.enum(['protected', 'not-protected', 'converting', 'partial']);
export type Protection = z.infer<typeof protectionSchema>;

export const volumeSchema = z.strictObject({
  /** The kernel's or system's own short name ("dm-0", "C"): never a label or a path. */
  id: z.string().regex(/^[A-Za-z0-9_!-]{1,32}$/),
  /** What the volume is used for. `boot` may stay plain; the rest may not. */
  holds: z.enum(['system', 'home', 'data', 'swap', 'boot']),
  /** `locked`: encrypted and not opened. `suspended`: encrypted, but the key lies in the open. */
  state: z.enum(['protected', 'not-protected', 'converting', 'suspended', 'locked', 'partial', 'unknown']),
  scheme: z
    .enum([
      'luks1',
      'luks2',
      'luks',
      'plain-dm-crypt',
      'opal',
      'zfs',
      'fscrypt',
      'ecryptfs',
      'bitlocker',
      'filevault',
      'fbe',
      'fde',
      'none',
      'unknown',
    ])
    .optional(),
});
export type Volume = z.infer<typeof volumeSchema>;

export const encryptionSchema = z.strictObject({
  protection: protectionSchema,
  volumes: z.array(volumeSchema).max(64),
});
export type Encryption = z.infer<typeof encryptionSchema>;
