import { mkdtemp, rm } from 'node:fs/promises';
import type { Server as PlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAudit } from '../../../server/audit/audit.ts';
import { createEnrolledDevices } from '../../../server/devices/enrolled-devices.ts';
import { type Authority, openAuthority } from '../../../server/enrolment/authority.ts';
import { createEnrolEndpoint } from '../../../server/enrolment/enrol-endpoint.ts';
import { createEnrolment, type Enrolment } from '../../../server/enrolment/enrolment.ts';
import { type Database, openDatabase } from '../../../server/storage/database.ts';
import type { Instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { testSigner } from '../audit/test-signer.ts';

export const settingId = 'setting-1';

/** A real authority, database, service and TLS listener on 127.0.0.1, with a clock that can be moved. */
export interface EnrolmentRig {
  folder: string;
  clock: { now(): number; moveBy(ms: number): void };
  db: Database;
  authority: Authority;
  enrolment: Enrolment;
  server: Server;
  port: number;
  revoked: string[];
  link(name: string): Promise<string>;
  audited(action: string): Promise<{ subject: string; setting_id: string | null; data: string }[]>;
  stop(): Promise<void>;
}

export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'hometime-test-'));
}

export function movableClock(): { now(): number; moveBy(ms: number): void } {
  let shift = 0;
  return {
    now: () => Date.now() + shift,
    moveBy: (ms) => {
      shift += ms;
    },
  };
}

export async function listen(server: Server | PlainServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function close(server: Server | PlainServer): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

export async function startEnrolmentRig(): Promise<EnrolmentRig> {
  const folder = await temporaryFolder();
  const clock = movableClock();
  const db = await openDatabase('sqlite::memory:');
  const at: Instant = new Date(clock.now()).toISOString();
  await db('settings').insert({ id: settingId, name: 'Oak', time_zone: 'Europe/London', created_at: at });
  const authority = await openAuthority({ folder: join(folder, 'authority'), clock, log: silentLog });
  const revoked: string[] = [];
  const enrolment = createEnrolment({
    db,
    clock,
    log: silentLog,
    audit: createAudit({ clock, signer: testSigner() }),
    authority,
    devices: createEnrolledDevices(),
    onRevoked: (deviceId) => revoked.push(deviceId),
  });
  const { ticketKeys, ...tls } = authority.tls;
  const server = createServer(
    { ...tls, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    createEnrolEndpoint({ enrolment, clock, log: silentLog }),
  );
  server.setTicketKeys(ticketKeys);
  const port = await listen(server);
  return {
    folder,
    clock,
    db,
    authority,
    enrolment,
    server,
    port,
    revoked,
    link: async (name) => {
      const order = { settingId, name, kind: 'tablet', childFacing: true, by: 'Ada' } as const;
      return (await enrolment.makeLink({ ...order, address: { host: '127.0.0.1', port } })).link;
    },
    audited: (action) => db('audit_entries').where({ action }).orderBy('id'),
    stop: async () => {
      await close(server);
      await db.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
