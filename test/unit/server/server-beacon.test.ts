import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { beaconRoutes, createServerBeacon } from '../../../server/beacon/server-beacon.ts';
import { deriveKeys } from '../../../server/derived-keys.ts';
import { beaconViewSchema } from '../../../shared/api/beacon.ts';
import { beaconKeyOfSeed } from '../../../shared/beacon/key.ts';
import { BeaconFault } from '../../../shared/beacon/responder.ts';
import { systemClock } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { freePort } from '../../support/ports.ts';
import { skipUnless } from '../../support/skip.ts';
import { address4, createDevice, ourBeacon } from '../agent/beacon/beacon-rig.ts';

const elapsed = () => performance.now();
const given = { clock: systemClock, elapsed, log: silentLog, links: () => ({ lo: [address4('127.0.0.1', 8)] }) };
const seed = Buffer.alloc(32, 7);

describe('the server as a beacon', function () {
  this.timeout(10_000);
  before(function () {
    skipUnless(this, 'linux');
  });

  it('opens nothing and tells that it is off, unless it was asked for', async () => {
    const port = await freePort();
    const beacon = createServerBeacon({ ...given, isOn: false, seed, port });
    await beacon.start();
    expect(beacon.view()).to.deep.equal({ state: 'off' });
    expect(await createDevice(port)()).to.equal('silent');
    await beacon.stop();
  });

  it('answers devices by the key that it shows, and by no other', async () => {
    const port = await freePort();
    const beacon = createServerBeacon({ ...given, isOn: true, seed, port });
    await beacon.start();
    const view = beaconViewSchema.parse(await beaconRoutes(beacon).showBeacon());
    expect(view).to.deep.equal({ state: 'answering', publicKey: ourBeacon.publicText, port, networks: 1 });
    expect(await createDevice(port)()).to.equal('answered');
    expect(await createDevice(port)([beaconKeyOfSeed(randomBytes(32)).publicText])).to.equal('refused');
    await beacon.stop();
    expect(await createDevice(port)()).to.equal('silent');
  });

  it('does not start over a beacon that is there, and says so', async () => {
    const port = await freePort();
    const [first, second] = [0, 1].map(() => createServerBeacon({ ...given, isOn: true, seed, port }));
    await first?.start();
    expect(await second?.start().catch((error: unknown) => error)).to.be.instanceOf(BeaconFault);
    await first?.stop();
  });

  it('has one key for as long as the key that signs orders, and it is none of the others', () => {
    const pem = ourBeacon.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { beacon, sealing, knownBrowsers } = deriveKeys(pem);
    expect(deriveKeys(pem).beacon.equals(beacon)).to.equal(true);
    expect(beacon.equals(sealing) || beacon.equals(knownBrowsers)).to.equal(false);
    expect(beaconKeyOfSeed(beacon).publicText).to.not.equal(ourBeacon.publicText);
  });
});
