import { z } from 'zod';
import { type Instant, instantSchema } from '../../shared/instant.ts';
import { answerText, unknown } from '../../shared/reading.ts';
import { type ChangedSections, changedSectionsSchema, sectionNames } from '../../shared/report/report.ts';
import type { Connection, Sqlite } from './sqlite.ts';
import { thinOut } from './thin-out.ts';

/** A report as it waits to be acknowledged; times are as this device's clock gave them. */
export interface StoredReport {
  sequence: number;
  at: Instant;
  sections: ChangedSections;
}

/** What is queued in one step: the report and the answers it makes the last known ones. */
export interface NewReport {
  at: Instant;
  sections: ChangedSections;
  /** Section -> answer text (shared/reading.ts). */
  answers: ReadonlyMap<string, string>;
}

/** Where an enrolment's reports stand. */
export interface Position {
  lastSequence: number;
  acknowledged: number;
  /** Section -> answer text of the last report that was queued. */
  baseline: Map<string, string>;
}

export interface OutboxStore {
  /** Where this enrolment stands; what was queued for another one can never be sent and is put aside. */
  open(): Promise<Position>;
  /** Report and baseline in one transaction; answers the report's sequence. */
  queue(report: NewReport): Promise<number>;
  /** The oldest report not yet acknowledged. One that a newer agent wrote and this one cannot read is put aside. */
  oldest(): Promise<StoredReport | undefined>;
  acknowledge(sequence: number): Promise<void>;
  /**
   * The server will never take this report: it is kept, with the reason, out of
   * the queue. With several sections each goes again alone, so that one bad
   * section does not cost the others. One that was alone goes as unknown, or the
   * server would show its last answer as true for ever.
   */
  setAside(sequence: number, code: string): Promise<void>;
  /** The server holds reports up to `lastSequence`; answers the position after agreeing with it (see `agree`). */
  agree(lastSequence: number): Promise<{ position: Position; sendEverything: boolean }>;
  counts(): Promise<{ waiting: number; setAside: number }>;
}

/** Reports that may wait: days without a network. Above it the oldest are thinned out (thin-out.ts). */
const maxWaiting = 1_000;

/** Refused reports kept for somebody to look at. */
const maxSetAside = 100;

const positionRow = z.object({ last_sequence: z.int(), acknowledged: z.int() });
const reportRow = z.object({ sequence: z.int(), at: instantSchema, sections: z.string() });
const unknownReading = z.object({ state: z.literal('unknown'), reason: z.literal('not-understood') });
const countRow = z.object({ count: z.int() });

export function createOutboxStore(database: Sqlite, enrolment: string, limit = maxWaiting): OutboxStore {
  return {
    open: () =>
      database.transaction(async (connection) => {
        await connection.run(
          "update reports set set_aside = 'wrong-epoch' where enrolment <> ? and set_aside is null",
          enrolment,
        );
        await connection.run('delete from baselines where enrolment <> ?', enrolment);
        await pruneSetAside(connection);
        return readPosition(connection, enrolment);
      }),
    queue: (report) =>
      database.transaction(async (connection) => {
        const sequence = await insertReport(connection, enrolment, report.at, report.sections);
        for (const [section, answer] of report.answers) {
          await writeBaseline(connection, enrolment, section, answer);
        }
        await thinOut(connection, enrolment, limit);
        return sequence;
      }),
    oldest: () => database.transaction((connection) => readOldest(connection, enrolment)),
    acknowledge: (sequence) =>
      database.transaction(async (connection) => {
        await connection.run(
          'delete from reports where enrolment = ? and sequence = ? and set_aside is null',
          enrolment,
          sequence,
        );
        await connection.run(
          'update enrolments set acknowledged = max(acknowledged, ?) where enrolment = ?',
          sequence,
          enrolment,
        );
      }),
    setAside: (sequence, code) =>
      database.transaction(async (connection) => {
        await splitUp(connection, enrolment, sequence);
        await connection.run(
          'update reports set set_aside = ? where enrolment = ? and sequence = ?',
          code,
          enrolment,
          sequence,
        );
        await pruneSetAside(connection);
      }),
    agree: (lastSequence) => database.transaction((connection) => agree(connection, enrolment, lastSequence)),
    counts: async () => {
      const waiting = 'select count(*) as count from reports where set_aside is null';
      const aside = 'select count(*) as count from reports where set_aside is not null';
      const [first, second] = await Promise.all([database.all(countRow, waiting), database.all(countRow, aside)]);
      return { waiting: first[0]?.count ?? 0, setAside: second[0]?.count ?? 0 };
    },
  };
}

async function readPosition(connection: Connection, enrolment: string): Promise<Position> {
  const row = (
    await connection.all(
      positionRow,
      'select last_sequence, acknowledged from enrolments where enrolment = ?',
      enrolment,
    )
  )[0];
  if (row === undefined) throw new Error(`enrolment ${enrolment} was not opened in the store`);
  const rows = await connection.all(
    z.object({ section: z.string(), answer: z.string() }),
    'select section, answer from baselines where enrolment = ?',
    enrolment,
  );
  const baseline = new Map(rows.map(({ section, answer }) => [section, answer]));
  return { lastSequence: row.last_sequence, acknowledged: row.acknowledged, baseline };
}

/** INVARIANT: the sequence is raised in the transaction that uses it, so no two reports of an enrolment ever share one. */
async function insertReport(
  connection: Connection,
  enrolment: string,
  at: Instant,
  sections: ChangedSections,
): Promise<number> {
  await connection.run('update enrolments set last_sequence = last_sequence + 1 where enrolment = ?', enrolment);
  const { lastSequence } = await readPosition(connection, enrolment);
  await connection.run(
    'insert into reports (enrolment, sequence, at, sections) values (?, ?, ?, ?)',
    enrolment,
    lastSequence,
    at,
    JSON.stringify(sections),
  );
  return lastSequence;
}

async function readOldest(connection: Connection, enrolment: string): Promise<StoredReport | undefined> {
  for (;;) {
    const row = (
      await connection.all(
        reportRow,
        'select sequence, at, sections from reports where enrolment = ? and set_aside is null order by sequence limit 1',
        enrolment,
      )
    )[0];
    if (row === undefined) return undefined;
    const sections = changedSectionsSchema.safeParse(JSON.parse(row.sections));
    if (sections.success) return { sequence: row.sequence, at: row.at, sections: sections.data };
    await connection.run(
      "update reports set set_aside = 'not-readable' where enrolment = ? and sequence = ?",
      enrolment,
      row.sequence,
    );
    await sayUnknown(connection, enrolment, row);
  }
}

async function splitUp(connection: Connection, enrolment: string, sequence: number): Promise<void> {
  const [refused] = await connection.all(
    reportRow,
    'select sequence, at, sections from reports where enrolment = ? and sequence = ? and set_aside is null',
    enrolment,
    sequence,
  );
  if (refused === undefined) return;
  const entries = Object.entries(changedSectionsSchema.parse(JSON.parse(refused.sections)));
  if (entries.length < 2) return sayUnknown(connection, enrolment, refused);
  const superseded = await saidAfter(connection, enrolment, sequence);
  for (const [section, reading] of entries) {
    // An older reading sent after a newer one would make the server show the older.
    if (superseded.has(section)) continue;
    await insertReport(connection, enrolment, refused.at, changedSectionsSchema.parse({ [section]: reading }));
  }
}

/** Sections that wait in a later report. */
async function saidAfter(connection: Connection, enrolment: string, sequence: number): Promise<Set<string>> {
  const later = await connection.all(
    reportRow,
    'select sequence, at, sections from reports where enrolment = ? and sequence > ? and set_aside is null',
    enrolment,
    sequence,
  );
  return new Set(later.flatMap((row) => Object.keys(JSON.parse(row.sections))));
}

/**
 * Queues "not understood" for each section of a report that cannot be said. It
 * becomes the baseline too, so the next run of the agent tries the true answer
 * again. What was that already is let go: this ends.
 */
async function sayUnknown(connection: Connection, enrolment: string, row: z.infer<typeof reportRow>): Promise<void> {
  const superseded = await saidAfter(connection, enrolment, row.sequence);
  const said = z.record(z.string(), z.unknown()).parse(JSON.parse(row.sections));
  const reading = unknown('not-understood', row.at);
  const isSaid = (value: unknown) => unknownReading.safeParse(value).success;
  for (const name of sectionNames) {
    if (!(name in said) || superseded.has(name) || isSaid(said[name])) continue;
    await insertReport(connection, enrolment, row.at, { [name]: reading });
    await writeBaseline(connection, enrolment, name, answerText(reading));
  }
}

async function writeBaseline(
  connection: Connection,
  enrolment: string,
  section: string,
  answer: string,
): Promise<void> {
  await connection.run(
    'insert into baselines (enrolment, section, answer) values (?, ?, ?) on conflict do update set answer = excluded.answer',
    enrolment,
    section,
    answer,
  );
}

async function pruneSetAside(connection: Connection): Promise<void> {
  await connection.run(
    `delete from reports where set_aside is not null and (enrolment, sequence) not in
       (select enrolment, sequence from reports where set_aside is not null order by at desc limit ?)`,
    maxSetAside,
  );
}

/**
 * Brings both sides' counts together at a welcome.
 * - The server holds some that were never seen acknowledged: they are, now.
 * - It holds fewer than it acknowledged (restored from a backup), or more than
 *   this store ever wrote (this store was lost or restored): it may believe
 *   anything, so the baselines go and everything is sent again. New sequences lie
 *   above both counts; what waits below the server's would be taken for a
 *   repetition, so it is put aside.
 */
async function agree(
  connection: Connection,
  enrolment: string,
  lastSequence: number,
): Promise<{ position: Position; sendEverything: boolean }> {
  const before = await readPosition(connection, enrolment);
  const strange = lastSequence > before.lastSequence;
  const sendEverything = strange || lastSequence < before.acknowledged;
  if (strange) {
    await connection.run(
      "update reports set set_aside = 'conflict' where enrolment = ? and set_aside is null and sequence <= ?",
      enrolment,
      lastSequence,
    );
  } else {
    await connection.run(
      'delete from reports where enrolment = ? and set_aside is null and sequence <= ?',
      enrolment,
      lastSequence,
    );
  }
  if (sendEverything) await connection.run('delete from baselines where enrolment = ?', enrolment);
  await connection.run(
    'update enrolments set acknowledged = ?, last_sequence = max(last_sequence, ?) where enrolment = ?',
    lastSequence,
    lastSequence,
    enrolment,
  );
  return { position: await readPosition(connection, enrolment), sendEverything };
}
