import { z } from 'zod';
import {
  defaultNotifyRules,
  defaultPreferences,
  matterKindSchema,
  type NotifyRules,
  notifyRulesSchema,
  type Preferences,
  preferencesSchema,
  roleRuleSchema,
} from '../../shared/api/notify.ts';
import type { Connection } from '../storage/database.ts';

const documentSchema = z.object({ document: z.string() });
/** Rules as they may lie in the database: kept before a kind of matter was known, or while there were others. */
const storedRulesSchema = notifyRulesSchema.extend({
  roles: z
    .record(z.string(), roleRuleSchema)
    .transform((roles) => Object.entries(roles).filter(([kind]) => matterKindSchema.safeParse(kind).success))
    .transform((known) => Object.fromEntries(known))
    .pipe(z.partialRecord(matterKindSchema, roleRuleSchema)),
});

/** Of whom, in which setting. */
interface Whose {
  settingId: string;
  personId: string;
}

export async function preferencesOf(connection: Connection, { settingId, personId }: Whose): Promise<Preferences> {
  const row: unknown = await connection('notify_preferences')
    .where({ setting_id: settingId, person_id: personId })
    .first('document');
  if (row === undefined) return defaultPreferences;
  return preferencesSchema.parse(JSON.parse(documentSchema.parse(row).document));
}

export async function storePreferences(
  connection: Connection,
  { settingId, personId }: Whose,
  preferences: Preferences,
): Promise<void> {
  await connection('notify_preferences')
    .insert({ setting_id: settingId, person_id: personId, document: JSON.stringify(preferences) })
    .onConflict(['person_id', 'setting_id'])
    .merge(['document']);
}

/** The setting's own rules; the defaults until it has decided, and for kinds that came later. */
export async function rulesOf(connection: Connection, settingId: string): Promise<NotifyRules> {
  const row: unknown = await connection('notify_rules').where({ setting_id: settingId }).first('document');
  if (row === undefined) return defaultNotifyRules;
  const stored = storedRulesSchema.parse(JSON.parse(documentSchema.parse(row).document));
  return { ...stored, roles: { ...defaultNotifyRules.roles, ...stored.roles } };
}

export async function storeRules(connection: Connection, settingId: string, rules: NotifyRules): Promise<void> {
  await connection('notify_rules')
    .insert({ setting_id: settingId, document: JSON.stringify(rules) })
    .onConflict('setting_id')
    .merge(['document']);
}

/** The IANA time zone by which a setting lives. */
export async function timeZoneOf(connection: Connection, settingId: string): Promise<string> {
  const row: unknown = await connection('settings').where({ id: settingId }).first('time_zone');
  return z.object({ time_zone: z.string() }).parse(row).time_zone;
}
