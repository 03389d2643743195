import { StatedError } from '../../shared/api/errors.ts';
import type { IncidentAct, IncidentCase } from '../../shared/api/incidents.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Asker } from '../http/asker.ts';
import type { Connection } from '../storage/database.ts';
import { readEntry } from './case-fold.ts';
import { findCase, followersOf } from './case-store.ts';
import { viewOfCase } from './case-view.ts';
import { type ActCase, actsOf, whyNot } from './may.ts';
import { type Actor, entriesOf, type StoredEntry } from './record-store.ts';
import { lookersAt, sightOfCase } from './sight.ts';
import { type StoredStep, stepsOfCases } from './step-store.ts';
import { type SeenCase, viewsOfCases, visibleOf } from './views.ts';

/** A case before somebody who may see it. */
export interface OpenedCase {
  seen: SeenCase;
  entries: StoredEntry[];
  steps: StoredStep[];
  of: ActCase;
}

export interface DeskParts {
  now: () => Instant;
  deviceNames: (connection: Connection, ids: readonly string[]) => Promise<Map<string, string>>;
  /** Which of these holds are in force. */
  holdsInForce: (connection: Connection, holdIds: readonly string[]) => Promise<string[]>;
}

export type Desk = ReturnType<typeof createDesk>;

export const noSuchCase = (): StatedError =>
  new StatedError('not-found', 'There is no such case that you may see. Look it up in the list of incidents.');

export const actorOf = ({ kind, id, name, role }: Asker): Actor => ({ kind, id, name, role });

/** Lays cases before people: finds them for those who may see them, and shows them as far as they may. */
export function createDesk({ now, deviceNames, holdsInForce }: DeskParts) {
  /** @throws StatedError `not-found`: it is not there, or not for the asker. Nobody can tell which. */
  const open = async (connection: Connection, asker: Asker, id: string): Promise<OpenedCase> => {
    const sight = await sightOfCase(connection, asker, { incidentId: id, now: now() });
    const found = await findCase(connection, id);
    if (sight === 'nothing' || found === undefined) throw noSuchCase();
    const entries = await entriesOf(connection, [id]);
    const steps = await stepsOfCases(connection, [id]);
    const lookers = await lookersAt(connection, { settingId: found.settingId, incidentId: id, now: now() });
    const of: ActCase = {
      facts: found.facts,
      sight,
      steps,
      assessedBy: entries.findLast(({ kind }) => kind === 'assessed')?.content?.actorId ?? null,
      othersSee: lookers.some((each) => each.sight === 'whole' && each.personId !== asker.id),
      outcomes: entries.filter(({ kind }) => kind === 'outcome').length,
    };
    return { seen: { found, sight }, entries, steps, of };
  };

  return {
    open,
    /** The same for an act: refused where it may not be done. */
    openFor: async (connection: Connection, asker: Asker, { id, act }: { id: string; act: IncidentAct }) => {
      const opened = await open(connection, asker, id);
      const because = whyNot(act, opened.of, asker);
      if (because !== undefined) {
        const isForbidden = opened.of.sight !== 'whole' || asker.kind === 'token';
        throw new StatedError(isForbidden ? 'forbidden' : 'conflict', because);
      }
      return opened;
    },
    show: async (connection: Connection, asker: Asker, opened: OpenedCase): Promise<IncidentCase> => {
      const { seen, entries, steps } = opened;
      const [view] = await viewsOfCases([seen], { connection, looker: asker, now: now(), deviceNames });
      if (view === undefined) throw noSuchCase();
      const holdIds = entries.flatMap((entry) => {
        const folded = readEntry(entry);
        return folded?.kind === 'hold' ? [folded.data.holdId] : [];
      });
      const followers = await followersOf(connection, seen.found.id);
      const visible = await visibleOf(followers, { connection, looker: asker, now: now() });
      const shown = viewOfCase({
        seen,
        view,
        entries,
        steps,
        followedBy: followers.filter((id) => visible.has(id)),
        holdsInForce: await holdsInForce(connection, holdIds),
        looker: asker,
        now: now(),
      });
      return { ...shown, may: actsOf(opened.of, asker) };
    },
  };
}
