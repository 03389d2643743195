import { z } from 'zod';
import type { Calendar, Opening } from '../../shared/calendar/opening.ts';
import { type Clock, type Instant, instant, instantSchema } from '../../shared/instant.ts';
import { defaultPolicy, type Policy } from '../../shared/policy/document.ts';
import { type EvaluatedPolicy, evaluatedPolicyOf } from '../../shared/policy/evaluated-policy.ts';
import { ask } from '../storage/ask.ts';
import type { Connection } from '../storage/database.ts';
import { wholePolicy } from './policy-store.ts';
import { placeSaltOf } from './salts.ts';

interface RulesParts {
  clock: Clock;
  /** The setting's calendar as from its own day at an instant. */
  calendarFor: (opening: Opening, at: { timeZone: string; at: Instant }) => Calendar;
}

/** What a setting's devices are judged by, under which version, and since when that holds. */
export interface RulesInForce {
  rules: EvaluatedPolicy;
  version: number;
  since: Instant;
}

export interface RulesOf {
  /** Of the policy in force. */
  inForce(connection: Connection, settingId: string): Promise<RulesInForce>;
  /** Of another policy, in force or not. */
  of(connection: Connection, settingId: string, policy: Policy): Promise<EvaluatedPolicy>;
}

const storedSchema = z.object({ version: z.int(), document: z.string(), at: instantSchema });
const settingSchema = z.object({ time_zone: z.string(), salt: z.string().nullable() });

interface Kept {
  document: string | null;
  timeZone: string;
  salt: string;
  /** The UTC day and hour: the setting's own day changes within one. */
  hour: string;
  rules: EvaluatedPolicy;
}

/**
 * Makes what reports are judged by of what is stored, once for each document, zone, salt and hour: digests and dates cost
 * too much to be made for each report. What is kept is told apart by the document itself and not by its version, for a
 * version that was rolled back comes again with another document.
 */
export function createRulesOf({ clock, calendarFor }: RulesParts): RulesOf {
  const kept = new Map<string, Kept>();

  const make = (policy: Policy, { timeZone, salt }: { timeZone: string; salt: string }) => {
    const calendar = calendarFor(policy.opening, { timeZone, at: instant(clock.now()) });
    return evaluatedPolicyOf(policy, { placeSalt: salt, calendar });
  };

  return {
    inForce: async (connection, settingId) => {
      const stored = await latestOf(connection, settingId);
      const { timeZone, salt } = await settingOf(connection, settingId);
      const key = { document: stored?.document ?? null, timeZone, salt, hour: instant(clock.now()).slice(0, 13) };
      const before = kept.get(settingId);
      const isSame =
        before !== undefined && (Object.keys(key) as (keyof typeof key)[]).every((of) => before[of] === key[of]);
      const rules = isSame ? before.rules : make(policyOf(stored), { timeZone, salt });
      if (!isSame) kept.set(settingId, { ...key, rules });
      return { rules, version: 1 + (stored?.version ?? 0), since: stored?.at ?? instant(0) };
    },
    of: async (connection, settingId, policy) => {
      const { timeZone, salt } = await settingOf(connection, settingId);
      return make(policy, { timeZone, salt });
    },
  };
}

async function latestOf(connection: Connection, settingId: string) {
  const sql = 'select version, document, at from policies where setting_id = ? order by version desc limit 1';
  const [row] = await ask(connection, sql, [settingId]);
  return row === undefined ? undefined : storedSchema.parse(row);
}

function policyOf(stored: { document: string } | undefined): Policy {
  return stored === undefined ? defaultPolicy : wholePolicy(stored.document);
}

/** The setting's zone and its place salt, made now if there is none. */
async function settingOf(connection: Connection, settingId: string): Promise<{ timeZone: string; salt: string }> {
  const sql =
    'select time_zone, salt from settings left join place_salts on place_salts.setting_id = settings.id where settings.id = ?';
  const [row] = await ask(connection, sql, [settingId]);
  const { time_zone, salt } = settingSchema.parse(row);
  return { timeZone: time_zone, salt: salt ?? (await placeSaltOf(connection, settingId)) };
}
