import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../shared/instant.ts';
import type { Log } from '../shared/log.ts';
import { makePrivateFolder } from '../shared/make-folder.ts';
import { type Audit, type AuditEntry, createAudit } from './audit/audit.ts';
import { openAuditKey } from './audit/audit-key.ts';
import { beginLogs } from './audit/begin.ts';
import { createHeadSigner, type HeadSigner } from './audit/chain.ts';
import { openOrdersAskedBy } from './commands/asked-by.ts';
import type { Config } from './config.ts';
import { deriveKeys } from './derived-keys.ts';
import { type Authority, openAuthority } from './enrolment/authority.ts';
import { AuthorityFault } from './enrolment/authority-fault.ts';
import { countEnrolledDevices } from './enrolment/certificate-store.ts';
import { beginRecord } from './incidents/begin.ts';
import { tellingAudit } from './noticed-entries.ts';
import { createGate, passwordGateLimits } from './people/gate.ts';
import { createKnownBrowsers } from './people/known-browsers.ts';
import { argon2, createPasswords } from './people/passwords.ts';
import { createPeople, type People } from './people/people.ts';
import { createThrottle } from './people/throttle.ts';
import { type Connection, type Database, openDatabase } from './storage/database.ts';

/** A data folder that cannot be used. */
export class DataFolderFault extends Error {
  override readonly name = 'DataFolderFault';
  readonly code = 'data-folder-fault';
}

/** What both the running server and the command line stand on. */
export interface Base {
  db: Database;
  authority: Authority;
  audit: Audit;
  /** Signs the heads of the audit log, and knows its signatures again. */
  auditSigner: HeadSigner;
  people: People;
  /** Makes the key by which this server answers as a beacon. */
  beaconSeed: Buffer;
  close(): Promise<void>;
}

/** Opens the data folder: made when it is not there, the database brought up to date, the authority made at first. */
export async function openBase(
  config: Config,
  {
    clock,
    log,
    sessionEnded,
    entryWritten = () => {},
    rolesChanged,
  }: {
    clock: Clock;
    log: Log;
    sessionEnded?: (sessionId: string) => void;
    /** Told of each entry that was written to the audit log by itself. */
    entryWritten?: (entry: AuditEntry) => void;
    /** Told inside the transaction that changes who has which role in a setting. */
    rolesChanged?: (connection: Connection, settingId: string, resetPerson?: string) => Promise<void>;
  },
): Promise<Base> {
  prepareDataFolder(config.dataFolder);
  const folder = join(config.dataFolder, 'authority');
  // The database first: an authority beside an empty database file then means that the file was emptied.
  const db = await openDatabase(config.databaseUrl, { mayBeEmpty: !existsSync(folder) });
  const authority = await openAuthority({
    folder,
    clock,
    log,
    beforeMaking: () => refuseLostAuthority(db, folder),
  }).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
  });
  const auditSigner = await openAuditSigner(folder, db, clock).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
  });
  const audit = tellingAudit(createAudit({ clock, signer: auditSigner }), entryWritten);
  await beginRecord({ db, audit, signer: auditSigner }).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
  });
  const passwords = createPasswords({ argon2, gate: createGate(passwordGateLimits) });
  const throttle = createThrottle({ clock });
  const keys = deriveKeys(authority.commandKey.privatePem);
  const people = createPeople({
    db,
    clock,
    audit,
    passwords,
    throttle,
    keys,
    openOrdersOf: openOrdersAskedBy,
    rolesChanged,
    knownBrowsers: createKnownBrowsers({ key: keys.knownBrowsers, clock }),
    ...(sessionEnded === undefined ? {} : { sessionEnded }),
  });
  return { db, authority, audit, auditSigner, people, beaconSeed: keys.beacon, close: () => db.destroy() };
}

async function openAuditSigner(folder: string, db: Database, clock: Clock): Promise<HeadSigner> {
  const begin = (privatePem: string) => beginLogs({ db, clock, signer: createHeadSigner(privatePem) });
  return createHeadSigner(await openAuditKey(folder, begin));
}

/** A new authority would shut out every enrolled device, for good and without a word. */
async function refuseLostAuthority(db: Database, folder: string): Promise<void> {
  const devices = await countEnrolledDevices(db);
  if (devices === 0) return;
  throw new AuthorityFault(
    `The folder ${folder} is missing, and ${devices} enrolled ${devices === 1 ? 'device trusts' : 'devices trust'} no other. Nothing was changed. Restore it from your ` +
      'backup. Without a backup, move the database away as well and begin anew: every device then has to be enrolled again.',
  );
}

/** Makes the data folder when it is not there. Throws DataFolderFault when it cannot be used. */
export function prepareDataFolder(folder: string): void {
  try {
    makePrivateFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new DataFolderFault(
      `The data folder ${folder} cannot be made or written. Give this user the right to write there, or choose another folder with --data or HOMETIME_DATA.`,
      { cause },
    );
  }
}
