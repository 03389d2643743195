import { createPrivateKey, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import { releaseCodeOf } from '../../shared/command/release-code.ts';
import type { Audit } from '../audit/audit.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';

/** Which enrolment of which device a key is for. */
export interface Enrolled {
  deviceId: string;
  epoch: number;
}

/**
 * The key of an enrolment's offline release codes, base64 of 32 bytes: HKDF-SHA256 (RFC 5869) of the
 * secret of the server's Ed25519 key. Nothing of it is stored: the same server always makes the
 * same, and of one device's key nobody can tell another's.
 * @param signingKey PEM, PKCS #8.
 */
export function releaseKeyOf(signingKey: string, { deviceId, epoch }: Enrolled): string {
  const { d } = z.object({ d: z.string() }).parse(createPrivateKey(signingKey).export({ format: 'jwk' }));
  const secret = Buffer.from(d, 'base64url');
  const info = `${deviceId}\n${epoch}`;
  return Buffer.from(hkdfSync('sha256', secret, 'hometime release key', info, 32)).toString('base64');
}

interface ReleaseCodeParts {
  db: Database;
  audit: Audit;
  signingKey: string;
  deviceOf: (
    connection: Connection,
    settingId: string,
    deviceId: string,
  ) => Promise<{ id: string; epoch: number; retiredAt: string | null } | undefined>;
}

/** Answers the challenge that a locked device shows, for somebody to read out over the telephone; each answer is on record first. */
export function releaseCodeRoutes({ db, audit, signingKey, deviceOf }: ReleaseCodeParts) {
  return {
    answerReleaseChallenge: async ({ asker, params, body: { challenge, reason } }) =>
      db.transaction(async (transaction) => {
        const device = await deviceOf(transaction, asker.settingId, params.id ?? '');
        if (device === undefined)
          throw new StatedError(
            'not-found',
            'There is no such device in your setting. Look it up in the list of devices.',
          );
        const { id: deviceId, epoch } = device;
        if (epoch === 0 || device.retiredAt !== null)
          throw new StatedError('conflict', 'This device is not enrolled, so it has no lock of this server’s.');
        const { settingId, name: actor } = asker;
        // The challenge is no secret; the code is, and it is nowhere but in the answer.
        const data = { challenge, stated: reason };
        await audit(transaction, { settingId, actor, action: 'release-code.told', subject: deviceId, data });
        const key = releaseKeyOf(signingKey, { deviceId, epoch });
        return { challenge, code: releaseCodeOf(key, { deviceId, epoch, challenge }) };
      }),
  } satisfies Partial<Handlers>;
}
