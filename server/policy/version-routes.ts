import { StatedError } from '../../shared/api/errors.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Database } from '../storage/database.ts';
import { changesInWords } from './change-words.ts';
import { findVersion, pageOfVersions, versionBefore } from './version-store.ts';

/** Every version of a policy stays readable: who made it, when, why, and what it changed. */
export function policyVersionRoutes({ db }: { db: Database }) {
  const wanted = async (settingId: string, number: number) => {
    const found = Number.isSafeInteger(number) ? await findVersion(db, settingId, number) : undefined;
    if (found === undefined)
      throw new StatedError('not-found', 'There is no such version of the rules. Look it up in the list of versions.');
    return found;
  };
  const before = async (settingId: string, version: number): Promise<Policy | undefined> =>
    version === 1 ? undefined : (await wanted(settingId, await versionBefore(db, settingId, version))).policy;

  return {
    listPolicyVersions: async ({ asker, query }) => pageOfVersions(db, asker.settingId, query),
    showPolicyVersion: async ({ asker, params }) => {
      const found = await wanted(asker.settingId, numberOf(params.id));
      const earlier = await before(asker.settingId, found.version);
      return { ...found, changes: earlier === undefined ? [] : changesInWords(earlier, found.policy) };
    },
    comparePolicyVersions: async ({ asker, params, query }) => {
      const to = await wanted(asker.settingId, numberOf(params.id));
      const from = await wanted(asker.settingId, query.with ?? (await versionBefore(db, asker.settingId, to.version)));
      return { from: from.version, to: to.version, changes: changesInWords(from.policy, to.policy) };
    },
  } satisfies Partial<Handlers>;
}

/** A version's number as it stands in an address; anything else is no number of a version. */
function numberOf(text: string | undefined): number {
  return /^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : Number.NaN;
}
