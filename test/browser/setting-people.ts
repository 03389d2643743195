import { openBase } from '../../server/base.ts';
import { readConfig } from '../../server/config.ts';
import type { Role } from '../../shared/api/people.ts';
import { systemClock } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { administrator, type Person } from './browser-rig.ts';

/** A server that nothing but this machine reaches. */
export const onlyHere = { HOMETIME_ADDRESS: '127.0.0.1', HOMETIME_AGENT_HOST: '127.0.0.1' };

export const lead: Person = { email: 'lea@acorns.example', name: 'Lea Ward', password: 'seven green lunch boxes' };
export const manager: Person = { email: 'mona@acorns.example', name: 'Mona Reed', password: 'nine brown coat pegs' };
export const staff: Person = { email: 'sam@acorns.example', name: 'Sam Stone', password: 'two little red wellies' };
export const secondAdministrator: Person = {
  email: 'bo@acorns.example',
  name: 'Bo Hale',
  password: 'a lane of wet leaves',
};

/** A server with its first administrator. */
export async function startAcorns(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess({ env: { ...onlyHere, ...env } });
  await addAdministrator(server, administrator);
  return server;
}

/** As the one who installed the server does. */
export async function addAdministrator(server: ServerProcess, { email, name, password }: Person): Promise<void> {
  await server.command(['admin', 'add', '--email', email, '--name', name, '--password-stdin'], `${password}\n`);
}

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
