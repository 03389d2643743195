import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecResult } from '../../../../agent/platform/exec.ts';
import { createSystemProbe } from '../../../../agent/platform/macos/system.ts';
import { parseBattery, parseSwVers, parseSysctl, parseUpdates } from '../../../../agent/platform/macos/system-text.ts';
import { systemSchema } from '../../../../shared/report/system.ts';
import { atNoon, damaged, exited, playback } from '../recordings.ts';
import { plist } from './mac.ts';

/** Forms of answers from documentation and public scripts; no recording is at hand. */
const sysctl = 'Mac14,2\n{ sec = 1795075200, usec = 512345 } Thu Nov 19 08:00:00 2026\n';
const version = 'ProductName:\t\tmacOS\nProductVersion:\t\t14.6.1\nBuildVersion:\t\t23G93\n';
const battery =
  "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t83%; discharging; 5:12 remaining present: true\n";
const updates = (count: number, looked = '2026-11-20T03:00:00Z') =>
  plist(
    `<dict><key>LastSuccessfulDate</key><date>${looked}</date><key>RecommendedUpdates</key><array>${'<dict/>'.repeat(count)}</array></dict>`,
  );

async function ask(given: Record<string, string | ExecResult> = {}) {
  const exec = playback({
    sysctl,
    sw_vers: version,
    pmset: battery,
    defaults: updates(0),
    ...given,
  });
  const volume = async () => ({ total: 494.4e9, free: 120.7e9 });
  const reading = await createSystemProbe({ exec, clock: atNoon, volume })(AbortSignal.timeout(5_000));
  if (reading.state === 'known') systemSchema.parse(reading.value);
  return reading;
}

describe('what a Mac is', () => {
  it('tells model, version, start, updates, free space and battery', async () => {
    expect(await ask()).to.have.deep.property('value', {
      model: 'Apple Mac14,2',
      os: { name: 'macOS', version: '14.6.1', build: '23G93' },
      bootedAt: '2026-11-19T08:00:00.000Z',
      updates: {
        state: 'known',
        value: { pending: 0, security: null, restart: false },
        at: '2026-11-21T12:00:00.000Z',
      },
      disk: { totalGb: 494, freeGb: 120 },
      battery: { percent: 85, charging: false },
    });
  });

  it('does not take a list of updates that is missing or old for none', async () => {
    expect(parseUpdates(updates(3), atNoon.now())).to.equal(3);
    expect(await ask({ defaults: updates(3) })).to.have.nested.property('value.updates.value.restart', null);
    for (const text of [
      plist('<dict/>'),
      updates(0, '2026-09-01T03:00:00Z'),
      updates(0, '2028-09-01T03:00:00Z'),
      updates(0, 'x'),
      '',
    ])
      expect(await ask({ defaults: text })).to.have.nested.property('value.updates.state', 'unknown');
  });

  it('has no battery on a Mac that lists none, and charges on mains', () => {
    expect(parseBattery("Now drawing from 'AC Power'\n")).to.equal(null);
    expect(parseBattery(battery.replace('Battery Power', 'AC Power'))).to.deep.equal({ percent: 85, charging: true });
  });

  it('is unknown, with the reason, without a boot time or a version', async () => {
    expect(await ask({ sysctl: exited('', 1) })).to.include({ reason: 'tool-failed' });
    expect(await ask({ sw_vers: { kind: 'missing' } })).to.include({ reason: 'tool-missing' });
    expect(await ask({ sysctl: 'Mac14,2\n' })).to.include({ reason: 'not-understood' });
    expect(parseSysctl(sysctl.replace('Mac14,2', 'hw.model: unknown oid'))).to.include({ model: null });
  });

  it('takes any text without throwing; a damaged one is no answer or the whole', async () => {
    for (const text of damaged(sysctl)) expect(parseSysctl(text)?.bootedMs).to.be.oneOf([1795075200000, undefined]);
    for (const text of damaged(version)) expect(parseSwVers(text)?.version).to.be.oneOf(['14.6.1', undefined]);
    for (const text of damaged(battery)) expect(parseBattery(text)?.percent).to.be.oneOf([85, undefined]);
    for (const text of damaged(updates(2))) expect(parseUpdates(text, atNoon.now())).to.be.oneOf([2, undefined]);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (noise) => {
        expect(parseSysctl(noise)).to.equal(undefined);
        expect(parseSwVers(noise)).to.equal(undefined);
        expect(parseBattery(noise)).to.equal(null);
        expect(parseUpdates(noise, 0)).to.equal(undefined);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (words) => {
        await ask({ sw_vers: version.replace('14.6.1', words) });
      }),
    );
    const noise = ' -InternalBattery-0 '.repeat(400_000);
    for (const parse of [parseSysctl, parseSwVers, parseBattery]) parse(noise);
  });
});
