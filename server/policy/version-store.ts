import { z } from 'zod';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import type { PolicyVersion } from '../../shared/api/policy.ts';
import { instantSchema } from '../../shared/instant.ts';
import { defaultPolicy, type Policy } from '../../shared/policy/document.ts';
import { pageFrom, readCursor } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';
import { wholePolicy } from './policy-store.ts';

const rowSchema = z
  .object({ version: z.int(), at: instantSchema, actor: z.string(), reason: z.string().nullable() })
  .transform(
    // Stored versions are counted from 1, and 1 is the default policy that holds before any.
    ({ version, at, actor, reason }): PolicyVersion => ({ version: 1 + version, since: at, by: actor, reason }),
  );
const columns = ['version', 'at', 'actor', 'reason'];

/** The policy that Hometime comes with, as the first version. */
const asItComes: PolicyVersion = { version: 1, since: null, by: 'Hometime', reason: null };

/** The versions of a setting's policy, newest first; the last is the one that Hometime comes with. */
export async function pageOfVersions(
  connection: Connection,
  settingId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<PolicyVersion>> {
  const query = connection('policies')
    .where({ setting_id: settingId })
    .orderBy('version', 'desc')
    .limit(limit + 1)
    .select(columns);
  if (cursor !== undefined) query.where('version', '<', readCursor(cursor, z.tuple([z.int()]))[0] - 1);
  const stored = z.array(rowSchema).parse(await query);
  const all = stored.length > limit ? stored : [...stored, asItComes];
  const { kept, nextCursor } = pageFrom(all, limit, ({ version }) => [version]);
  return { items: kept, nextCursor };
}

/** One version with its document; undefined: the setting has none of this number. */
export async function findVersion(
  connection: Connection,
  settingId: string,
  version: number,
): Promise<(PolicyVersion & { policy: Policy }) | undefined> {
  if (version === 1) return { ...asItComes, policy: defaultPolicy };
  const row: unknown = await connection('policies')
    .where({ setting_id: settingId, version: version - 1 })
    .first([...columns, 'document']);
  if (row === undefined) return undefined;
  return { ...rowSchema.parse(row), policy: wholePolicy(z.object({ document: z.string() }).parse(row).document) };
}

/** The version that held before another; 1 is the first. Numbers may be left out: see `storePolicy`. */
export async function versionBefore(connection: Connection, settingId: string, version: number): Promise<number> {
  const [row]: { before: number | null }[] = await connection('policies')
    .where({ setting_id: settingId })
    .where('version', '<', version - 1)
    .max('version as before');
  return 1 + (row?.before ?? 0);
}

/** The version in force, with its document. */
export async function versionInForce(
  connection: Connection,
  settingId: string,
): Promise<PolicyVersion & { policy: Policy }> {
  const row: unknown = await connection('policies')
    .where({ setting_id: settingId })
    .orderBy('version', 'desc')
    .first([...columns, 'document']);
  if (row === undefined) return { ...asItComes, policy: defaultPolicy };
  return { ...rowSchema.parse(row), policy: wholePolicy(z.object({ document: z.string() }).parse(row).document) };
}
