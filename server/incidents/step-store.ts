import { z } from 'zod';
import { tellTimes } from '../../shared/incident/clocks.ts';
import type { EntryData } from '../../shared/incident/entries.ts';
import {
  type Outcome,
  outcomeSchema,
  type Clock as StepClock,
  stepCodeSchema,
  stepsOf,
} from '../../shared/incident/outcomes.ts';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';

/** A step of a case's outcome, as it is stored. */
export interface StoredStep {
  incidentId: string;
  outcome: Outcome;
  step: string;
  from: Instant;
  dueAt: Instant | null;
  /** When it is to be told next; null: no more. */
  tellAt: Instant | null;
  settled: boolean;
}

const rowSchema = z
  .object({
    incident_id: z.string(),
    outcome: outcomeSchema,
    step: stepCodeSchema,
    from_at: instantSchema,
    due_at: instantSchema.nullable(),
    tell_at: instantSchema.nullable(),
    settled: z.coerce.boolean(),
  })
  .transform(
    (row): StoredStep => ({
      incidentId: row.incident_id,
      outcome: row.outcome,
      step: row.step,
      from: row.from_at,
      dueAt: row.due_at,
      tellAt: row.tell_at,
      settled: row.settled,
    }),
  );

/** The clock of a step, by the table; null: it has none. */
export function clockOf(outcome: Outcome, step: string): StepClock | null {
  return stepsOf(outcome).find(({ code }) => code === step)?.step.clock ?? null;
}

/** When a step is to be told first after a time; null: it has no clock, or all was told. */
export function nextTelling(
  { outcome, step, from, dueAt }: Pick<StoredStep, 'outcome' | 'step' | 'from' | 'dueAt'>,
  after: Instant,
): Instant | null {
  const clock = clockOf(outcome, step);
  if (clock === null || dueAt === null) return null;
  return tellTimes(clock, from, dueAt).find((at) => at > after) ?? null;
}

/** The steps of an outcome begin. A clock that has run out already is told at once. */
export async function insertSteps(
  connection: Connection,
  incidentId: string,
  { outcome, from, steps }: EntryData<'outcome'>,
  now: Instant,
): Promise<void> {
  const rows = steps.map(({ step, dueAt }) => ({
    incident_id: incidentId,
    outcome,
    step,
    from_at: from,
    due_at: dueAt,
    tell_at: dueAt !== null && dueAt <= now ? dueAt : nextTelling({ outcome, step, from, dueAt }, now),
    settled: false,
  }));
  if (rows.length > 0) await connection('incident_steps').insert(rows);
}

export async function markSettled(
  connection: Connection,
  incidentId: string,
  { outcome, step }: { outcome: Outcome; step: string },
): Promise<void> {
  await connection('incident_steps')
    .where({ incident_id: incidentId, outcome, step })
    .update({ settled: true, tell_at: null });
}

export async function removeSteps(connection: Connection, incidentId: string): Promise<void> {
  await connection('incident_steps').where({ incident_id: incidentId }).delete();
}

export async function setTellAt(connection: Connection, { incidentId, outcome, step }: StoredStep, at: Instant | null) {
  await connection('incident_steps').where({ incident_id: incidentId, outcome, step }).update({ tell_at: at });
}

export async function stepsOfCases(connection: Connection, incidentIds: readonly string[]): Promise<StoredStep[]> {
  const rows: unknown = await connection('incident_steps')
    .whereIn('incident_id', [...incidentIds])
    .orderByRaw('rowid');
  return z.array(rowSchema).parse(rows);
}

/** Steps that are to be told by now, the longest due first. */
export async function stepsToTell(connection: Connection, now: Instant): Promise<StoredStep[]> {
  const rows: unknown = await connection('incident_steps').where('tell_at', '<=', now).orderBy('tell_at').limit(200);
  return z.array(rowSchema).parse(rows);
}
