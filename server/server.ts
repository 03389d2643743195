import { messageOf } from '../shared/log.ts';
import { type App, type AppParts, assemble } from './app.ts';
import type { AuditEntry } from './audit/audit.ts';
import { type Base, openBase, prepareDataFolder } from './base.ts';
import { close, listen } from './listeners.ts';
import type { Live } from './live.ts';
import { lockFolder } from './storage/folder-lock.ts';
import { createLogCarrier } from './storage/log-carrier.ts';

/** A server that runs: where it listens, the first administrator's link while there is none, and its end. */
export interface RunningServer {
  peopleUrl: string;
  agentAddress: { host: string; port: number };
  setUpLink: string | undefined;
  /** The public key by which this server answers as a beacon; undefined: it does not. */
  beaconKey: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the server. Throws, with everything it opened closed again, when the
 * data folder, the database, the keys or a port cannot be used; the message
 * says what to do.
 */
export async function startServer(parts: AppParts): Promise<RunningServer> {
  const { config, clock, log } = parts;
  prepareDataFolder(config.dataFolder);
  const unlock = await lockFolder(config.dataFolder);
  let base: Base | undefined;
  let live: Live | undefined;
  try {
    let noticed: ((entry: AuditEntry) => void) | undefined;
    let incidents: App['incidents'] | undefined;
    base = await openBase(config, {
      clock,
      log,
      sessionEnded: (id) => live?.signInEnded(id),
      entryWritten: (entry) => noticed?.(entry),
      rolesChanged: async (...change) => incidents?.rolesChanged(...change),
    });
    const assembled = assemble(parts, base);
    live = assembled.live;
    noticed = assembled.noticed;
    incidents = assembled.incidents;
    const { stop, ...running } = await open(parts, base, assembled);
    return { ...running, stop: () => stop().finally(unlock) };
  } catch (error) {
    await base?.close();
    await unlock();
    throw error;
  }
}

async function open(
  { config, log }: AppParts,
  base: Base,
  { live, peopleServer, agentServer, address, beacon, notify, incidents }: App,
): Promise<RunningServer> {
  const logCarrier = createLogCarrier({ db: base.db, url: config.databaseUrl, log });
  const endParts = async (): Promise<void> => {
    await live.stop();
    await incidents.stop();
    await notify.stop();
    await Promise.all([close(peopleServer), close(agentServer), beacon.stop()]);
    await logCarrier.stop();
  };
  const stop = async (): Promise<void> => {
    await endParts();
    await base.close();
    log.info('server.stopped');
  };
  try {
    await listen(agentServer, { host: config.agentHost, port: config.agentPort, env: 'HOMETIME_AGENT_PORT' });
    await listen(peopleServer, { host: config.peopleHost, port: config.peoplePort, env: 'HOMETIME_PEOPLE_PORT' });
    await beacon.start();
    await logCarrier.start();
    live.start();
    notify.start();
    incidents.start();
    const setUp = await base.people.issueSetUpToken();
    const peopleUrl = `http://${urlHost(config.peopleHost)}:${config.peoplePort}`;
    log.info('server.started', { port: config.peoplePort });
    const told = beacon.view();
    return {
      peopleUrl,
      agentAddress: address,
      setUpLink: setUp && `${peopleUrl}/set-up#token=${setUp.secret}`,
      beaconKey: told.state === 'answering' ? told.publicKey : undefined,
      stop,
    };
  } catch (error) {
    await endParts().catch((failure: unknown) => log.error('server.stop-failed', { error: messageOf(failure) }));
    throw error;
  }
}

/** A host as it stands in a URL; a listener on every address is reached on this computer as localhost. */
function urlHost(host: string): string {
  if (host === '127.0.0.1' || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
