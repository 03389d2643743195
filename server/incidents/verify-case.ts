import type { Connection } from '../storage/database.ts';
import { caseRowSchema, columnsOf, type FoldedEntry, foldCase, foldConcerns, readEntry } from './case-fold.ts';
import { concernsOf } from './case-store.ts';
import { contentDigest, entryHash, genesis } from './chain.ts';
import type { StoredEntry } from './record-store.ts';
import { nextTelling, type StoredStep, stepsOfCases } from './step-store.ts';
import type { Attached, Fault } from './verify.ts';

/** Checks one case: its chain, its words, and what the tables hold of it; answers its attachments, to be checked. */
export async function checkCase(
  db: Connection,
  of: { id: string; settingId: string },
  entries: readonly StoredEntry[],
): Promise<{ faults: Fault[]; attached: Attached[] }> {
  const faults: Fault[] = [];
  const fault = (number: number | null, what: string) => faults.push({ incidentId: of.id, number, what });
  const lastPurge = entries.findLast(({ kind }) => kind === 'purged')?.number ?? 0;
  checkChain(of.settingId, { entries, lastPurge }, fault);
  const folded = entries.map(readEntry);
  const isPurged = lastPurge > 0;
  const readable = folded.filter((entry) => entry !== undefined);
  if (!isPurged && readable.length < entries.length) fault(null, 'an entry is not of the shape of its kind');
  if (isPurged) await checkPurged(db, of, fault);
  else await checkTables(db, of, readable, fault);
  await checkStrays(db, of.id, fault);
  const attached = folded.flatMap((entry, place) =>
    entry?.kind === 'attachment'
      ? [{ incidentId: of.id, number: place + 1, digest: entry.data.digest, bytes: entry.data.bytes }]
      : [],
  );
  return { faults, attached: isPurged ? [] : attached };
}

function checkChain(
  settingId: string,
  { entries, lastPurge }: { entries: readonly StoredEntry[]; lastPurge: number },
  say: Say,
): void {
  let previous = genesis;
  for (const [place, entry] of entries.entries()) {
    const { number, hash, content } = entry;
    const isInPlace = number === place + 1 && entry.settingId === settingId;
    if (!isInPlace || entryHash(entry, previous) !== hash) say(place + 1, 'not as it was written, or not in its place');
    if (content === undefined && number >= lastPurge) say(number, 'its words are missing');
    if (content !== undefined && contentDigest(content) !== entry.contentDigest)
      say(number, 'its words are not as they were written');
    previous = hash;
  }
}

type Say = (number: number | null, what: string) => void;

/** The tables can be made anew from the entries: where they differ, somebody changed what people are shown. */
async function checkTables(
  db: Connection,
  { id, settingId }: { id: string; settingId: string },
  entries: readonly FoldedEntry[],
  say: Say,
): Promise<void> {
  const row: unknown = await db('incidents').where({ id }).first();
  const facts = foldCase(entries);
  const stored = caseRowSchema.safeParse(row);
  if (facts === undefined || !stored.success) {
    say(null, 'the case cannot be read');
    return;
  }
  const columns: Record<string, unknown> = stored.data;
  if (stored.data.setting_id !== settingId) say(null, 'it is shown to another setting than its entries say');
  for (const [name, value] of Object.entries(columnsOf(facts))) {
    if (columns[name] !== value) say(null, `what is shown of it (${name}) is not what its entries say`);
  }
  if (JSON.stringify(sorted(await concernsOf(db, id))) !== JSON.stringify(sorted(foldConcerns(entries))))
    say(null, 'whom it concerns is not what its entries say');
  await checkSteps(db, id, entries, say);
}

async function checkSteps(db: Connection, id: string, entries: readonly FoldedEntry[], say: Say): Promise<void> {
  const steps = await stepsOfCases(db, [id]).catch(() => []);
  const settled = new Set(
    entries.flatMap((entry) => (entry.kind === 'step-settled' ? [`${entry.data.outcome} ${entry.data.step}`] : [])),
  );
  const told = entries.flatMap((entry) =>
    entry.kind === 'outcome'
      ? entry.data.steps.map(({ step, dueAt }) => `${entry.data.outcome} ${step} ${entry.data.from} ${dueAt}`)
      : [],
  );
  const stored = steps.map(({ outcome, step, from, dueAt }) => `${outcome} ${step} ${from} ${dueAt}`);
  const isSame = JSON.stringify(told.sort()) === JSON.stringify(stored.sort());
  const isSettled = steps.every((step) => step.settled === settled.has(`${step.outcome} ${step.step}`));
  if (!isSame || !isSettled) say(null, 'its steps are not what its entries say');
  if (!steps.every((step) => isToldInTime(step, entries)))
    say(null, 'a clock of it would be told too late, or not at all');
}

/** Whether a clock is to be told next no later than its entries ask for; sooner does no harm. */
function isToldInTime(step: StoredStep, entries: readonly FoldedEntry[]): boolean {
  if (step.settled || step.dueAt === null) return true;
  const isOf = (entry: FoldedEntry, kind: 'clock' | 'outcome') =>
    entry.kind === kind &&
    entry.data.outcome === step.outcome &&
    (entry.kind !== 'clock' || entry.data.step === step.step);
  const told = entries.findLast((entry) => isOf(entry, 'clock'));
  const since = (told ?? entries.find((entry) => isOf(entry, 'outcome')))?.at;
  if (since === undefined) return false;
  const next = told === undefined && step.dueAt <= since ? step.dueAt : nextTelling(step, since);
  return next === null || (step.tellAt !== null && step.tellAt <= next);
}

/** Of a case whose words are gone the tables still say where it is shown, and that it is purged; nothing else is left of it. */
async function checkPurged(db: Connection, of: { id: string; settingId: string }, say: Say): Promise<void> {
  const row: unknown = await db('incidents')
    .where({ id: of.id, setting_id: of.settingId, state: 'purged' })
    .first('id');
  if (row === undefined) say(null, 'it was purged, and is not shown so');
  const kept = await db('incidents')
    .where({ id: of.id })
    .whereRaw('coalesce(reporter_id, device_id, matter, conduct, follows) is not null')
    .first('id');
  const { people, roles } = await concernsOf(db, of.id);
  const step = await db('incident_steps').where({ incident_id: of.id }).first('step');
  if (kept !== undefined || step !== undefined || people.length + roles.length > 0)
    say(null, 'it was purged, and something of it is left');
}

/** Words that belong to no entry of the case would be shown nowhere, and go with no purge. */
async function checkStrays(db: Connection, id: string, say: Say): Promise<void> {
  const stray = await db('incident_contents')
    .leftJoin('incident_entries', 'incident_entries.id', 'incident_contents.entry_id')
    .where('incident_contents.incident_id', id)
    .whereRaw('incident_entries.incident_id is not incident_contents.incident_id')
    .first('entry_id');
  const moved = await db('incident_contents')
    .join('incident_entries', 'incident_entries.id', 'incident_contents.entry_id')
    .where('incident_entries.incident_id', id)
    .whereRaw('incident_contents.incident_id is not ?', [id])
    .first('entry_id');
  if (stray !== undefined || moved !== undefined) say(null, 'words lie there that are not of this case');
}

function sorted({ people, roles }: { people: readonly string[]; roles: readonly string[] }) {
  return { people: [...people].sort(), roles: [...roles].sort() };
}
