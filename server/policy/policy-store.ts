import { z } from 'zod';
import type { Instant } from '../../shared/instant.ts';
import { defaultPolicy, type Policy, policyChangeSchema, policySchema } from '../../shared/policy/document.ts';
import type { Connection } from '../storage/database.ts';

/** The setting's policy in force; the default until it has decided. */
export async function currentPolicy(connection: Connection, settingId: string): Promise<Policy> {
  const row: unknown = await connection('policies')
    .where({ setting_id: settingId })
    .orderBy('version', 'desc')
    .first('document');
  if (row === undefined) return defaultPolicy;
  const document = JSON.parse(z.object({ document: z.string() }).parse(row).document);
  // A version kept before the policy had all its parts lacks the later ones: there the defaults hold.
  return policySchema.parse({ ...defaultPolicy, ...policyChangeSchema.parse(document) });
}

/** Keeps a new version beside the earlier ones. */
export async function storePolicy(
  connection: Connection,
  settingId: string,
  policy: Policy,
  by: { actor: string; at: Instant },
): Promise<void> {
  const [row]: { latest: number | null }[] = await connection('policies')
    .where({ setting_id: settingId })
    .max('version as latest');
  await connection('policies').insert({
    setting_id: settingId,
    version: (row?.latest ?? 0) + 1,
    document: JSON.stringify(policy),
    at: by.at,
    actor: by.actor,
  });
}
