import { randomUUID } from 'node:crypto';
import type { Instant } from '../../shared/instant.ts';
import type { Connection } from '../storage/database.ts';
import { advance, type CaseFacts, type FoldedEntry, openedCase } from './case-fold.ts';
import { findCase, insertCase, insertConcerns, updateCase } from './case-store.ts';
import type { Append, NewEntry } from './record.ts';
import { insertSteps, markSettled } from './step-store.ts';

/** Writes cases: the entries, and what the tables hold of them, which follows from the entries and from nothing else. */
export interface CaseWriter {
  /** Opens a case with its first entry and what comes with it; answers its id. */
  open(
    connection: Connection,
    settingId: string,
    entries: readonly [NewEntry & { kind: 'opened' }, ...NewEntry[]],
  ): Promise<string>;
  /** Adds entries to a case; answers what it comes to now. */
  write(connection: Connection, incidentId: string, entries: readonly NewEntry[]): Promise<CaseFacts>;
}

export function createCaseWriter({ append, now }: { append: Append; now: () => Instant }): CaseWriter {
  const follow = async (connection: Connection, incidentId: string, entry: FoldedEntry): Promise<void> => {
    if (entry.kind === 'opened') await insertConcerns(connection, incidentId, entry.data.concerns);
    if (entry.kind === 'concerns') await insertConcerns(connection, incidentId, entry.data);
    if (entry.kind === 'outcome') await insertSteps(connection, incidentId, entry.data, entry.at);
    if (entry.kind === 'step-settled') await markSettled(connection, incidentId, entry.data);
  };
  const writeOn = async (
    connection: Connection,
    of: { incidentId: string; settingId: string; facts: CaseFacts; at: Instant },
    entries: readonly NewEntry[],
  ): Promise<CaseFacts> => {
    const { at } = of;
    await append(connection, of, entries);
    let { facts } = of;
    for (const entry of entries) {
      const folded = foldable(entry, at);
      facts = advance(facts, folded);
      await follow(connection, of.incidentId, folded);
    }
    await updateCase(connection, of.incidentId, facts);
    return facts;
  };

  return {
    open: async (connection, settingId, entries) => {
      const incidentId = randomUUID();
      const [first] = entries;
      const at = now();
      // The row before its entries, which point at it.
      const facts = openedCase({ kind: 'opened', at, actorId: first.by.id, data: first.data });
      await insertCase(connection, { id: incidentId, settingId, facts });
      await writeOn(connection, { incidentId, settingId, facts, at }, entries);
      return incidentId;
    },
    write: async (connection, incidentId, entries) => {
      const found = await findCase(connection, incidentId);
      if (found === undefined) throw new Error(`there is no case ${incidentId}`);
      return writeOn(connection, { incidentId, settingId: found.settingId, facts: found.facts, at: now() }, entries);
    },
  };
}

/** An entry to be written is of the same shape as one that is read, but for who and when. */
function foldable(entry: NewEntry, at: Instant): FoldedEntry {
  const { kind, data, by } = entry;
  return { kind, data, at, actorId: by.id } as FoldedEntry;
}
