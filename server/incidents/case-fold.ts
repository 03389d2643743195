import { z } from 'zod';
import { type CaseState, caseStateSchema } from '../../shared/incident/case-life.ts';
import { type Category, categorySchema } from '../../shared/incident/categories.ts';
import {
  type Concerns,
  type Conduct,
  conductSchema,
  type EntryData,
  type EntryKind,
  entryData,
} from '../../shared/incident/entries.ts';
import type { Instant } from '../../shared/instant.ts';
import { type Severity, severitySchema } from '../../shared/policy/findings.ts';

/** What a case comes to by its entries. The tables hold it for quick asking; the entries are the truth. */
export interface CaseFacts {
  source: 'device' | 'person' | 'form';
  deviceId: string | null;
  matter: string | null;
  category: Category;
  severity: Severity;
  conduct: Conduct | null;
  signedOff: boolean;
  confidential: boolean;
  state: CaseState;
  ongoing: boolean;
  reporterId: string | null;
  follows: string | null;
  openedAt: Instant;
  knownAt: Instant;
  lastAt: Instant;
  count: number;
  closedAt: Instant | null;
  /** Until when the words of a closed case are kept; null: it is not closed, or until somebody decides. */
  keptUntil: Instant | null;
}

/** What of an entry matters here. */
export type FoldedEntry = {
  [Kind in EntryKind]: { kind: Kind; at: Instant; actorId: string | null; data: EntryData<Kind> };
}[EntryKind];

export function openedCase(entry: FoldedEntry & { kind: 'opened' }): CaseFacts {
  const { at, actorId, data } = entry;
  const { source, deviceId, matter, category, severity, confidential, follows } = data;
  const openedAt = data.happenedAt ?? at;
  return {
    source,
    deviceId,
    matter,
    category,
    severity,
    conduct: null,
    signedOff: false,
    confidential,
    state: 'open',
    ongoing: source === 'device',
    reporterId: data.reporter === 'account' ? actorId : null,
    follows,
    openedAt,
    knownAt: at,
    lastAt: openedAt,
    count: 1,
    closedAt: null,
    keptUntil: null,
  };
}

const later = (one: Instant, other: Instant): Instant => (one > other ? one : other);

/** What a case comes to after one more entry. */
export function advance(facts: CaseFacts, entry: FoldedEntry): CaseFacts {
  switch (entry.kind) {
    case 'repeated':
      return {
        ...facts,
        ongoing: true,
        count: facts.count + 1,
        lastAt: later(facts.lastAt, entry.data.happenedAt),
      };
    case 'ended':
      return { ...facts, ongoing: false, lastAt: later(facts.lastAt, entry.data.happenedAt) };
    case 'assessed':
      return { ...facts, severity: entry.data.severity, conduct: entry.data.conduct, signedOff: false };
    case 'signed-off':
      return { ...facts, signedOff: true };
    case 'confidentiality':
      return { ...facts, confidential: entry.data.confidential };
    case 'purged':
      // Its kind and its times are left, for counting; nothing by which anybody could be found.
      return { ...facts, reporterId: null, deviceId: null, matter: null, conduct: null, follows: null };
    case 'state-changed':
      return {
        ...facts,
        state: entry.data.to,
        closedAt: entry.data.to === 'closed' ? entry.at : facts.closedAt,
        keptUntil: entry.data.keptUntil ?? null,
      };
    default:
      return facts;
  }
}

/** A stored entry as it can be folded; undefined: its words are purged, or not of the shape of its kind. */
export function readEntry(stored: {
  kind: string;
  at: string;
  content: { actorId: string | null; data: string } | undefined;
}): FoldedEntry | undefined {
  const { kind, at, content } = stored;
  if (content === undefined || !isKind(kind)) return undefined;
  const data = entryData[kind].safeParse(parsedJson(content.data));
  // The table ties each kind to its shape; what came out of it is of that kind.
  return data.success ? ({ kind, at, actorId: content.actorId, data: data.data } as FoldedEntry) : undefined;
}

function isKind(kind: string): kind is EntryKind {
  return Object.hasOwn(entryData, kind);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All that a whole case comes to; undefined when its first entry does not open one. */
export function foldCase(entries: readonly FoldedEntry[]): CaseFacts | undefined {
  const [first, ...rest] = entries;
  return first?.kind === 'opened' ? rest.reduce(advance, openedCase(first)) : undefined;
}

/** Whom a case concerns, as its entries have it. */
export function foldConcerns(entries: readonly FoldedEntry[]): Concerns {
  const people = new Set<string>();
  const roles = new Set<Concerns['roles'][number]>();
  for (const entry of entries) {
    const named = entry.kind === 'opened' ? entry.data.concerns : entry.kind === 'concerns' ? entry.data : undefined;
    for (const id of named?.people ?? []) people.add(id);
    for (const role of named?.roles ?? []) roles.add(role);
  }
  return { people: [...people].sort(), roles: [...roles].sort() };
}

/** The row of a case, as it is stored. */
export const caseRowSchema = z
  .object({
    id: z.string(),
    setting_id: z.string(),
    reference: z.string(),
    source: z.enum(['device', 'person', 'form']),
    device_id: z.string().nullable(),
    matter: z.string().nullable(),
    category: categorySchema,
    severity: severitySchema,
    conduct: conductSchema.nullable(),
    signed_off: z.coerce.boolean(),
    confidential: z.coerce.boolean(),
    state: caseStateSchema,
    ongoing: z.coerce.boolean(),
    reporter_id: z.string().nullable(),
    follows: z.string().nullable(),
    opened_at: z.string(),
    known_at: z.string(),
    last_at: z.string(),
    count: z.number(),
    closed_at: z.string().nullable(),
    kept_until: z.string().nullable(),
  })
  .loose();

/** The columns that the entries tell. */
export function columnsOf(facts: CaseFacts) {
  return {
    source: facts.source,
    device_id: facts.deviceId,
    matter: facts.matter,
    category: facts.category,
    severity: facts.severity,
    conduct: facts.conduct,
    signed_off: facts.signedOff,
    confidential: facts.confidential,
    state: facts.state,
    ongoing: facts.ongoing,
    reporter_id: facts.reporterId,
    follows: facts.follows,
    opened_at: facts.openedAt,
    known_at: facts.knownAt,
    last_at: facts.lastAt,
    count: facts.count,
    closed_at: facts.closedAt,
    kept_until: facts.keptUntil,
  };
}

export function factsOfRow(row: z.infer<typeof caseRowSchema>): CaseFacts {
  return {
    source: row.source,
    deviceId: row.device_id,
    matter: row.matter,
    category: row.category,
    severity: row.severity,
    conduct: row.conduct,
    signedOff: row.signed_off,
    confidential: row.confidential,
    state: row.state,
    ongoing: row.ongoing,
    reporterId: row.reporter_id,
    follows: row.follows,
    openedAt: row.opened_at,
    knownAt: row.known_at,
    lastAt: row.last_at,
    count: row.count,
    closedAt: row.closed_at,
    keptUntil: row.kept_until,
  };
}
