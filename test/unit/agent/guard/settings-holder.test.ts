import { expect } from 'chai';
import fc from 'fast-check';
import { createSettingsHolder } from '../../../../agent/guard/settings-holder.ts';
import { openOrder } from '../../../../shared/command/envelope.ts';
import { instant } from '../../../../shared/instant.ts';
import { openCapsule } from '../../../../shared/policy/capsule.ts';
import { capsuleSchema, defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { rulesOf } from '../../shared/facts.ts';
import { capsule, commandKey, createHeardLog, createMemoryKeeper, deviceId, envelope, morning } from '../parts.ts';

const recipient = { deviceId, epoch: 1, commandKey };
const topics = { resourceFolder: 'Topics' };

async function createRig(disk = createMemoryKeeper()) {
  const { log, events } = createHeardLog();
  const holder = createSettingsHolder({ keeper: disk.keeper, log });
  await holder.open(recipient);
  const refusals = () => events.filter(({ event }) => event.endsWith('refused')).map(({ fields }) => fields.reason);
  return { ...disk, holder, events, refusals };
}

function orderAsCapsule() {
  const { text, signature } = envelope();
  return { text, signature };
}

describe('the settings that the server signed for this device', () => {
  it('are the defaults until a capsule came', async () => {
    const { holder, events } = await createRig();
    expect(holder.current()).to.deep.equal(defaultDeviceSettings);
    expect(holder.version()).to.equal(null);
    expect(events).to.deep.equal([]);
  });

  it('are used at once, name the sections that are looked for differently, and hold after a start with no server', async () => {
    const { holder, kept, keeper, state } = await createRig();
    const salt = Buffer.alloc(32, 7).toString('base64');
    expect(await holder.take(capsule({}, { ...topics, mediaSalt: salt }))).to.have.members(['photos', 'media']);
    expect(holder.current()).to.include({ resourceFolder: 'Topics', mediaSalt: salt });
    const again = await createRig({ keeper, kept, state });
    expect(again.holder.version()).to.equal(1);
    expect(again.holder.current()).to.include(topics);
    expect(
      await again.holder.take(capsule({ issuedAt: instant(morning + 1) }, { ...topics, mediaSalt: salt })),
    ).to.deep.equal([]);
  });

  it('ask for apps and filtering again when the lists changed', async () => {
    const { holder } = await createRig();
    const { apps, filterTests } = defaultDeviceSettings;
    const changed = { apps: { version: 2, apps: apps.apps.slice(1) }, filterTests: filterTests.slice(1) };
    expect(await holder.take(capsule({ version: 2 }, changed))).to.have.members(['apps', 'filtering']);
  });

  it('ask for the place again when the rules name other beacons, and for nothing when only what is made of facts changed', async () => {
    const { holder } = await createRig();
    const ruled = (version: number, change: Parameters<typeof rulesOf>[0]) => {
      const { apps: _apps, filterTests: _tests, resourceFolder: _folder, ...rules } = rulesOf(change);
      const own = { kind: 'laptop', childFacing: false, assignedPeople: null, enrolledAt: instant(morning) } as const;
      return capsule({ version }, { rules: { ...own, ...rules, expiresAt: instant(morning) } });
    };
    const beacons = [{ key: Buffer.alloc(32, 7).toString('base64'), label: 'In the office' }];
    expect(await holder.take(ruled(2, {}))).to.deep.equal([]);
    expect(await holder.take(ruled(3, { beacons }))).to.deep.equal(['location']);
    expect(await holder.take(ruled(4, { beacons, silentAfterHours: 5 }))).to.deep.equal([]);
  });

  const refused = {
    'signed by another key': { by: () => capsule({}, topics, 'forger'), reason: 'not-of-the-server' },
    'for another device': {
      by: () => capsule({ deviceId: '0b0f4f1e-0f0a-4b7e-8d64-4a8b2b0f9c77' }, topics),
      reason: 'wrong-device',
    },
    'of an earlier enrolment': { by: () => capsule({ epoch: 2 }, topics), reason: 'wrong-epoch' },
    'of a lower version': { by: () => capsule({ version: 4 }, topics), reason: 'older' },
    'of the same version, issued before': {
      by: () => capsule({ version: 5, issuedAt: instant(morning - 1) }, topics),
      reason: 'older',
    },
    'an order in its place': { by: orderAsCapsule, reason: 'not-of-the-server' },
    'an order as it is': { by: () => envelope(), reason: 'not-understood' },
    'nothing at all': { by: () => null, reason: 'not-understood' },
    'text that is too long': { by: () => ({ ...capsule(), text: 'x'.repeat(400_001) }), reason: 'not-understood' },
  };
  for (const [what, { by, reason }] of Object.entries(refused)) {
    it(`refuse what is ${what}, change nothing and say why`, async () => {
      const { holder, kept, refusals } = await createRig();
      await holder.take(capsule({ version: 5 }));
      const before = kept.get('settings');
      expect(await holder.take(by())).to.deep.equal([]);
      expect(holder.current()).to.deep.equal(defaultDeviceSettings);
      expect(kept.get('settings')).to.equal(before);
      expect(refusals()).to.deep.equal([reason]);
    });
  }

  it('refuse a capsule with any byte changed', async () => {
    const { holder } = await createRig();
    const { text, signature } = capsule({}, topics);
    await fc.assert(
      fc.asyncProperty(fc.nat(Buffer.byteLength(text) - 1), fc.integer({ min: 1, max: 127 }), async (at, change) => {
        const bytes = Buffer.from(text);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        await holder.take({ text: bytes.toString(), signature });
        expect(holder.version()).to.equal(null);
      }),
      { numRuns: 50 },
    );
  });

  it('never reject, whatever comes', async () => {
    const { holder } = await createRig();
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (received) => {
        expect(await holder.take(received)).to.deep.equal([]);
      }),
      { numRuns: 100 },
    );
  });

  it('do not change while the disk takes nothing: what is used was kept before', async () => {
    const { holder, state, events } = await createRig();
    state.full = true;
    expect(await holder.take(capsule({}, topics))).to.deep.equal([]);
    expect(holder.current().resourceFolder).to.equal(null);
    expect(events.map(({ event }) => event)).to.deep.equal(['settings-not-kept']);
    state.full = false;
    expect(await holder.take(capsule({}, topics))).to.deep.equal(['photos']);
  });

  it('take two that come together one after the other, and end with the higher version', async () => {
    const { holder } = await createRig();
    await Promise.all([holder.take(capsule({ version: 3 }, topics)), holder.take(capsule({ version: 2 }))]);
    expect(holder.version()).to.equal(3);
    expect(holder.current()).to.include(topics);
  });

  const both = ['settings', 'settings-spare'] as const;
  const damaged: Record<string, (text: string) => string> = {
    cut: (text) => text.slice(0, text.length / 2),
    empty: () => '',
    'no JSON': () => '\u0000\u0000',
    'changed by hand': (text) => text.replace('Topics', 'Bedtim'),
  };
  for (const [what, damage] of Object.entries(damaged)) {
    it(`are the defaults again when what was kept is ${what}, with a word in the log, and a new capsule is taken`, async () => {
      const first = await createRig();
      await first.holder.take(capsule({}, topics));
      for (const name of both) first.kept.set(name, damage(first.kept.get(name) ?? ''));
      const second = await createRig(first);
      expect(second.holder.current()).to.deep.equal(defaultDeviceSettings);
      expect(second.refusals()).to.have.lengthOf.at.least(1);
      expect(second.holder.trouble()).to.deep.equal({ wasChanged: what !== 'empty', isDamaged: true });
      expect(await second.holder.take(capsule({}, topics))).to.deep.equal(['photos']);
      expect(second.holder.trouble().isDamaged).to.equal(false);
    });
    it(`are taken from the spare where one of the two is ${what}, and it is told where somebody changed it`, async () => {
      const first = await createRig();
      await first.holder.take(capsule({}, topics));
      first.kept.set('settings', damage(first.kept.get('settings') ?? ''));
      const second = await createRig(first);
      expect(second.holder.current()).to.include(topics);
      expect(second.holder.trouble()).to.deep.equal({ wasChanged: what !== 'empty', isDamaged: false });
      const third = await createRig(second);
      expect(third.holder.trouble(), 'put right').to.deep.equal({ wasChanged: false, isDamaged: false });
    });
  }

  it('are refused where an older capsule of the server was put in their place', async () => {
    const first = await createRig();
    await first.holder.take(capsule({ version: 4 }, topics));
    const older = both.map((name) => first.kept.get(name) ?? '');
    await first.holder.take(capsule({ version: 5 }, topics));
    both.forEach((name, index) => void first.kept.set(name, older[index] ?? ''));
    const second = await createRig(first);
    expect(second.holder.version()).to.equal(null);
    expect(second.holder.trouble()).to.deep.equal({ wasChanged: true, isDamaged: true });
  });

  it('refuse what is older than what was once taken, also when what was kept is damaged', async () => {
    const first = await createRig();
    await first.holder.take(capsule({ version: 5 }, topics));
    for (const name of both) first.kept.set(name, '{"text":');
    const second = await createRig(first);
    expect(await second.holder.take(capsule({ version: 1 }, topics))).to.deep.equal([]);
    expect(second.refusals()).to.deep.equal(['not-understood', 'not-understood', 'older']);
    expect(await second.holder.take(capsule({ version: 5 }, topics))).to.deep.equal(['photos']);
  });

  it('count an earlier enrolment’s versions for nothing, nor a note that is damaged', async () => {
    const { holder, keeper, kept } = await createRig();
    await holder.take(capsule({ version: 9 }, topics));
    const again = createSettingsHolder({ keeper, log: createHeardLog().log });
    await again.open({ ...recipient, epoch: 2 });
    expect(await again.take(capsule({ epoch: 2 }, topics))).to.deep.equal(['photos']);
    kept.set('settings-floor', '\u0000');
    for (const name of both) kept.delete(name);
    const third = createSettingsHolder({ keeper, log: createHeardLog().log });
    await third.open(recipient);
    expect(await third.take(capsule({}, topics))).to.deep.equal(['photos']);
  });

  it('are not those of an earlier enrolment, nor of another device whose files were copied', async () => {
    const { holder, kept, keeper } = await createRig();
    await holder.take(capsule({ version: 9 }, topics));
    for (const other of [{ epoch: 2 }, { deviceId: '0b0f4f1e-0f0a-4b7e-8d64-4a8b2b0f9c77' }]) {
      const again = createSettingsHolder({ keeper, log: createHeardLog().log });
      await again.open({ ...recipient, ...other });
      expect(again.version()).to.equal(null);
    }
    expect(kept.get('settings')).to.be.a('string');
  });

  it('are refused before it is known whose they must be', async () => {
    const { keeper } = createMemoryKeeper();
    const holder = createSettingsHolder({ keeper, log: createHeardLog().log });
    expect(await holder.take(capsule({}, topics))).to.deep.equal([]);
  });
});

describe('one key for orders and settings', () => {
  it('lets no capsule pass for an order, though both are texts with a signature of the same key', () => {
    const { text, signature } = capsule();
    const id = '7b9a1c52-5d0a-4c61-9a3e-0e6b6a3b2f10';
    expect(openOrder({ id, text, signature }, commandKey)).to.deep.equal({ ok: false, reason: 'bad-signature' });
    // Not even the very bytes that were signed, with the purpose in front.
    const bare = { id, text: `hometime capsule\n${text}`, signature };
    expect(openOrder(bare, commandKey)).to.deep.equal({ ok: false, reason: 'not-understood' });
  });

  it('lets no order pass for a capsule', () => {
    expect(openCapsule(orderAsCapsule(), commandKey)).to.equal(undefined);
  });

  it('makes a capsule that has the shape of the wire', () => {
    expect(capsuleSchema.parse(capsule())).to.deep.equal(capsule());
  });
});
