import { type Clock, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { type FullReport, fullReportSchema, type SectionName, type Sections } from '../shared/report/report.ts';
import type { Platform } from './platform/platform.ts';
import { createHealth } from './probe/health.ts';
import { createProber } from './probe/prober.ts';

/** Asks every probe once, with no server: what `report` prints. */
export async function runOneCycle(parts: { platform: Platform; clock: Clock; log: Log }): Promise<FullReport> {
  const prober = createProber({ ...parts, health: createHealth(parts), onReading: () => {} });
  const sections = await prober.askAll();
  return fullReportSchema.parse({ platform: parts.platform.name, at: instant(parts.clock.now()), sections });
}

/** Asks one probe once, with no server: what `explain` tells of. */
export async function lookAt(
  parts: { platform: Platform; clock: Clock; log: Log },
  section: SectionName,
): Promise<Partial<Sections>> {
  return createProber({ ...parts, health: createHealth(parts), onReading: () => {} }).ask([section]);
}
