import { z } from 'zod';
import type { Head } from '../audit/chain.ts';
import type { Connection } from '../storage/database.ts';
import { type VerifyParts, verifyRecord } from './verify.ts';

/** A record that is broken everywhere is told by its first faults. */
const mostFaults = 100;

/**
 * Checks the record of incidents of every setting, one line each and one for each fault. `noted` are ends of registers
 * written down elsewhere, "N:HASH": each must stand in some register.
 */
export async function verifyIncidents(
  parts: VerifyParts,
  noted: readonly Head[] = [],
): Promise<{ lines: string[]; intact: boolean }> {
  const lines: string[] = [];
  let intact = true;
  for (const settingId of await settingsWithRecords(parts.db)) {
    const found = await verifyRecord(parts, settingId);
    const counted = `${found.cases} cases, ${found.entries} entries, ${found.attachments} files`;
    lines.push(
      `incidents of setting ${settingId}: ${counted}, ${found.intact ? `intact, head ${found.head}` : 'NOT INTACT'}`,
    );
    for (const { incidentId, number, what } of found.faults.slice(0, mostFaults))
      lines.push(`  ${incidentId ?? 'register'}${number === null ? '' : `, entry ${number}`}: ${what}`);
    intact &&= found.intact;
  }
  for (const { number, hash } of noted) {
    if ((await parts.db('incident_register').where({ number, hash }).first('number')) !== undefined) continue;
    lines.push(`NOT INTACT: line ${number} with the hash ${hash}, as it was noted down, is in no register`);
    intact = false;
  }
  return { lines, intact };
}

async function settingsWithRecords(db: Connection): Promise<string[]> {
  const rows: unknown = await db.raw(
    'select setting_id as id from incident_heads union select setting_id from incident_entries union select setting_id from incidents union select setting_id from incident_register order by 1',
  );
  return z
    .array(z.object({ id: z.coerce.string() }))
    .parse(rows)
    .map(({ id }) => id);
}
