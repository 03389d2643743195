import type { Role } from '../../shared/api/people.ts';
import { apiPrefix } from '../../shared/api/routes.ts';
import { startTestServer } from '../support/in-process-server.ts';
import { makeTempFolder, removeTempFolder } from '../support/temp-folder.ts';
import { openWalkers } from './walkers.ts';

export type Everybody = Awaited<ReturnType<typeof startWithEverybody>>;

/** A server with its database, and one person of each role, signed in and confirmed, who ask it over HTTP. */
export async function startWithEverybody() {
  const folder = makeTempFolder();
  const server = await startTestServer(folder);
  const { base, walkers } = await openWalkers(folder);
  const headers = new Map<Role, Record<string, string>>();
  for (const walker of walkers) {
    const isPlain = walker.kind === 'person' && walker.at === 'here' && walker.confirmed && !walker.overdue;
    if (isPlain && walker.role !== undefined && !headers.has(walker.role))
      headers.set(walker.role, await walker.headers());
  }
  return {
    folder,
    server,
    base,
    headers,
    /** As somebody of this role, or as nobody. */
    async ask(role: Role | undefined, method: string, path: string, body?: unknown) {
      const response = await fetch(`${server.peopleUrl}${apiPrefix}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(role === undefined ? {} : headers.get(role)) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, text, body: JSON.parse(text) };
    },
    async stop() {
      await base.close();
      await server.stop();
      removeTempFolder(folder);
    },
  };
}
