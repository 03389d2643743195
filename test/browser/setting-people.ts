import { openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import type { Role } from '../../shared/api/people.ts';
import { systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import type { ServerProcess } from '../support/server-process.ts';
import type { Person } from './browser-rig.ts';

/** Adds people with roles to a running server's setting, on its own database. */
export async function addPeople(server: ServerProcess, people: readonly (Person & { role: Role })[]): Promise<void> {
  const base = await openBase(readConfig({}, server.dataFolder), { clock: systemClock, log: silentLog });
  try {
    for (const { role, ...person } of people) {
      const { personId } = await base.people.addAdministrator(person, 'test');
      if (role !== 'administrator')
        await base.db('memberships').where({ person_id: personId }).update({ role, administrator_since: null });
    }
  } finally {
    await base.close();
  }
}
