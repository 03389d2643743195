import { expect } from 'chai';
import fc from 'fast-check';
import { createSystemProbe } from '../../../../agent/platform/windows/system.ts';
import { parseSystemAnswer } from '../../../../agent/platform/windows/system-answer.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { type SystemFacts, systemSchema } from '../../../../shared/report/system.ts';
import { atNoon, damaged } from '../recordings.ts';
import { recorded, said, speaking } from './windows-device.ts';

const text = recorded('system-laptop.json');

async function ask(answer: string): Promise<Reading<SystemFacts>> {
  const volume = async () => ({ total: 256e9, free: 100.4e9 });
  const probe = createSystemProbe({ powershell: speaking(said(answer)), clock: atNoon, volume });
  const reading = await probe(AbortSignal.timeout(5_000));
  if (reading.state === 'known') systemSchema.parse(reading.value);
  return reading;
}

async function facts(given: object = {}): Promise<SystemFacts> {
  const reading = await ask(JSON.stringify({ ...JSON.parse(text), ...given }));
  if (reading.state === 'unknown') throw new Error(`unknown ${reading.reason}`);
  return reading.value;
}

describe('what a Windows device is', () => {
  it('tells model, edition, version and build by codes, start, free space and battery', async () => {
    expect(await facts()).to.deep.equal({
      model: 'LENOVO 20KS',
      os: { name: 'Windows 11 Home', version: '23H2', build: '22631.4317' },
      bootedAt: '2026-11-19T08:00:00.123Z',
      updates: { state: 'unknown', reason: 'not-supported', detail: 'update-service', at: '2026-11-21T12:00:00.000Z' },
      disk: { totalGb: 256, freeGb: 100 },
      battery: { percent: 85, charging: true },
    });
  });

  it('names editions that it does not know by their code, and servers as such', async () => {
    for (const build of ['7601', '9600'])
      expect((await facts({ build, edition: 'Professional', release: '' })).os.name).to.equal('Windows Pro');
    expect((await facts({ build: '10240', edition: 'Core' })).os.name).to.equal('Windows 10 Home');
    expect((await facts({ build: '19045', edition: 'Education', release: '22H2' })).os.name).to.equal(
      'Windows 10 Education',
    );
    expect((await facts({ kind: 3, edition: 'ServerStandard' })).os.name).to.equal('Windows Server ServerStandard');
    expect((await facts({ kind: null, edition: 'Core' })).os.name, 'its kind is not told').to.equal('Windows Home');
    const bare = { edition: null, release: null, revision: null };
    expect((await facts(bare)).os).to.deep.equal({ name: 'Windows 11', version: '10.0.22631', build: '22631' });
  });

  it('leaves out what a maker did not fill in', async () => {
    expect((await facts({ maker: 'System manufacturer', model: 'To Be Filled By O.E.M.' })).model).to.equal(null);
    expect((await facts({ maker: 'HP', model: 'HP ProBook 450' })).model).to.equal('HP ProBook 450');
  });

  it('counts updates that wait for a restart', async () => {
    const known = (pending: number) => ({ pending, security: null, restart: true });
    expect((await facts({ waiting: 2 })).updates).to.have.deep.property('value', known(2));
    expect((await facts({ waiting: 0 })).updates).to.have.deep.property('value', known(1));
    expect((await facts({ servicing: 1 })).updates).to.have.deep.property('value', known(1));
    expect((await facts({ waiting: null })).updates).to.have.property('state', 'unknown');
  });

  it('has no battery where there is none or its state is not told, and one where there are two', async () => {
    for (const batteries of [[], null, [{ percent: 50, status: 10 }], [{ percent: null, status: 1 }], [{ status: 1 }]])
      expect((await facts({ batteries })).battery, JSON.stringify(batteries)).to.equal(null);
    const two = [
      { percent: 40, status: 1 },
      { percent: 80, status: 1 },
    ];
    expect((await facts({ batteries: two })).battery).to.deep.equal({ percent: 60, charging: false });
  });

  it('keeps the boot time while the clock is set right', async () => {
    let booted = 1795075200123;
    const powershell = { ask: async () => said(JSON.stringify({ ...JSON.parse(text), booted })) };
    const probe = createSystemProbe({ powershell, clock: atNoon, volume: async () => undefined });
    const times: unknown[] = [];
    for (const step of [0, 60_000, 3_600_000]) {
      booted += step;
      const reading = await probe(AbortSignal.timeout(5_000));
      times.push(reading.state === 'known' && reading.value.bootedAt);
    }
    expect(times).to.deep.equal(['2026-11-19T08:00:00.123Z', '2026-11-19T08:00:00.123Z', '2026-11-19T09:01:00.123Z']);
  });

  it('never throws for any text, and takes a damaged one for no answer or the whole', async () => {
    const whole = await facts();
    for (const broken of damaged(text.replaceAll(',', ',\n'))) {
      const reading = await ask(broken);
      if (reading.state === 'known') expect(reading.value).to.deep.equal(whole);
      else expect(reading.reason).to.equal('not-understood');
    }
    const keys = fc.constantFrom(...Object.keys(JSON.parse(text)));
    await fc.assert(
      fc.asyncProperty(keys, fc.jsonValue(), async (key, value) => {
        await ask(JSON.stringify({ ...JSON.parse(text), [key]: value }));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -1e17, max: 1e17 }), async (booted) => {
        await ask(JSON.stringify({ ...JSON.parse(text), booted }));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        expect(parseSystemAnswer(noise)).to.equal(undefined);
      }),
    );
  });
});
