import type { AuditAction } from '../../shared/api/audit-actions.ts';
import { StatedError } from '../../shared/api/errors.ts';
import { instant } from '../../shared/instant.ts';
import type { SignedIn } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { appUri, newAppSecret, newRecoveryCodes, recoveryDigest, stepOfCode } from './one-time-codes.ts';
import type { PeopleParts } from './parts.ts';
import { emailOf } from './people-store.ts';
import { seal, unseal } from './sealed.ts';
import {
  deleteSecondFactor,
  findSecondFactor,
  markProved,
  putOffer,
  putRecoveryCodes,
  takeRecoveryCode,
  takeStep,
  unusedRecoveryDigests,
} from './second-factor-store.ts';
import { sameSecret } from './secrets.ts';
import { admit } from './tries.ts';

/** A secret for an authenticator app, shown once. Errors: `conflict` when the second factor is on already. */
export async function offerSecondFactor(
  parts: PeopleParts,
  { asker }: SignedIn,
): Promise<{ secret: string; uri: string }> {
  const secret = newAppSecret();
  const offer = { sealedSecret: seal(parts.keys.sealing, asker.id, secret), at: instant(parts.clock.now()) };
  if (!(await putOffer(parts.db, asker.id, offer))) throw isOn();
  return { secret, uri: appUri(secret, await emailOf(parts.db, asker.id)) };
}

/** Turns it on with the app's first code. Errors: `wrong-code`, `too-many-tries`, `conflict` when nothing was offered. */
export async function proveSecondFactor(parts: PeopleParts, session: SignedIn, code: string): Promise<string[]> {
  const { asker } = session;
  const attempt = await admit(parts, { alone: `prove\n${asker.id}` });
  const recoveryCodes = newRecoveryCodes();
  await parts.db.transaction(async (connection) => {
    const found = await findSecondFactor(connection, asker.id);
    if (found === undefined) {
      throw new StatedError('conflict', 'No authenticator app was offered. Begin its set-up again.');
    }
    if (found.provedAt !== null) throw isOn();
    if (!(await isAppCode(parts, connection, asker.id, { sealed: found.sealedSecret, code }))) throw wrongCode();
    await markProved(connection, asker.id, instant(parts.clock.now()));
    await putCodes(connection, asker.id, recoveryCodes);
    await record(parts, connection, session, 'second-factor.on');
  });
  attempt.succeeded();
  return recoveryCodes;
}

/** Errors: `conflict` when the second factor is off. */
export async function renewRecoveryCodes(parts: PeopleParts, session: SignedIn): Promise<string[]> {
  const recoveryCodes = newRecoveryCodes();
  await parts.db.transaction(async (connection) => {
    await refuseOff(connection, session.asker.id);
    await putCodes(connection, session.asker.id, recoveryCodes);
    await record(parts, connection, session, 'recovery-codes.made');
  });
  return recoveryCodes;
}

/** Errors: `conflict` when it is off already. */
export async function endSecondFactor(parts: PeopleParts, session: SignedIn): Promise<void> {
  await parts.db.transaction(async (connection) => {
    await refuseOff(connection, session.asker.id);
    await deleteSecondFactor(connection, session.asker.id);
    await record(parts, connection, session, 'second-factor.off');
  });
}

/**
 * Whether a code is right, and takes it: neither it nor the step it belongs to is
 * right again. An app's code and a recovery code are both looked for, whichever was typed.
 */
export async function takeCode(
  parts: PeopleParts,
  personId: string,
  code: string,
): Promise<'app' | 'recovery' | undefined> {
  return await parts.db.transaction(async (connection) => {
    const found = await findSecondFactor(connection, personId);
    const sealed = found?.sealedSecret;
    const isApp = sealed !== undefined && (await isAppCode(parts, connection, personId, { sealed, code }));
    const digest = recoveryDigest(personId, code);
    const known = (await unusedRecoveryDigests(connection, personId)).filter((each) => sameSecret(each, digest));
    if (isApp) return 'app';
    if (known.length === 0) return undefined;
    const at = instant(parts.clock.now());
    return (await takeRecoveryCode(connection, personId, { digest, at })) ? 'recovery' : undefined;
  });
}

async function isAppCode(
  parts: PeopleParts,
  connection: Connection,
  personId: string,
  { sealed, code }: { sealed: string; code: string },
): Promise<boolean> {
  const step = stepOfCode(unseal(parts.keys.sealing, personId, sealed), code, parts.clock.now());
  return step !== undefined && (await takeStep(connection, personId, step));
}

async function putCodes(connection: Connection, personId: string, codes: readonly string[]): Promise<void> {
  await putRecoveryCodes(
    connection,
    personId,
    codes.map((code) => recoveryDigest(personId, code)),
  );
}

async function refuseOff(connection: Connection, personId: string): Promise<void> {
  if ((await findSecondFactor(connection, personId))?.provedAt) return;
  throw new StatedError('conflict', 'Your second factor is off. Set up an authenticator app first.');
}

async function record(
  parts: PeopleParts,
  connection: Connection,
  session: SignedIn,
  action: AuditAction,
): Promise<void> {
  const { settingId, name, id } = session.asker;
  await parts.audit(connection, { settingId, actor: name, action, subject: id });
}

function isOn(): StatedError {
  return new StatedError('conflict', 'Your second factor is on already. Turn it off first to set up another app.');
}

export function wrongCode(): StatedError {
  return new StatedError(
    'wrong-code',
    'This code is not right, or was used before. Wait for the app’s next one, or give a recovery code.',
  );
}
