import type { IncidentView } from '../../shared/api/incidents.ts';
import { clockStanding } from '../../shared/incident/clocks.ts';
import type { EntryKind } from '../../shared/incident/entries.ts';
import type { Sight } from '../../shared/incident/visibility.ts';
import type { Instant } from '../../shared/instant.ts';
import { findingCodeSchema } from '../../shared/policy/findings.ts';
import type { Connection } from '../storage/database.ts';
import type { CaseFacts } from './case-fold.ts';
import type { Case } from './case-store.ts';
import { entriesOf, type StoredEntry } from './record-store.ts';
import { casesSeenBy, type Looker } from './sight.ts';
import { clockOf, type StoredStep, stepsOfCases } from './step-store.ts';

/** A case with how much of it somebody sees. */
export interface SeenCase {
  found: Case;
  sight: Exclude<Sight, 'nothing'>;
}

/** The entries whose words tell what was seen. */
const tellingKinds = ['opened', 'repeated', 'changed', 'summary'] as const satisfies readonly EntryKind[];

/**
 * Whether somebody may read the words of an entry. Their own everybody reads; what the server wrote may hold account
 * names, so it is not for those who read without names; a summary is written for everyone.
 */
export function mayRead(
  { kind, actorKind, content }: Pick<StoredEntry, 'kind' | 'actorKind' | 'content'>,
  sight: SeenCase['sight'],
  looker: Pick<Looker, 'id'>,
): boolean {
  if (content === undefined) return false;
  if (sight === 'whole' || content.actorId === looker.id) return true;
  if (sight === 'own') return false;
  // A clock names the outcome that it belongs to, which is for those who look after the case.
  return kind === 'summary' || (sight === 'record' && actorKind === 'server' && kind !== 'clock');
}

/** How the clock of a step stands; null: it has none, or the step is settled. */
export function standingOf({ outcome, step, from, dueAt, settled }: StoredStep, now: Instant) {
  const clock = clockOf(outcome, step);
  if (settled || clock === null || dueAt === null) return null;
  return clockStanding({ clock, from, due: dueAt }, now);
}

/** The step whose clock ends next. */
function nextOf(steps: readonly StoredStep[], now: Instant): IncidentView['next'] {
  const running = steps.flatMap((step) => {
    const standing = standingOf(step, now);
    const { outcome, dueAt } = step;
    return standing === null || dueAt === null ? [] : [{ outcome, step: step.step, dueAt, standing }];
  });
  return running.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))[0] ?? null;
}

interface Around {
  connection: Connection;
  looker: Looker;
  now: Instant;
  /** The names of devices, by id. */
  deviceNames: (connection: Connection, ids: readonly string[]) => Promise<Map<string, string>>;
}

/** Of some cases those that somebody sees at all: a link must not tell of a case that they do not see. */
export async function visibleOf(
  ids: readonly string[],
  { connection, looker, now }: Pick<Around, 'connection' | 'looker' | 'now'>,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows: { id: string }[] = await casesSeenBy(connection, looker, now)
    .whereIn('id', [...ids])
    .select('id');
  return new Set(rows.map(({ id }) => id));
}

/** Cases as somebody sees them in a list: one query a kind of fact, however many cases. */
export async function viewsOfCases(seen: readonly SeenCase[], around: Around): Promise<IncidentView[]> {
  const { connection, looker, now, deviceNames } = around;
  const ids = seen.map(({ found }) => found.id);
  const entries = await entriesOf(connection, ids, tellingKinds);
  const steps = await stepsOfCases(connection, ids);
  const names = await deviceNames(
    connection,
    seen.flatMap(({ found }) => found.facts.deviceId ?? []),
  );
  const linked = await visibleOf(
    seen.flatMap(({ found }) => found.facts.follows ?? []),
    around,
  );
  return seen.map(({ found, sight }) => {
    const { id, reference, facts } = found;
    const told = entries.findLast((entry) => entry.incidentId === id && mayRead(entry, sight, looker));
    return {
      id,
      reference,
      sight,
      ...standingOfCase(facts),
      ...deviceOf(facts, sight, names),
      ...forHandlers(facts, { sight, now, steps: steps.filter((step) => step.incidentId === id) }),
      latest: told?.content?.text == null ? null : { at: told.at, text: told.content.text },
      follows: facts.follows !== null && linked.has(facts.follows) ? facts.follows : null,
    };
  });
}

/** What everybody is shown who sees a case at all. */
function standingOfCase(facts: CaseFacts) {
  const { source, category, severity, confidential, state, ongoing, openedAt, knownAt, lastAt, count } = facts;
  const matter = findingCodeSchema.safeParse(facts.matter);
  return {
    source,
    matter: matter.success ? matter.data : null,
    category,
    severity,
    confidential,
    state,
    ongoing,
    openedAt,
    knownAt,
    lastAt,
    count,
  };
}

function deviceOf({ deviceId }: CaseFacts, sight: SeenCase['sight'], names: ReadonlyMap<string, string>) {
  if (sight === 'own' || deviceId === null) return { deviceId: null, deviceName: null };
  return { deviceId, deviceName: names.get(deviceId) ?? null };
}

/** What only those are shown who look after it. */
function forHandlers(
  { conduct }: CaseFacts,
  { sight, steps, now }: { sight: SeenCase['sight']; steps: readonly StoredStep[]; now: Instant },
) {
  return sight === 'whole' ? { conduct, next: nextOf(steps, now) } : { conduct: null, next: null };
}
