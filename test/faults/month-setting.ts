import { randomUUID } from 'node:crypto';
import { openBase } from '../../server/base.ts';
import { attachmentFolder, createCases } from '../../server/cases.ts';
import { readConfig } from '../../server/config.ts';
import { noteSeen } from '../../server/devices/device-store.ts';
import { noteBack, noteFarewell } from '../../server/devices/farewell-store.ts';
import { idsToJudge, resumeGraces } from '../../server/devices/judged-state.ts';
import { createFleet, type Fleet } from '../../server/fleet.ts';
import type { Asker } from '../../server/http/asker.ts';
import { createAttachmentFiles } from '../../server/incidents/attachment-files.ts';
import { verifyRecord } from '../../server/incidents/verify.ts';
import { createNotices } from '../../server/notify/notices.ts';
import { webhooksFor } from '../../server/notify/webhook-store.ts';
import { listMembers } from '../../server/people/memberships-store.ts';
import { storePolicy } from '../../server/policy/policy-store.ts';
import { createPresence } from '../../server/realtime/presence.ts';
import { createSecurity } from '../../server/security/security.ts';
import type { Role } from '../../shared/api/people.ts';
import { instant } from '../../shared/instant.ts';
import { silentLog } from '../../shared/log.ts';
import { defaultPolicy, type Policy } from '../../shared/policy/document.ts';
import type { FarewellReason } from '../../shared/policy/farewell.ts';
import type { ChangedSections, Sections } from '../../shared/report/report.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** A clock that is set. */
export interface SetClock {
  now(): number;
  set(at: string): void;
}

export interface MonthDevice {
  id: string;
  kind: 'tablet' | 'laptop';
  owner: string;
}

/**
 * A setting with the real ingest, judge, record, clocks and notices, joined as the server joins them, on a database in
 * memory. There are no sockets and no timers: the test says what a device reports, and looks as the watches look.
 */
export async function openMonthSetting(policy: Partial<Policy>, start: string) {
  let nowMs = Date.parse(start);
  const clock: SetClock = { now: () => nowMs, set: (at) => (nowMs = Date.parse(at)) };
  const now = () => instant(nowMs);
  const config = readConfig({ HOMETIME_DATABASE_URL: 'sqlite::memory:' }, makeTempFolder());
  const base = await openBase(config, { clock, log: silentLog });
  const { db, audit, auditSigner: signer } = base;
  const settingId = await base.people.ensureSetting('test');
  await storePolicy(db, settingId, { ...defaultPolicy, ...policy }, { actor: 'test', at: now() });
  const notices = createNotices({
    clock,
    log: silentLog,
    webhooksFor,
    membersOf: (connection, id) => listMembers(connection, { settingId: id, now: now() }),
  });
  const security = createSecurity({ db, clock, audit, changed: () => {}, tell: () => Promise.resolve() });
  const incidents = createCases({
    config,
    base,
    clock,
    elapsed: () => nowMs,
    log: silentLog,
    notices,
    security: () => security,
    fleet: () => fleet,
    orders: () => {
      throw new Error('nobody orders anything in this month');
    },
    changed: () => {},
  });
  const presence = createPresence({
    clock,
    elapsed: () => nowMs,
    changed: () => {},
    flush: () => Promise.resolve(),
  });
  const fleet: Fleet = createFleet({
    db,
    clock,
    log: silentLog,
    presence,
    security,
    openCommandsOf: () => Promise.resolve(new Map()),
    misuse: incidents.misuse,
    touched: () => {},
  });
  const sequences = new Map<string, number>();

  const person = async (role: Role, name: string): Promise<Asker> => {
    const id = randomUUID();
    await db('people').insert({ id, email: `${id}@nursery.example`, name, password_hash: '', created_at: now() });
    await db('memberships').insert({ person_id: id, setting_id: settingId, role, until: null });
    return { kind: 'person', id, name, role, settingId };
  };

  return {
    db,
    clock,
    now,
    settingId,
    incidents,
    person,
    addDevice: async (name: string, kind: MonthDevice['kind'], owner: string): Promise<MonthDevice> => {
      const id = randomUUID();
      await db('devices').insert({
        id,
        setting_id: settingId,
        name,
        kind,
        child_facing: kind === 'tablet',
        assigned_people: JSON.stringify([owner]),
        platform: 'linux',
        epoch: 1,
        enrolled_at: now(),
        observe_mode: false,
        created_at: now(),
      });
      return { id, kind, owner };
    },
    /** As a device that is switched on says hello. */
    comesOn: async (id: string): Promise<void> => {
      await db.transaction(async (connection) => {
        await resumeGraces(connection, id, now());
        await noteSeen(connection, new Map([[id, now()]]));
        await noteBack(connection, id, now());
        await fleet.judgeDevices(connection, [id]);
      });
    },
    /** As an agent that ends says why. */
    farewell: (id: string, why: FarewellReason): Promise<void> =>
      db.transaction(async (connection) => {
        await noteFarewell(connection, id, { why, at: now() });
        await fleet.judgeDevices(connection, [id]);
      }),
    /** As the heartbeats of those that are on are noted. */
    seen: (ids: Iterable<string>) => noteSeen(db, new Map([...ids].map((id) => [id, now()]))),
    /** A report through the real ingest; `at`: when it was so, if it was kept on the device for a while. */
    report: async (id: string, sections: Partial<Sections>, at = now()): Promise<void> => {
      const sequence = (sequences.get(id) ?? 0) + 1;
      sequences.set(id, sequence);
      const dated = Object.fromEntries(Object.entries(sections).map(([name, reading]) => [name, { ...reading, at }]));
      await fleet.ingest.take(id, { epoch: 1, sequence, at, sections: dated as ChangedSections });
    },
    /** What the watches do on the server's own time. */
    look: async (): Promise<void> => {
      const due = await idsToJudge(db, now(), 100);
      if (due.length > 0) await fleet.judgeTogether(due);
      await incidents.look.clocks();
    },
    verify: () => verifyRecord({ db, signer, files: createAttachmentFiles(attachmentFolder(config)) }, settingId),
    close: () => base.close(),
  };
}

export type MonthSetting = Awaited<ReturnType<typeof openMonthSetting>>;
