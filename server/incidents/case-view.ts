import type { IncidentCase, IncidentEntryView, IncidentView } from '../../shared/api/incidents.ts';
import { roleSchema } from '../../shared/api/people.ts';
import { entryKindSchema } from '../../shared/incident/entries.ts';
import type { Instant } from '../../shared/instant.ts';
import { type FoldedEntry, foldConcerns, readEntry } from './case-fold.ts';
import type { StoredEntry } from './record-store.ts';
import type { Looker } from './sight.ts';
import type { StoredStep } from './step-store.ts';
import { mayRead, type SeenCase, standingOf } from './views.ts';

/** An entry with what it says, for what is read out of several. */
type ReadEntry = FoldedEntry & { by: string | null; text: string | null; number: number };

interface CaseViewParts {
  seen: SeenCase;
  view: IncidentView;
  entries: readonly StoredEntry[];
  steps: readonly StoredStep[];
  followedBy: string[];
  /** Holds set from it that are in force, of all that its entries name. */
  holdsInForce: readonly string[];
  looker: Looker;
  now: Instant;
}

/** A case with all that somebody may see of it; what they `may` do is added by who knows the rules. */
export function viewOfCase(parts: CaseViewParts): Omit<IncidentCase, 'may'> {
  const { seen, view, entries, steps, looker, now } = parts;
  const isWhole = seen.sight === 'whole';
  const read = entries.flatMap((stored): ReadEntry[] => {
    const folded = readEntry(stored);
    if (folded === undefined || !mayRead(stored, seen.sight, looker)) return [];
    const { content, number } = stored;
    return [{ ...folded, by: content?.actorName ?? null, text: content?.text ?? null, number }];
  });
  return {
    ...view,
    entries: entries.flatMap((entry) => viewOfEntry(entry, seen.sight, looker)),
    people: read.flatMap((entry) => (entry.kind === 'opened' || entry.kind === 'people' ? entry.data.people : [])),
    outcomes: isWhole ? outcomesOf(read, steps, now) : [],
    attachments: read.flatMap((entry) =>
      entry.kind === 'attachment' ? [{ ...entry.data, at: entry.at, by: entry.by }] : [],
    ),
    assessment: assessmentOf(read),
    followedBy: isWhole ? parts.followedBy : [],
    concerns: isWhole ? foldConcerns(read) : { people: [], roles: [] },
    holds: isWhole ? [...parts.holdsInForce] : [],
    keptUntil: isWhole ? seen.found.facts.keptUntil : null,
  };
}

/** Of their own report somebody sees their own words, and how the case goes on; not who looked at it, nor how often others wrote. */
const shownToReporters: readonly string[] = ['opened', 'state-changed'];

/** An entry as somebody sees it; none: they do not see that it is there. */
export function viewOfEntry(entry: StoredEntry, sight: SeenCase['sight'], looker: Looker): IncidentEntryView[] {
  const kind = entryKindSchema.safeParse(entry.kind);
  if (!kind.success) return [];
  const { number, at, hash, content, actorKind } = entry;
  const isOwn = content?.actorId === looker.id;
  if (sight === 'own' && !isOwn && !shownToReporters.includes(entry.kind)) return [];
  const isReadable = mayRead(entry, sight, looker);
  const namesSomebody = sight === 'whole' || isOwn;
  const role = roleSchema.safeParse(entry.actorRole);
  return [
    {
      number,
      at,
      kind: kind.data,
      by: {
        kind: actorKind,
        name: namesSomebody ? (content?.actorName ?? null) : null,
        role: role.success && sight !== 'own' ? role.data : null,
      },
      text: isReadable ? (content?.text ?? null) : null,
      data: isReadable && content !== undefined ? { ...readEntry(entry)?.data } : null,
      hash,
    },
  ];
}

function outcomesOf(read: readonly ReadEntry[], steps: readonly StoredStep[], now: Instant): IncidentCase['outcomes'] {
  const settled = read.flatMap((entry) => (entry.kind === 'step-settled' ? [entry] : []));
  return read.flatMap((entry) => {
    if (entry.kind !== 'outcome') return [];
    const { outcome } = entry.data;
    return [
      {
        outcome,
        decidedAt: entry.at,
        steps: entry.data.steps.map(({ step, dueAt }) => {
          const stored = steps.find((each) => each.outcome === outcome && each.step === step);
          const told = settled.find(({ data }) => data.outcome === outcome && data.step === step);
          return {
            step,
            dueAt,
            standing: stored === undefined ? null : standingOf(stored, now),
            settled:
              told === undefined
                ? null
                : { how: told.data.how, doneAt: told.data.doneAt, at: told.at, by: told.by, text: told.text },
          };
        }),
      },
    ];
  });
}

function assessmentOf(read: readonly ReadEntry[]): IncidentCase['assessment'] {
  const assessed = read.findLast((entry) => entry.kind === 'assessed');
  if (assessed?.kind !== 'assessed') return null;
  const signed = read.findLast((entry) => entry.kind === 'signed-off' && entry.number > assessed.number);
  return {
    ...assessed.data,
    at: assessed.at,
    by: assessed.by,
    signedOffAt: signed?.at ?? null,
    signedOffBy: signed?.by ?? null,
  };
}
