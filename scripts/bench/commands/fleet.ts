import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificateRequest, makeDeviceKey } from '../../../agent/identity/certificate-request.ts';
import { openBase } from '../../../server/base.ts';
import { readConfig } from '../../../server/config.ts';
import { instant, systemClock } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';

/** What the clients' process reads: one key for all, a certificate for each. */
export interface Fleet {
  authority: string;
  privateKey: string;
  devices: { id: string; certificate: string }[];
  token: string;
}

const rowsAtOnce = 100;

/**
 * Puts an enrolled fleet into a server's data folder before it starts, and writes
 * `fleet.json` beside it. The certificates are the server's own, made as it makes
 * them; only the way over the enrolment link is left out, which is not what is measured.
 */
export async function makeFleet(folder: string, count: number): Promise<string> {
  const base = await openBase(readConfig({}, folder), { clock: systemClock, log: silentLog });
  const { secret: token } = await base.people.addToken({ name: 'bench', role: 'administrator' }, 'bench');
  const settingId = await base.people.ensureSetting('bench');
  const key = await makeDeviceKey();
  const at = instant(systemClock.now());
  const devices: Fleet['devices'] = [];
  for (let made = 0; made < count; made += rowsAtOnce) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(rowsAtOnce, count - made) }, async () => {
        const id = randomUUID();
        const request = makeCertificateRequest(id, key);
        return {
          id,
          issued: await base.authority.issueDevice({ certificateRequestPem: request, deviceId: id, epoch: 1 }),
        };
      }),
    );
    await base.db('devices').insert(
      batch.map(({ id }, index) => ({
        ...{ id, setting_id: settingId, name: `Tablet ${made + index + 1}`, kind: 'tablet', child_facing: false },
        ...{ platform: 'simulated', epoch: 1, enrolled_at: at, created_at: at },
      })),
    );
    await base.db('certificates').insert(
      batch.map(({ id, issued: { fingerprint, serial, expiresAt } }) => ({
        ...{ fingerprint, serial, device_id: id, epoch: 1, issued_at: at, expires_at: expiresAt },
      })),
    );
    devices.push(...batch.map(({ id, issued }) => ({ id, certificate: issued.pem })));
  }
  const { certificatePem: authority } = base.authority;
  await base.close();
  const fleet: Fleet = { authority, privateKey: key.privatePem, devices, token };
  const file = join(folder, 'fleet.json');
  writeFileSync(file, JSON.stringify(fleet));
  return file;
}
