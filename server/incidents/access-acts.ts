import { StatedError } from '../../shared/api/errors.ts';
import type { HoldView } from '../../shared/api/safeguards.ts';
import type { Concerns } from '../../shared/incident/entries.ts';
import type { Asker } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Connection } from '../storage/database.ts';
import { type ActingParts, createActing } from './acting.ts';
import { type Case, concernsOf } from './case-store.ts';

interface AccessActsParts extends ActingParts {
  /** Sets a hold, as the safeguarding lead does it by hand, in a transaction of its own. */
  setHold: (asker: Asker, wanted: { deviceId: string | null; reason: string }) => Promise<HoldView>;
  /** Whether these people are members of the setting. */
  areMembers: (connection: Connection, settingId: string, personIds: readonly string[]) => Promise<boolean>;
}

/** Who may see a case from now on, and the hold that keeps what it is about. */
export function accessActRoutes(parts: AccessActsParts) {
  const { act } = createActing(parts);
  const { tell, desk, db, setHold, areMembers } = parts;

  return {
    restrictIncident: ({ asker, params, body: { confidential, reason } }) => {
      const id = params.id ?? '';
      return act({ asker, id, act: confidential ? 'restrict' : 'open-up' }, (_opened, _connection, by) => ({
        entries: [{ kind: 'confidentiality', data: { confidential }, text: reason, by }],
        afterwards: (connection) => tell(connection, { incidentId: id, what: 'restricted' }),
      }));
    },

    nameConcerned: ({ asker, params, body: { people, roles, reason } }) => {
      const id = params.id ?? '';
      return act({ asker, id, act: 'name-concerned' }, async ({ seen }, connection, by) => {
        if (!(await areMembers(connection, seen.found.settingId, people)))
          throw new StatedError('not-valid', 'One of these people is not of your setting.', {
            fields: { people: 'unknown' },
          });
        if (asker.role !== 'safeguarding-lead') await mustNameNoLead(connection, seen.found, { people, roles });
        return {
          entries: [{ kind: 'concerns', data: { people, roles }, text: reason, by }],
          afterwards: (connection) => tell(connection, { incidentId: id, what: 'restricted' }),
        };
      });
    },

    holdFromIncident: async ({ asker, params, body: { wholeSetting, reason } }) => {
      const id = params.id ?? '';
      const { seen } = await desk.openFor(db, asker, { id, act: 'hold' });
      const { deviceId } = seen.found.facts;
      if (deviceId === null && !wholeSetting)
        throw new StatedError('not-valid', 'This case names no device. Hold the whole setting, or nothing.', {
          fields: { wholeSetting: 'must be true' },
        });
      const place = wholeSetting ? null : deviceId;
      // The hold first: cut off between the two, what the case needs is kept all the same.
      // Holds and the audit log outlive the case, and are read by whom it may concern: what it says stays in the case.
      const hold = await setHold(asker, { deviceId: place, reason: reasonForOthers });
      return act({ asker, id, act: 'hold' }, (_opened, _connection, by) => ({
        entries: [{ kind: 'hold', data: { holdId: hold.id, deviceId: place }, text: reason, by }],
      }));
    },
  } satisfies Partial<Handlers>;
}

const reasonForOthers = 'Kept for the safeguarding lead.';

/** Whoever looks after a case cannot take it out of the lead's sight: that is done by another lead, or by reporting it anew. */
async function mustNameNoLead(connection: Connection, { id, settingId }: Case, named: Concerns): Promise<void> {
  const leads: { person_id: string }[] = await connection('memberships')
    .where({ setting_id: settingId, role: 'safeguarding-lead' })
    .whereIn('person_id', named.people)
    .select('person_id');
  const known = await concernsOf(connection, id);
  const isNew = leads.some(({ person_id: person }) => !known.people.includes(person));
  if (isNew || (named.roles.includes('safeguarding-lead') && !known.roles.includes('safeguarding-lead')))
    throw new StatedError(
      'forbidden',
      'That a case concerns a safeguarding lead is said by another lead, or by whoever reports it. Report it anew and name them.',
    );
}
