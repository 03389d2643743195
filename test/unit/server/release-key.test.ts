import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { findDeviceOf } from '../../../server/devices/device-store.ts';
import { releaseCodeRoutes, releaseKeyOf } from '../../../server/policy/release-key.ts';
import { isReleaseCode } from '../../../shared/command/release-code.ts';
import { asked, codeOf, type OrdersRig, person, startOrdersRig } from '../commands/orders-rig.ts';

const keyOf = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('the key of a device’s offline release codes', () => {
  const signingKey = keyOf();
  const enrolled = { deviceId: 'd', epoch: 1 };

  it('is 32 bytes, always the same, and another for each device, enrolment and server', () => {
    const key = releaseKeyOf(signingKey, enrolled);
    expect(Buffer.from(key, 'base64')).to.have.length(32);
    expect(releaseKeyOf(signingKey, enrolled)).to.equal(key);
    const others = [
      releaseKeyOf(signingKey, { ...enrolled, epoch: 2 }),
      releaseKeyOf(signingKey, { ...enrolled, deviceId: 'e' }),
      releaseKeyOf(keyOf(), enrolled),
    ];
    expect(new Set([key, ...others]).size).to.equal(4);
  });

  describe('answers the challenge that a locked device shows', () => {
    let rig: OrdersRig;
    let id: string;
    beforeEach(async () => {
      rig = await startOrdersRig();
      id = await rig.device('Tablet 3', { epoch: 3 });
    });
    afterEach(() => rig.stop());
    const challenge = 'K7QM-2XVD';
    const ask = (deviceId = id, by = person('deputy', { name: 'Dan' })) => {
      const { db, audit } = rig;
      const routes = releaseCodeRoutes({ db, audit, signingKey, deviceOf: findDeviceOf });
      return routes.answerReleaseChallenge(asked(by, { id: deviceId }, { challenge, reason: 'the network is down' }));
    };

    it('with the code that the device takes, and that no other takes', async () => {
      const { code } = await ask();
      const key = releaseKeyOf(signingKey, { deviceId: id, epoch: 3 });
      expect(isReleaseCode(key, { deviceId: id, epoch: 3, challenge }, code.toLowerCase())).to.equal(true);
      expect(isReleaseCode(key, { deviceId: id, epoch: 3, challenge: 'AAAA-BBBB' }, code)).to.equal(false);
      const earlier = releaseKeyOf(signingKey, { deviceId: id, epoch: 2 });
      expect(isReleaseCode(earlier, { deviceId: id, epoch: 2, challenge }, code)).to.equal(false);
    });

    it('on record: who asked and why, and never the code', async () => {
      const { code } = await ask();
      const [entry] = await rig.db('audit_entries').where({ subject: id });
      expect(entry).to.include({ actor: 'Dan', action: 'release-code.told' });
      expect(entry.data).to.include('the network is down').and.not.to.include(code);
    });

    it('for enrolled devices of the setting only', async () => {
      const never = await rig.device('Never', { epoch: 0 });
      const left = await rig.device('Left', { retired_at: '2026-11-01T00:00:00.000Z' });
      const codes = [
        await codeOf(ask(never)),
        await codeOf(ask(left)),
        await codeOf(ask('nothing')),
        await codeOf(ask(id, person('manager', { settingId: 't' }))),
      ];
      expect(codes).to.deep.equal(['conflict', 'conflict', 'not-found', 'not-found']);
    });
  });
});
