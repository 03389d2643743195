import { z } from 'zod';
import { type Instant, instant, instantSchema } from '../../shared/instant.ts';
import { defaultPolicy, type Policy, policySchema, storedPolicySchema } from '../../shared/policy/document.ts';
import type { Connection } from '../storage/database.ts';

/** The setting's policy in force; the default until it has decided. */
export async function currentPolicy(connection: Connection, settingId: string): Promise<Policy> {
  const row: unknown = await connection('policies')
    .where({ setting_id: settingId })
    .orderBy('version', 'desc')
    .first('document');
  return row === undefined ? defaultPolicy : wholePolicy(z.object({ document: z.string() }).parse(row).document);
}

/** A stored document. One kept before the policy had all its parts lacks the later ones: there the defaults hold. */
export function wholePolicy(document: string): Policy {
  return policySchema.parse({ ...defaultPolicy, ...storedPolicySchema.parse(JSON.parse(document)) });
}

/** From the most to the least that a wipe needs. */
const wipeApprovals = ['always', 'when-two-administrators', 'never'] as const satisfies Policy['wipeApproval'][];

/** Whether one rule about wipes asks for less than another. */
export function isLooser(one: Policy['wipeApproval'], other: Policy['wipeApproval']): boolean {
  return wipeApprovals.indexOf(one) > wipeApprovals.indexOf(other);
}

/**
 * The strictest rule about wipes that held at any time since then: else whoever wants to wipe
 * alone changes the rule a moment before.
 */
export async function strictestWipeApproval(
  connection: Connection,
  settingId: string,
  since: Instant,
): Promise<Policy['wipeApproval']> {
  const rows: unknown = await connection('policies')
    .where({ setting_id: settingId })
    .orderBy('version', 'desc')
    .select('document', 'at');
  let strictest: Policy['wipeApproval'] = 'never';
  for (const { document, at } of z.array(z.object({ document: z.string(), at: instantSchema })).parse(rows)) {
    const { wipeApproval = defaultPolicy.wipeApproval } = storedPolicySchema.parse(JSON.parse(document));
    if (isLooser(strictest, wipeApproval)) strictest = wipeApproval;
    if (at <= since) return strictest;
  }
  return isLooser(strictest, defaultPolicy.wipeApproval) ? defaultPolicy.wipeApproval : strictest;
}

/**
 * The version under which devices get the settings: 1 is the default policy, 2 the
 * first that a setting stored. It rises with every change, so that a device can
 * refuse an older one; of two with the same version the one issued later holds.
 */
export async function policyVersion(connection: Connection, settingId: string): Promise<number> {
  return 1 + (await latestVersion(connection, settingId));
}

/** The same with the time it began; the default holds from ever. */
export async function policyInForce(
  connection: Connection,
  settingId: string,
): Promise<{ version: number; since: Instant }> {
  const version = await latestVersion(connection, settingId);
  const row: unknown = await connection('policies').where({ setting_id: settingId, version }).first('at');
  return {
    version: 1 + version,
    since: row === undefined ? instant(0) : z.object({ at: instantSchema }).parse(row).at,
  };
}

/** The number of the last stored version; 0: none. */
async function latestVersion(connection: Connection, settingId: string): Promise<number> {
  const [row]: { latest: number | null }[] = await connection('policies')
    .where({ setting_id: settingId })
    .max('version as latest');
  return row?.latest ?? 0;
}

/**
 * Keeps a new version beside the earlier ones. `reported`: the highest version that a device of the setting says it has;
 * where the server was put back from an older copy, the new one is above that, for devices take no lower one.
 */
export async function storePolicy(
  connection: Connection,
  settingId: string,
  policy: Policy,
  by: { actor: string; at: Instant; reason?: string; reported?: number },
): Promise<void> {
  const latest = await latestVersion(connection, settingId);
  await connection('policies').insert({
    setting_id: settingId,
    // Devices count from the default policy, which is not stored.
    version: Math.max(latest, (by.reported ?? 1) - 1) + 1,
    document: JSON.stringify(policy),
    at: by.at,
    actor: by.actor,
    reason: by.reason ?? null,
  });
}
