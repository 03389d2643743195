import { StatedError } from '../../shared/api/errors.ts';
import type { NewIncident, NewEntry as WrittenByHand } from '../../shared/api/incident-bodies.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import type { Asker } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection } from '../storage/database.ts';
import { takeWriteLock } from '../storage/write-lock.ts';
import { type ActingParts, createActing } from './acting.ts';
import { actorOf, type DeskParts, noSuchCase, type OpenedCase } from './desk.ts';
import { countCases, pageOfCases } from './listing.ts';
import type { NewEntry } from './record.ts';
import type { Actor } from './record-store.ts';
import { createNoteSeen } from './seen.ts';
import { sightOfCase } from './sight.ts';
import { viewsOfCases } from './views.ts';

export interface CaseRoutesParts
  extends ActingParts,
    Pick<DeskParts, 'deviceNames'>,
    Pick<Parameters<typeof createNoteSeen>[0], 'looked'> {
  deviceExists: (connection: Connection, settingId: string, deviceId: string) => Promise<boolean>;
  areMembers: (connection: Connection, settingId: string, personIds: readonly string[]) => Promise<boolean>;
}

/** Cases in lists and by themselves, and those that people open. */
export function caseRoutes(parts: CaseRoutesParts) {
  const { db, desk, writer, tell, now, changed, deviceNames, deviceExists, areMembers } = parts;
  const { act } = createActing(parts);

  const noteSeen = createNoteSeen(parts);

  return {
    listIncidents: async ({ asker, query }) => {
      const { items, nextCursor } = await pageOfCases(db, asker, { query, now: now() });
      return {
        items: await viewsOfCases(items, { connection: db, looker: asker, now: now(), deviceNames }),
        nextCursor,
      };
    },

    countIncidents: ({ asker }) => countCases(db, asker, now()),

    showIncident: ({ asker, params, query: { again } }) =>
      db.transaction(async (connection) => {
        await takeWriteLock(connection);
        const opened = await desk.open(connection, asker, params.id ?? '');
        const isNew = await noteSeen(connection, asker, opened, { byItself: again !== undefined });
        const shown = isNew ? await desk.open(connection, asker, params.id ?? '') : opened;
        return desk.show(connection, asker, shown);
      }),

    openIncident: async ({ asker, body }) => {
      if (asker.kind === 'token')
        throw new StatedError('forbidden', 'The record of incidents is written by people: an API token may only read.');
      const { settingId } = asker;
      const { id, shown } = await db.transaction(async (connection) => {
        await takeWriteLock(connection);
        if (body.deviceId !== null && !(await deviceExists(connection, settingId, body.deviceId)))
          throw new StatedError('not-found', 'There is no such device in your setting. Look it up in the list.');
        if (!(await areMembers(connection, settingId, body.concerns.people)))
          throw new StatedError('not-valid', 'One of these people is not of your setting.', {
            fields: { concerns: 'unknown' },
          });
        await mayFollow(connection, asker, body.follows);
        if (body.happenedAt !== null && body.happenedAt > now())
          throw new StatedError('not-valid', 'It cannot have happened yet.', {
            fields: { happenedAt: 'is in the future' },
          });
        const made = await writer.open(connection, settingId, [openedBy(asker, body)]);
        await tell(connection, { incidentId: made, what: 'opened' });
        return { id: made, shown: await desk.show(connection, asker, await desk.open(connection, asker, made)) };
      });
      changed([id]);
      return shown;
    },

    writeEntry: ({ asker, params, body }) =>
      act({ asker, id: params.id ?? '', act: 'write' }, (opened, _connection, by) => {
        if (body.kind === 'amendment') mustBeAmendable(opened, asker, body.amends);
        if (opened.of.sight !== 'whole' && !ownKinds.includes(body.kind))
          throw new StatedError('forbidden', 'Of your own report you may add what you saw, and put it right.');
        return { entries: [entryOf(body, by)] };
      }),
  } satisfies Partial<Handlers>;

  async function mayFollow(connection: Connection, asker: Asker, follows: string | null): Promise<void> {
    if (follows === null) return;
    const sight = await sightOfCase(connection, asker, { incidentId: follows, now: now() });
    if (sight === 'nothing') throw noSuchCase();
  }
}

function openedBy(asker: Asker, body: NewIncident): NewEntry & { kind: 'opened' } {
  const { category, severity, text, people, deviceId, happenedAt, concerns, follows } = body;
  const confidential = body.confidential || categoryCatalogue[category].confidential === 'always';
  const data = { matter: null, category, severity, confidential, deviceId, follows, happenedAt, people, concerns };
  return {
    kind: 'opened',
    text,
    by: actorOf(asker),
    data: { ...data, source: 'person', reporter: 'account' },
  };
}

/** What is put right must be there, and be words of somebody: of one's own, for whoever sees nothing else. */
function mustBeAmendable({ entries, of }: OpenedCase, asker: Asker, number: number): void {
  const entry = entries.find((each) => each.number === number);
  const isTheirs = of.sight === 'whole' || entry?.content?.actorId === asker.id;
  if (entry === undefined || !isTheirs)
    throw new StatedError('not-valid', 'There is no such entry to be put right.', { fields: { amends: 'unknown' } });
}

/** What whoever reported a case may write in it. */
const ownKinds: readonly WrittenByHand['kind'][] = ['narrative', 'amendment'];

function entryOf(body: WrittenByHand, by: Actor): NewEntry {
  if (body.kind === 'amendment') return { kind: body.kind, data: { amends: body.amends }, text: body.text, by };
  if (body.kind === 'people') return { kind: body.kind, data: { people: body.people }, text: null, by };
  return { kind: body.kind, data: {}, text: body.text, by };
}
