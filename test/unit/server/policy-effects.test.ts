import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { createPolicyEffects } from '../../../server/policy/effects.ts';
import type { Policy } from '../../../shared/policy/document.ts';
import { evaluate } from '../../../shared/policy/evaluate.ts';
import type { Facts } from '../../../shared/policy/facts.ts';
import { codeOf } from '../commands/orders-rig.ts';
import {
  encryptionOf,
  factsOf,
  healthOf,
  notKnown,
  now,
  ownGateway,
  photosOf,
  placeAt,
  policy,
  rulesOf,
} from '../shared/facts.ts';

const elsewhere = placeAt('02:00:00:00:00:99');
const unencryptedAway = factsOf({ encryption: encryptionOf('not-protected'), location: elsewhere });

interface Stored {
  name: string;
  facts: Facts | undefined;
  observes?: boolean;
}

/** The real evaluation over these devices; only where facts are read from is another place. */
function effectsOver(fleet: readonly Stored[]) {
  const devices = fleet.map((one) => ({ ...one, id: randomUUID() }));
  return createPolicyEffects({
    clock: { now: () => Date.parse(now) },
    devicesOf: async () => devices.map(({ id, name, observes = false }) => ({ id, name, observeMode: observes })),
    factsAt: async () => async (id) => devices.find((device) => device.id === id)?.facts,
    judgeBy: async (_settingId, by) => (facts, at) => evaluate(facts, rulesOf(by), at),
  });
}
const compared = (before: Partial<Policy>, after: Partial<Policy>) => ({
  settingId: 's',
  before: { ...policy, ...before },
  after: { ...policy, ...before, ...after },
});
const offSite = (change: Partial<Policy['switches']['offSite']>) => ({
  switches: { ...policy.switches, offSite: { ...policy.switches.offSite, ...change } },
});
const page = { limit: 100 };

describe('what a change of the policy would do', () => {
  it('names each device and what would be found of it, by the evaluation that judges reports (DEV3)', async () => {
    const effects = await effectsOver([
      { name: 'Tablet 1', facts: factsOf({ photos: photosOf(30) }) },
      { name: 'Tablet 2', facts: factsOf({ photos: photosOf(3) }) },
    ])(compared({}, { photoLimit: { tablet: 10, laptop: 10 } }), page);
    expect(effects).to.include({ judged: 2, touched: 1, notJoined: 0 });
    expect(effects.items.map(({ name, guard }) => [name, guard])).to.deep.equal([['Tablet 1', 'as-before']]);
    expect(effects.items[0]?.appears.map(({ code }) => code)).to.deep.equal(['photos-over-limit']);
    expect(effects.items[0]?.appears[0]?.text).to.include('30 photos');
    expect(effects.appears.map(({ code, devices }) => [code, devices])).to.deep.equal([
      ['photos-over-limit', { count: 1, names: ['Tablet 1'] }],
    ]);
    expect(effects.disappears).to.deep.equal([]);
  });

  it('tells who would be blocked once the guard blocks, by name, and who would be let go again (DEV1)', async () => {
    const effectsOf = effectsOver([
      { name: 'At home', facts: unencryptedAway },
      { name: 'Encrypted', facts: factsOf({ location: elsewhere }) },
      { name: 'In the office', facts: factsOf({ encryption: encryptionOf('not-protected') }) },
    ]);
    const [warns, blocks] = [offSite({ guard: 'warn-only' }), offSite({ guard: 'block' })];
    const harder = await effectsOf(compared(warns, blocks), page);
    expect(harder.blocked).to.deep.equal({ count: 1, names: ['At home'] });
    expect(harder.letGo.count).to.equal(0);
    const softer = await effectsOf(compared(blocks, warns), page);
    expect(softer.letGo).to.deep.equal({ count: 1, names: ['At home'] });
    expect(softer.items.map(({ name, guard }) => [name, guard])).to.deep.equal([['At home', 'lets-go']]);
  });

  it('lets a device with no photos be where only photos matter, and shows it', async () => {
    const effects = await effectsOver([
      { name: 'Empty', facts: unencryptedAway },
      { name: 'Full', facts: { ...unencryptedAway, sections: { ...unencryptedAway.sections, photos: photosOf(4) } } },
    ])(compared({}, offSite({ unprotected: 'conditional' })), page);
    expect(effects.letGo.names).to.deep.equal(['Empty']);
    expect(effects.disappears.map(({ code }) => code)).to.include('unprotected-off-site');
  });

  it('lifts no block of a device of which the place cannot be told, whatever the rules become', async () => {
    const guard = {
      state: 'blocked' as const,
      since: now,
      because: 'unprotected-off-site' as const,
      until: null,
      moves: [],
      refusedSignIns: null,
      rulesExpired: false,
    };
    const sections = { encryption: encryptionOf('not-protected'), location: placeAt(null), agent: healthOf({ guard }) };
    const placeMemory = { last: 'off-site' as const, unknownSince: '2026-11-21T06:00:00.000Z' };
    const effects = await effectsOver([{ name: 'Lost', facts: factsOf(sections, { placeMemory }) }])(
      compared(offSite({ unknownPlace: 'off-site' }), offSite({ unknownPlace: 'unknown' })),
      page,
    );
    expect(effects.letGo.count).to.equal(0);
  });

  it('tells that a warning ends in a block once the guard blocks, though just now nothing can be told (DEV1)', async () => {
    const guard = {
      ...{ state: 'warned' as const, since: now, because: 'unprotected-place-unknown' as const, until: null },
      moves: [{ sequence: 1, at: now, to: 'warned' as const, because: 'unprotected-place-unknown' as const }],
      ...{ refusedSignIns: null, rulesExpired: false },
    };
    const facts = factsOf({ encryption: notKnown('timed-out'), location: placeAt(null), agent: healthOf({ guard }) });
    const rules = offSite({ guard: 'warn-only', unknownPlaceMinutes: 60 });
    const blocks = offSite({ guard: 'block', unknownPlaceMinutes: 60 });
    const effects = await effectsOver([{ name: 'Lost', facts }])(compared(rules, blocks), page);
    expect(effects.blocked).to.deep.equal({ count: 1, names: ['Lost'] });
  });

  it('tells that a block ends that the new rules no longer ask for, whatever its guard said last (DEV1)', async () => {
    const guard = {
      ...{ state: 'blocked' as const, since: now, because: 'warning-over' as const, until: null },
      moves: [
        { sequence: 1, at: now, to: 'warned' as const, because: 'unprotected-off-site' as const },
        { sequence: 2, at: now, to: 'clear' as const, because: 'back-on-site' as const },
        { sequence: 3, at: now, to: 'warned' as const, because: 'encryption-unknown-off-site' as const },
        { sequence: 4, at: now, to: 'blocked' as const, because: 'warning-over' as const },
      ],
      ...{ refusedSignIns: null, rulesExpired: false },
    };
    const facts = factsOf({ encryption: notKnown('tool-missing'), location: elsewhere, agent: healthOf({ guard }) });
    const effects = await effectsOver([{ name: 'Unknown', facts }])(
      compared(offSite({ unknownEncryption: 'counts-as-unprotected' }), offSite({ unknownEncryption: 'look' })),
      page,
    );
    expect(effects.letGo).to.deep.equal({ count: 1, names: ['Unknown'] });
  });

  it('blocks nothing that only observes, and says of what never joined that nothing is known', async () => {
    const effects = await effectsOver([
      { name: 'Observed', facts: unencryptedAway, observes: true },
      { name: 'Expected', facts: factsOf({}, { enrolledAt: null }) },
      { name: 'Left', facts: undefined },
    ])(compared(offSite({ guard: 'warn-only' }), offSite({ guard: 'block' })), page);
    expect(effects).to.deep.include({ judged: 1, notJoined: 1, blocked: { count: 0, names: [] } });
  });

  it('shows what naming a network does: a device there is no longer away', async () => {
    const effects = await effectsOver([{ name: 'At the hall', facts: unencryptedAway }])(
      compared({}, { networks: [...policy.networks, { gatewayHardwareAddress: '02:00:00:00:00:99', label: 'Hall' }] }),
      page,
    );
    expect(effects.letGo.names).to.deep.equal(['At the hall']);
    expect(ownGateway).to.not.equal('02:00:00:00:00:99');
  });

  it('shows what a first beacon does where none has answered yet: the network proves no place any more (DEV1)', async () => {
    const effectsOf = effectsOver([
      { name: 'In the office', facts: factsOf({ encryption: encryptionOf('not-protected') }) },
      { name: 'Encrypted', facts: factsOf() },
    ]);
    const beacons = [{ key: Buffer.alloc(32, 7).toString('base64'), label: 'Office' }];
    const effects = await effectsOf(compared({}, { beacons }), page);
    expect(effects.blocked).to.deep.equal({ count: 1, names: ['In the office'] });
    expect(effects.items[0]?.appears[0]?.text).to.include('Nothing shows that the device is at the setting');
    const lenient = await effectsOf(compared(offSite({ unknownPlace: 'last-known' }), { beacons }), page);
    expect(lenient.blocked.count, 'it was last seen there').to.equal(0);
  });

  it('sums all of a large fleet, pages those it touches, and lets others have their turn', async () => {
    const fleet = Array.from({ length: 1_500 }, (_none, index) => ({
      name: `Tablet ${index}`,
      facts: factsOf({ photos: photosOf(index % 3 === 0 ? 50 : 0) }),
    }));
    const change = compared({}, { photoLimit: { tablet: 10, laptop: 10 } });
    const effectsOf = effectsOver(fleet);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    const first = await effectsOf(change, { limit: 200 });
    clearInterval(counting);
    expect(first).to.include({ judged: 1_500, touched: 500 });
    expect(first.appears[0]?.devices.count).to.equal(500);
    expect(first.appears[0]?.devices.names).to.have.length(50);
    expect(turns, 'timers ran meanwhile').to.be.greaterThan(3);
    const seen = new Set(first.items.map(({ name }) => name));
    let cursor = first.nextCursor;
    while (cursor !== null) {
      const next = await effectsOf(change, { limit: 200, cursor });
      for (const { name } of next.items) seen.add(name);
      cursor = next.nextCursor;
    }
    expect(seen.size).to.equal(500);
  }).timeout(30_000);

  it('is worked out for few at once: the next one is told to wait', async () => {
    const effectsOf = effectsOver(
      Array.from({ length: 300 }, (_none, index) => ({ name: `Tablet ${index}`, facts: factsOf() })),
    );
    const change = compared({}, { silentAfterHours: 10 });
    const all = [1, 2, 3].map(() => effectsOf(change, page));
    expect(await codeOf(effectsOf(change, page))).to.equal('too-many-tries');
    await Promise.all(all);
    expect((await effectsOf(change, page)).judged).to.equal(300);
  }).timeout(30_000);
});
