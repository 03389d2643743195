import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Policy, policyChangeSchema } from '../../shared/policy/document.ts';
import { mostVersionsAhead } from '../../shared/policy/rules/settings.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker, SignedIn } from '../http/asker.ts';
import { requireConfirmed } from '../http/confirmed.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection, Database } from '../storage/database.ts';
import type { Touched } from '../storage/touched.ts';
import { changesInWords } from './change-words.ts';
import type { PolicyEffectsOf } from './effects.ts';
import { isLooser, policyVersion, storePolicy } from './policy-store.ts';
import { findVersion, versionInForce } from './version-store.ts';

interface PolicyRoutesParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  /** Judges every device of the setting again, inside the change; answers what is to be told after the commit. */
  judgeSetting: (connection: Connection, settingId: string) => Promise<Touched>;
  /** The highest version of the settings, up to one, that a device of the setting says it looks by; 0: none. */
  highestReported: (connection: Connection, settingId: string, upTo: number) => Promise<number>;
  /** Told after the commit. */
  changed: (touched: Touched) => void;
  /** What a policy would do, worked out and not done. */
  effectsOf: PolicyEffectsOf;
}

export function policyRoutes(parts: PolicyRoutesParts) {
  const { db, clock, audit, judgeSetting, highestReported, changed, effectsOf } = parts;

  /** Keeps the new version and its record; the caller judges by it in the same transaction. */
  const keep = async (
    connection: Connection,
    { asker, session }: { asker: Asker; session: SignedIn | undefined },
    { before, policy, reason }: { before: Policy; policy: Policy; reason: string },
  ): Promise<void> => {
    // What guards a wipe is not taken away by a program, nor by whoever finds a page open.
    if (isLooser(policy.wipeApproval, before.wipeApproval)) requireConfirmed({ session });
    const upTo = (await policyVersion(connection, asker.settingId)) + mostVersionsAhead;
    const reported = await highestReported(connection, asker.settingId, upTo);
    const by = { actor: asker.name, at: instant(clock.now()), reason, reported };
    await storePolicy(connection, asker.settingId, policy, by);
    const { version } = await versionInForce(connection, asker.settingId);
    const wipe = before.wipeApproval === policy.wipeApproval ? {} : { wipeApproval: policy.wipeApproval };
    const data = { version, reason, ...wipe };
    await audit(connection, { settingId: asker.settingId, actor: asker.name, action: 'policy.changed', data });
  };

  return {
    showPolicy: async ({ asker }) => versionInForce(db, asker.settingId),
    changePolicy: async ({ asker, session, body }) => {
      const { touched, kept } = await db.transaction(async (transaction) => {
        const inForce = await versionInForce(transaction, asker.settingId);
        if (inForce.version !== body.basedOn) throw await outdated(transaction, asker.settingId, body.basedOn);
        const policy = proposed(inForce.policy, body.policy);
        await keep(transaction, { asker, session }, { before: inForce.policy, policy, reason: body.reason });
        const touched = await judgeSetting(transaction, asker.settingId);
        return { touched, kept: await versionInForce(transaction, asker.settingId) };
      });
      changed(touched);
      return kept;
    },
    tryPolicy: async ({ asker, body, query }) => {
      const { version, policy } = await versionInForce(db, asker.settingId);
      const after = proposed(policy, body.policy);
      const effects = await effectsOf({ settingId: asker.settingId, before: policy, after }, query);
      return { basedOn: version, changes: changesInWords(policy, after), ...effects };
    },
  } satisfies Partial<Handlers>;
}

/** What the policy becomes by a change. */
function proposed(before: Policy, change: z.infer<typeof policyChangeSchema>): Policy {
  return withNewList(before, { ...before, ...given(change) });
}

/** The refusal of a change that was made of another version than the one in force: who changed it, why, and what. */
async function outdated(connection: Connection, settingId: string, basedOn: number): Promise<StatedError> {
  const inForce = await versionInForce(connection, settingId);
  const seen = await findVersion(connection, settingId, basedOn);
  if (seen === undefined)
    return new StatedError(
      'conflict',
      `There is no version ${basedOn} of the rules. Load them again, then change them.`,
      {
        fields: { basedOn: 'is no version of these rules' },
      },
    );
  const what = changesInWords(seen.policy, inForce.policy);
  const why = inForce.reason === null ? '' : ` (“${inForce.reason}”)`;
  const said = what.length === 0 ? 'It says the same as the one you began with.' : `${shortened(what).join('. ')}.`;
  return new StatedError(
    'conflict',
    `${inForce.by} changed the rules meanwhile${why}. ${said} Nothing of yours was saved: look at it, then save again.`,
    { fields: { basedOn: `is version ${basedOn}, and version ${inForce.version} holds` } },
  );
}

/** Sentences that fit into a refusal. */
function shortened(sentences: readonly string[], most = 6): string[] {
  const shown = sentences.slice(0, most).map((sentence) => sentence.slice(0, 200));
  return sentences.length > most ? [...shown, `and ${sentences.length - most} more`] : shown;
}

/** What of a change was said at all: a part left out must not overwrite. */
function given(change: z.infer<typeof policyChangeSchema>): Partial<Policy> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/**
 * A list of apps that says something else has a version of its own, which the server
 * counts whatever the asker called it: devices answer by the version for which list
 * they looked, and a number at the end of all numbers would leave none for the next.
 */
function withNewList(before: Policy, after: Policy): Policy {
  if (isDeepStrictEqual(after.apps.apps, before.apps.apps)) return { ...after, apps: before.apps };
  return { ...after, apps: { ...after.apps, version: before.apps.version + 1 } };
}
