import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

interface SecondFactorRow {
  sealedSecret: string;
  /** null: offered, and not proved by a first code yet. */
  provedAt: Instant | null;
}

export async function findSecondFactor(connection: Connection, personId: string): Promise<SecondFactorRow | undefined> {
  return await connection('second_factors')
    .where({ person_id: personId })
    .first({ sealedSecret: 'sealed_secret', provedAt: 'proved_at' });
}

/** Puts an offer in the place of an earlier one; false when the second factor is on: nothing was changed. */
export async function putOffer(
  connection: Connection,
  personId: string,
  offer: { sealedSecret: string; at: Instant },
): Promise<boolean> {
  const row = { person_id: personId, sealed_secret: offer.sealedSecret, offered_at: offer.at, proved_at: null };
  const written = await connection('second_factors')
    .insert({ ...row, last_step: null })
    .onConflict('person_id')
    .merge(['sealed_secret', 'offered_at'])
    .whereNull('second_factors.proved_at')
    .returning('sealed_secret');
  return written.some((each: { sealed_secret: string }) => each.sealed_secret === offer.sealedSecret);
}

export async function markProved(connection: Connection, personId: string, at: Instant): Promise<void> {
  await connection('second_factors').where({ person_id: personId }).update({ proved_at: at });
}

/** Takes a step; false when it or a later one was taken before. Of two at once, one gets true. */
export async function takeStep(connection: Connection, personId: string, step: number): Promise<boolean> {
  const changed = await connection('second_factors')
    .where({ person_id: personId })
    .where((row) => row.whereNull('last_step').orWhere('last_step', '<', step))
    .update({ last_step: step });
  return changed === 1;
}

/** Ends the second factor and its recovery codes. */
export async function deleteSecondFactor(connection: Connection, personId: string): Promise<void> {
  await connection('second_factors').where({ person_id: personId }).delete();
  await connection('recovery_codes').where({ person_id: personId }).delete();
}

/** Puts these in the place of all earlier ones. */
export async function putRecoveryCodes(
  connection: Connection,
  personId: string,
  digests: readonly string[],
): Promise<void> {
  await connection('recovery_codes').where({ person_id: personId }).delete();
  await connection('recovery_codes').insert(digests.map((digest) => ({ person_id: personId, digest, used_at: null })));
}

export async function unusedRecoveryDigests(connection: Connection, personId: string): Promise<string[]> {
  return await connection('recovery_codes').where({ person_id: personId, used_at: null }).pluck('digest');
}

/** Of two at once, one gets true. */
export async function takeRecoveryCode(
  connection: Connection,
  personId: string,
  { digest, at }: { digest: string; at: Instant },
): Promise<boolean> {
  const changed = await connection('recovery_codes')
    .where({ person_id: personId, digest, used_at: null })
    .update({ used_at: at });
  return changed === 1;
}
