import { z } from 'zod';
import type { FindingView } from '../../shared/api/devices.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { type Finding, findingCatalogue, findingCodeSchema, isMisuse } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';

/** A finding with the time it began. */
export interface StandingFinding extends Finding {
  since: Instant;
  /** From when its grace is reckoned; null: from its beginning. */
  graceFrom?: Instant | null;
}

const rowSchema = z
  .object({
    device_id: z.string(),
    code: findingCodeSchema,
    text: z.string(),
    remedy: z.string(),
    since: instantSchema,
    grace_until: instantSchema.nullable(),
    grace_from: instantSchema.nullable(),
  })
  .transform(({ device_id, grace_until, grace_from, ...row }) => ({
    deviceId: device_id,
    finding: { ...row, graceUntil: grace_until, graceFrom: grace_from },
  }));

/** What is found wrong with each device now, in the order of the catalogue. */
export async function findingsOf(
  connection: Connection,
  deviceIds: readonly string[],
): Promise<Map<string, StandingFinding[]>> {
  const rows = z.array(rowSchema).parse(await connection('findings').whereIn('device_id', [...deviceIds]));
  const found = new Map<string, StandingFinding[]>(deviceIds.map((id) => [id, []]));
  for (const { deviceId, finding } of rows) found.get(deviceId)?.push(finding);
  const order = Object.keys(findingCatalogue);
  for (const list of found.values()) list.sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code));
  return found;
}

export async function addFinding(connection: Connection, deviceId: string, finding: StandingFinding): Promise<void> {
  const { code, text, remedy, since, graceUntil } = finding;
  await connection('findings').insert({ device_id: deviceId, code, text, remedy, since, grace_until: graceUntil });
}

/** Changes the words and the grace of a finding; its beginning stays. */
export async function rewordFinding(connection: Connection, deviceId: string, finding: Finding): Promise<void> {
  await connection('findings')
    .where({ device_id: deviceId, code: finding.code })
    .update({ text: finding.text, remedy: finding.remedy, grace_until: finding.graceUntil });
}

export async function removeFinding(connection: Connection, deviceId: string, code: Finding['code']): Promise<void> {
  await connection('findings').where({ device_id: deviceId, code }).delete();
}

export function viewOfFinding(finding: StandingFinding): FindingView {
  const { code, text, remedy, since, graceUntil } = finding;
  const { severity, requirements } = findingCatalogue[code];
  return {
    code,
    text,
    remedy,
    since,
    graceUntil,
    severity,
    misuse: isMisuse(finding),
    requirements: [...requirements],
  };
}
