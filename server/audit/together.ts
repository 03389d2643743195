import { z } from 'zod';
import type { AuditEntryView } from '../../shared/api/safeguards.ts';
import type { AuditEntry } from './audit.ts';
import type { StoredEntry } from './audit-store.ts';
import { canonicalJson, sorted, storable, type WrittenEntry } from './chain.ts';

/**
 * Entries that are written together are one row: a log-out of a whole fleet would be fifty thousand otherwise. Each keeps
 * a number of its own, the row that of the last; the row's hash is that of all of them. `data` holds them, a JSON list.
 */
export const togetherAction = 'together';

const dataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const lineSchema = z.tuple([z.string(), z.string(), z.string().nullable(), dataSchema]);
const linesSchema = z.array(lineSchema).min(2);

/** What a row says of entries, several or one. */
export function rowOf(entries: readonly AuditEntry[]): Pick<WrittenEntry, 'actor' | 'action' | 'subject' | 'data'> {
  const [first, second] = entries;
  if (first !== undefined && second === undefined) {
    const { actor, action, subject, data } = first;
    return { actor: storable(actor), action, subject: storableOrNull(subject), data: canonicalJson(data ?? {}) };
  }
  const lines = entries.map(({ actor, action, subject, data }) => [
    ...[storable(actor), action, storableOrNull(subject), sorted(data ?? {})],
  ]);
  return { actor: 'server', action: togetherAction, subject: null, data: storable(JSON.stringify(lines)) };
}

/** How many entries a row holds; undefined: that cannot be read any more. */
export function countOf({ action, data }: Pick<WrittenEntry, 'action' | 'data'>): number | undefined {
  if (action !== togetherAction) return 1;
  const lines = parsed(data);
  return Array.isArray(lines) && lines.length > 1 ? lines.length : undefined;
}

/** The entries of a row as people and programs are shown them, oldest first. What was tampered with is shown as far as it can be; the verification tells it. */
export function viewsOf(row: StoredEntry): AuditEntryView[] {
  const { number, at, actor, action, subject, data, hash } = row;
  const lines = action === togetherAction ? linesSchema.safeParse(parsed(data)).data : undefined;
  if (lines === undefined) {
    const read = dataSchema.safeParse(parsed(data)).data;
    return [{ number, at, actor, action, subject, data: read ?? { unreadable: data }, hash }];
  }
  return lines.map(([by, what, of, more], index) => ({
    ...{ number: number - lines.length + 1 + index, at, hash },
    ...{ actor: by, action: what, subject: of, data: more },
  }));
}

function storableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
