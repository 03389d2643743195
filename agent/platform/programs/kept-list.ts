import { z } from 'zod';
import { type Instant, instantSchema } from '../../../shared/instant.ts';
import {
  type ProgramChange,
  type ProgramSource,
  programChangeSchema,
  programSourceSchema,
} from '../../../shared/report/programs.ts';

/** The list of installed programs as it was last seen, with what is known of its past. It stays on the device. */
export interface KeptList {
  since: Instant;
  /** Lists that could never be read: what they hold is not new when they first can be. */
  neverRead: ProgramSource[];
  changes: ProgramChange[];
  /** Sorted lines as `toLine` writes them, in one text: a few thousand objects would cost ten times the memory. */
  lines: string;
}

const keptListSchema = z.strictObject({
  since: instantSchema,
  neverRead: z.array(programSourceSchema),
  changes: z.array(programChangeSchema),
  lines: z.string(),
});

/** undefined: none was kept, or it is not understood, and the list begins anew. */
export function parseKeptList(text: string | undefined): KeptList | undefined {
  if (text === undefined) return undefined;
  try {
    return keptListSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function keptListText(kept: KeptList): string {
  return JSON.stringify(kept);
}

export function linesOf(kept: KeptList): string[] {
  return kept.lines === '' ? [] : kept.lines.split('\n');
}
