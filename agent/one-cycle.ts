import { type Clock, instant } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { type FullReport, fullReportSchema, type SectionName, type Sections } from '../shared/report/report.ts';
import type { Keeper } from './platform/keeper.ts';
import type { Platform } from './platform/platform.ts';
import { createHealth } from './probe/health.ts';
import { createProber } from './probe/prober.ts';

interface LookParts {
  platform: Platform;
  clock: Clock;
  log: Log;
  keeper: Keeper;
}

function createLook(parts: LookParts) {
  const { clock, keeper } = parts;
  return createProber({ ...parts, health: createHealth({ clock, keeper, isLook: true }).probe, onReading: () => {} });
}

/** Asks every probe once, with no server: what `report` prints. */
export async function runOneCycle(parts: LookParts): Promise<FullReport> {
  const prober = createLook(parts);
  const sections = await prober.askAll();
  return fullReportSchema.parse({ platform: parts.platform.name, at: instant(parts.clock.now()), sections });
}

/** Asks one probe once, with no server: what `explain` tells of. */
export async function lookAt(parts: LookParts, section: SectionName): Promise<Partial<Sections>> {
  return createLook(parts).ask([section]);
}
