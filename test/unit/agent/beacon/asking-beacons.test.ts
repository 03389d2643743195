import { expect } from 'chai';
import type { BeaconState } from '../../../../agent/beacon/asking.ts';
import { askingBeacons } from '../../../../agent/beacon/asking-beacons.ts';
import type { Look } from '../../../../agent/platform/platform.ts';
import type { LinkList } from '../../../../shared/beacon/on-link.ts';
import { instant } from '../../../../shared/instant.ts';
import { answerText, known, type Reading, unknown } from '../../../../shared/reading.ts';
import { type Location, locationSchema } from '../../../../shared/report/location.ts';
import { createTestClock } from '../parts.ts';
import { address4, deviceId, ourBeacon } from './beacon-rig.ts';

const minute = 60_000;
const setting: Location = {
  gateway: { address: '10.77.0.1', hardwareAddress: '02:00:00:00:00:01', link: 'wired' },
  wifi: null,
  addresses: ['10.77.0.20'],
  vpn: false,
};

function createRig() {
  const clock = createTestClock();
  const now: { reading: Reading<Location>; links: LinkList; keys: string[]; says: BeaconState[]; asked: number } = {
    reading: known(setting, instant(clock.at)),
    links: { eth0: [address4('10.77.0.20', 24)] },
    keys: [ourBeacon.publicText],
    says: [],
    asked: 0,
  };
  const probe = askingBeacons(async () => now.reading, {
    clock,
    steady: () => clock.at,
    keys: () => now.keys,
    deviceId,
    links: () => now.links,
    async ask() {
      now.asked += 1;
      return now.says.shift() ?? 'answered';
    },
  });
  const look = (how?: Look) => probe(new AbortController().signal, how);
  const told = async (how?: Look) => {
    const reading = await look(how);
    return reading.state === 'known' ? locationSchema.parse(reading.value).beacon : reading.reason;
  };
  return { clock, now, look, told };
}

describe('a place that is witnessed by a beacon (DEV1)', () => {
  it('says what the beacon said, and since when on this network', async () => {
    const { clock, told } = createRig();
    const since = instant(clock.at);
    expect(await told()).to.deep.equal({ state: 'answered', observedAt: since });
    clock.at += minute;
    expect(await told('new')).to.deep.equal({ state: 'answered', observedAt: since });
  });

  it('asks nobody and says nothing where the rules name no beacon, and where no place is known', async () => {
    const { now, told } = createRig();
    now.keys = [];
    expect(await told()).to.equal(undefined);
    now.keys = [ourBeacon.publicText];
    now.reading = unknown('no-network', instant(0));
    expect(await told()).to.equal('no-network');
    expect(now.asked).to.equal(0);
  });

  it('is silent where the link is not known for certain', async () => {
    const { now, told } = createRig();
    now.links = {};
    expect(await told()).to.include({ state: 'silent' });
    now.reading = known({ ...setting, gateway: { ...setting.gateway, link: 'tunnel' } }, instant(0));
    expect(await told()).to.include({ state: 'silent' });
    expect(now.asked).to.equal(0);
  });

  it('costs nothing between: a glance gives the very same answer again for five minutes, for two after silence', async () => {
    const { clock, now, look, told } = createRig();
    const first = await look();
    for (let turn = 0; turn < 4; turn += 1) {
      clock.at += minute;
      const again = await look('glance');
      expect(again.state === 'known' && first.state === 'known' && again.value === first.value).to.equal(true);
    }
    expect(now.asked).to.equal(1);
    clock.at += minute;
    now.says = ['silent', 'silent'];
    expect(await told('glance')).to.include({ state: 'silent' });
    expect(now.asked, 'asked once more before one that answered here is called gone').to.equal(3);
    clock.at += 1.5 * minute;
    await look('glance');
    expect(now.asked).to.equal(3);
    clock.at += minute;
    expect(await told('glance')).to.include({ state: 'answered' });
  });

  it('makes no report while the answer stays what it was', async () => {
    const { clock, look } = createRig();
    const first = answerText(await look());
    clock.at += 20 * minute;
    expect(answerText(await look('glance'))).to.equal(first);
  });

  it('asks anew at once when the network is another, when somebody wants to know, and when the rules name another beacon', async () => {
    const { now, told } = createRig();
    await told();
    now.says = ['silent'];
    now.reading = known({ ...setting, gateway: { ...setting.gateway, hardwareAddress: null } }, instant(0));
    expect(await told('glance')).to.include({ state: 'silent' });
    await told('new');
    expect(now.asked).to.equal(3);
    now.keys = [...now.keys, ourBeacon.publicText];
    await told('glance');
    expect(now.asked).to.equal(4);
  });

  it('never holds a beacon’s word over for another network: what answered there is not asked twice for here', async () => {
    const { now, told } = createRig();
    await told();
    now.says = ['refused', 'answered'];
    now.reading = known({ ...setting, vpn: true }, instant(0));
    expect(await told('glance')).to.include({ state: 'refused' });
    expect(now.asked).to.equal(2);
  });

  it('leaves to a played device what it tells of its beacon itself', async () => {
    const { now, told } = createRig();
    const played = { state: 'silent', observedAt: instant(0) } as const;
    now.reading = known({ ...setting, beacon: played }, instant(0));
    expect(await told()).to.deep.equal(played);
    expect(now.asked).to.equal(0);
  });
});
