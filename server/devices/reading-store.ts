import { z } from 'zod';
import type { ChangeView } from '../../shared/api/devices.ts';
import type { Page, PageQuery } from '../../shared/api/page.ts';
import { type Instant, instant, instantSchema } from '../../shared/instant.ts';
import { unknown } from '../../shared/reading.ts';
import {
  changedSectionsSchema,
  fullReportSchema,
  type SectionName,
  type Sections,
  sectionNames,
  sectionSchemas,
} from '../../shared/report/report.ts';
import { ask } from '../storage/ask.ts';
import { pageNewestFirst } from '../storage/cursor.ts';
import type { Connection } from '../storage/database.ts';

const sectionsSchema = fullReportSchema.shape.sections;
const latestRowSchema = z.object({ device_id: z.string(), section: z.string(), reading: z.string() });
const changeRowSchema = z.object({
  id: z.number(),
  section: z.string(),
  reading: z.string(),
  received_at: instantSchema,
});

/** Every section of a device of which nothing has been heard yet. */
export function nothingHeard(at: Instant): Sections {
  const entries = sectionNames.map((name) => [name, unknown('not-asked-yet', at)]);
  return sectionsSchema.parse(Object.fromEntries(entries));
}

/** The latest reading of every section of each device; sections never heard of are unknown, `not-asked-yet`. */
export async function latestSections(
  connection: Connection,
  deviceIds: readonly string[],
): Promise<Map<string, Sections>> {
  const rows = z.array(latestRowSchema).parse(await connection('latest_readings').whereIn('device_id', [...deviceIds]));
  const heard = new Map<string, Record<string, unknown>>(deviceIds.map((id) => [id, { ...nothingHeard(instant(0)) }]));
  for (const row of rows) {
    const sections = heard.get(row.device_id);
    const reading = readingOf(row);
    if (sections && reading !== undefined) sections[row.section] = reading;
  }
  return new Map([...heard].map(([id, sections]) => [id, sectionsSchema.parse(sections)]));
}

/** A stored reading; undefined when it is of a section or a form that this version does not know: it counts as not asked until the device tells it again. */
function readingOf({ section, reading }: z.infer<typeof latestRowSchema>): unknown {
  const name = z.enum(sectionNames).safeParse(section).data;
  return name === undefined ? undefined : sectionSchemas[name].safeParse(JSON.parse(reading)).data;
}

/** Sections whose every change is not worth a row for ever: the agent's own figures move each hour, and tell nothing of what people did. */
const notRemembered: readonly SectionName[] = ['agent'];

/** Makes a reading the latest of its section and remembers the change. */
export async function storeChange(
  connection: Connection,
  change: { deviceId: string; section: SectionName; reading: Sections[SectionName]; receivedAt: Instant },
): Promise<void> {
  const row = {
    device_id: change.deviceId,
    section: change.section,
    reading: JSON.stringify(change.reading),
    received_at: change.receivedAt,
  };
  await connection('latest_readings').insert(row).onConflict(['device_id', 'section']).merge();
  if (!notRemembered.includes(change.section)) await connection('reading_changes').insert(row);
}

/** What changed on a device, newest first. */
export async function pageOfChanges(
  connection: Connection,
  deviceId: string,
  page: PageQuery,
): Promise<Page<ChangeView>> {
  const query = connection('reading_changes').where({ device_id: deviceId });
  const { kept, nextCursor } = await pageNewestFirst(query, page, {
    column: 'id',
    parse: z.array(changeRowSchema).parse,
    numberOf: ({ id }) => id,
  });
  return { items: kept.flatMap(changeOf), nextCursor };
}

/** A change as it is shown. One in a form that this version does not know stays in the database and out of the list: nothing true can be said of it. */
function changeOf(row: z.infer<typeof changeRowSchema>): ChangeView[] {
  const section = z.enum(sectionNames).safeParse(row.section).data;
  if (section === undefined) return [];
  const reading = changedSectionsSchema.safeParse({ [section]: JSON.parse(row.reading) }).data;
  return reading === undefined ? [] : [{ id: row.id, section, reading, receivedAt: row.received_at }];
}

/** The highest version of the settings, up to one, that a device of the setting's fleet says it looks by; 0: none says any. */
export async function highestSettingsVersion(connection: Connection, settingId: string, upTo: number): Promise<number> {
  const rows = await ask(
    connection,
    `select max(json_extract(reading, '$.value.settingsVersion')) as highest
       from latest_readings join devices on devices.id = latest_readings.device_id
      where section = 'agent' and setting_id = ? and retired_at is null
        and json_extract(reading, '$.value.settingsVersion') <= ?`,
    [settingId, upTo],
  );
  return z.array(z.object({ highest: z.int().nullable() })).parse(rows)[0]?.highest ?? 0;
}
