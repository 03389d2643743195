import { z } from 'zod';
import type { Calendar } from '../shared/calendar/opening.ts';
import { closedTimeAt, closingAfter, hasHours, openingAfter } from '../shared/calendar/opening-hours.ts';
import { type Clock, type Instant, instant } from '../shared/instant.ts';
import { evaluate } from '../shared/policy/evaluate.ts';
import type { Audit } from './audit/audit.ts';
import { settingCalendar } from './calendar/setting-calendar.ts';
import { lastLooks } from './commands/last-looks.ts';
import { findDeviceOf, pageOfDevices } from './devices/device-store.ts';
import type { DeviceViews } from './devices/device-views.ts';
import { highestSettingsVersion, latestSections } from './devices/reading-store.ts';
import { guardRoutes } from './guard/routes.ts';
import type { SettingHours } from './hometime/board.ts';
import type { AtHometime } from './hometime/given.ts';
import { hometimeRoutes } from './hometime/routes.ts';
import type { Handlers } from './http/handlers.ts';
import { createPolicyEffects } from './policy/effects.ts';
import type { FactsOf } from './policy/facts-of.ts';
import { currentPolicy } from './policy/policy-store.ts';
import { policyRoutes } from './policy/routes.ts';
import type { RulesOf } from './policy/rules-in-force.ts';
import { policyVersionRoutes } from './policy/version-routes.ts';
import type { Connection, Database } from './storage/database.ts';
import type { Touched } from './storage/touched.ts';

interface HouseRulesParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  rules: RulesOf;
  views: DeviceViews;
  factsOf: FactsOf;
  judgeSetting: (connection: Connection, settingId: string) => Promise<Touched>;
  changed: (touched: Touched) => void;
}

/** Devices read at once: everything else has its turn in between. */
const devicesAtOnce = 100;

/** Joins what the setting asks of its devices with what is known of them: the policy, what a change would do, guards, closing time. */
export function houseRuleRoutes(parts: HouseRulesParts) {
  const { db, clock, audit, rules, judgeSetting, changed } = parts;
  const effectsOf = createPolicyEffects({
    clock,
    devicesOf: (settingId) => fleetOf(db, settingId),
    factsAt: async (settingId, at) => {
      const inForce = await rules.inForce(db, settingId);
      return (deviceId) => parts.factsOf(db, deviceId, { at, inForce });
    },
    judgeBy: async (settingId, policy) => {
      const evaluated = await rules.of(db, settingId, policy);
      return (facts, now) => evaluate(facts, evaluated, now);
    },
  });
  return {
    ...policyRoutes({ db, clock, audit, judgeSetting, highestReported: highestSettingsVersion, changed, effectsOf }),
    ...policyVersionRoutes({ db }),
    ...guardRoutes({ db, deviceOf: findDeviceOf, healthOf: (connection, id) => healthOf(connection, id, clock) }),
    ...hometimeRoutes({
      clock,
      settingOf: (settingId, now) => settingAtHometime(db, settingId, now),
      devicesOf: (settingId, since) => devicesAtHometime(parts, settingId, since),
    }),
  } satisfies Partial<Handlers>;
}

async function fleetOf(db: Database, settingId: string) {
  const rows: unknown = await db('devices')
    .where({ setting_id: settingId, retired_at: null })
    .orderBy([{ column: 'name' }, { column: 'id' }])
    .select('id', 'name', 'observe_mode');
  return z
    .array(z.object({ id: z.string(), name: z.string(), observe_mode: z.union([z.null(), z.coerce.boolean()]) }))
    .parse(rows)
    .map(({ observe_mode, ...device }) => ({ ...device, observeMode: observe_mode }));
}

async function healthOf(connection: Connection, deviceId: string, clock: Clock) {
  const sections = (await latestSections(connection, [deviceId])).get(deviceId);
  return sections?.agent ?? { state: 'unknown' as const, reason: 'not-asked-yet' as const, at: instant(clock.now()) };
}

async function settingAtHometime(db: Database, settingId: string, now: Instant) {
  const row: unknown = await db('settings').where({ id: settingId }).first('time_zone');
  const timeZone = z.object({ time_zone: z.string() }).parse(row).time_zone;
  const policy = await currentPolicy(db, settingId);
  return { policy, timeZone, ...hoursAt(now, settingCalendar(policy.opening, { timeZone, at: now })) };
}

/** From closing to the next opening it is about the closing that has passed; in opening hours about the one to come. */
export function hoursAt(now: Instant, calendar: Calendar): SettingHours {
  if (!hasHours(calendar)) return { phase: 'no-hours', closesAt: null, opensAt: null };
  const closed = closedTimeAt(now, calendar);
  if (closed !== undefined) return { phase: 'closed', closesAt: closed.from, opensAt: closed.to };
  const closesAt = closingAfter(now, calendar);
  return { phase: 'open', closesAt, opensAt: closesAt === null ? null : openingAfter(closesAt, calendar) };
}

async function* devicesAtHometime(
  { db, views }: HouseRulesParts,
  settingId: string,
  since: Instant | null,
): AsyncGenerator<AtHometime[]> {
  let cursor: string | undefined;
  do {
    const place = cursor === undefined ? {} : { cursor };
    const { items, nextCursor } = await pageOfDevices(db, settingId, { limit: devicesAtOnce, ...place });
    const shown = await views(db, items);
    const ids = items.map(({ id }) => id);
    const looks = since === null ? new Map<string, undefined>() : await lastLooks(db, ids, since);
    yield shown.map((device) => ({ device, lookedOnOrder: looks.get(device.id) }));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
