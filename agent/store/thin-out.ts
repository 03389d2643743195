import { z } from 'zod';
import type { Connection } from './sqlite.ts';

const rowSchema = z.object({ sequence: z.int(), sections: z.string() });

/** Sign-ins are evidence of misuse (DEV7, INC1): they go last. */
const keptLongest = 'sessions';

interface Waiting {
  sequence: number;
  sections: Record<string, unknown>;
  names: Set<string>;
}

/**
 * Keeps a long time without a network from filling the disk: when more than
 * `limit` reports wait, they lose what a later report says again. First every
 * section but sessions in the older half, then in all; only while that is not
 * enough, the oldest tenth loses session changes too.
 *
 * INVARIANTS: the newest reading of a section is never dropped, so the server's
 * last picture is right. The oldest report is left as it is: it may be under way
 * already. Reports without anything left disappear, their sequences are not used again.
 */
export async function thinOut(connection: Connection, enrolment: string, limit: number): Promise<void> {
  const [counted] = await connection.all(
    z.object({ count: z.int() }),
    'select count(*) as count from reports where enrolment = ? and set_aside is null',
    enrolment,
  );
  if ((counted?.count ?? 0) <= limit) return;
  const rows = await connection.all(
    rowSchema,
    'select sequence, sections from reports where enrolment = ? and set_aside is null order by sequence',
    enrolment,
  );
  const waiting = rows.map((row): Waiting => {
    const sections = z.record(z.string(), z.unknown()).parse(JSON.parse(row.sections));
    return { sequence: row.sequence, sections, names: new Set(Object.keys(sections)) };
  });
  const over = () => waiting.filter((report) => report.names.size > 0).length > limit;
  const notSessions = (name: string) => name !== keptLongest;
  dropSaidAgain(waiting, Math.ceil(waiting.length / 2), notSessions);
  if (over()) dropSaidAgain(waiting, waiting.length, notSessions);
  if (over()) dropSaidAgain(waiting, Math.max(2, Math.ceil(limit / 10)), () => true);
  await writeBack(connection, enrolment, waiting);
}

/** Takes from the first `count` reports, but not from the very first, what a later one says again. */
function dropSaidAgain(waiting: Waiting[], count: number, mayGo: (name: string) => boolean): void {
  const saidLater = new Set<string>();
  for (let index = waiting.length - 1; index > 0; index -= 1) {
    const report = waiting[index];
    for (const name of [...(report?.names ?? [])]) {
      if (index < count && saidLater.has(name) && mayGo(name)) report?.names.delete(name);
      saidLater.add(name);
    }
  }
}

async function writeBack(connection: Connection, enrolment: string, waiting: readonly Waiting[]): Promise<void> {
  for (const { sequence, sections, names } of waiting) {
    if (names.size === Object.keys(sections).length) continue;
    if (names.size === 0) {
      await connection.run('delete from reports where enrolment = ? and sequence = ?', enrolment, sequence);
      continue;
    }
    const left = Object.fromEntries(Object.entries(sections).filter(([name]) => names.has(name)));
    await connection.run(
      'update reports set sections = ? where enrolment = ? and sequence = ?',
      JSON.stringify(left),
      enrolment,
      sequence,
    );
  }
}
