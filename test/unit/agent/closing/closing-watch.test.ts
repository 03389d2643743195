import { expect } from 'chai';
import { type ClosingWatch, watchClosing } from '../../../../agent/closing-watch.ts';
import { readDevice, writeDevice } from '../../../../agent/platform/simulated/device-file.ts';
import { createSimulatedPlatform } from '../../../../agent/platform/simulated/platform.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { defaultSwitches } from '../../../../shared/policy/switches.ts';
import { until } from '../../../support/processes.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { commandKey, createTestClock, deviceId, morning, session, sessionsReading } from '../parts.ts';

const minute = 60_000;
const closingTime = { noticeMinutes: 15, postpones: 0, postponeMinutes: 5, signOutApps: false, logOutPeople: true };

describe('watching for the closing time (DEV2)', function () {
  this.timeout(15_000);
  let watch: ClosingWatch;
  // Loaded once before, so that what is not done within a moment is not done.
  before(async function () {
    this.timeout(20_000);
    await import('../../../../agent/closing-time.ts');
  });
  afterEach(() => watch.stop());

  /** Eight in the morning, an hour before the setting opens: what closed last Friday is still to be made up for. */
  function start(folder: string, { at = morning, asked = true } = {}) {
    const clock = createTestClock(at);
    const grant = { deviceId, deviceName: 'Laptop 1', kind: 'laptop' as const, epoch: 1, commandKey };
    const unused = { certificate: '', authority: '', server: { host: '127.0.0.1', port: 1 }, privateKey: 'secret' };
    const week = [{ day: 'mon' as const, opens: '09:00', closes: '18:00' }];
    const rules = {
      ...{ kind: 'laptop' as const, childFacing: false, assignedPeople: null, enrolledAt: '2026-09-01T00:00:00.000Z' },
      ...{ photoLimit: { tablet: 1, laptop: 1 }, silentAfterHours: 72 },
      ...{ personalApps: 'forbidden' as const, removableMedia: 'forbidden' as const },
      switches: { ...defaultSwitches, closingTime: asked ? closingTime : null },
      places: { salt: Buffer.alloc(32).toString('base64'), networks: [], beacons: [] },
      calendar: {
        ...{ week, closedDates: [], termEnds: [], academicYearFrom: '09-01' },
        offsets: [{ from: instant(0), minutes: 0 }],
      },
      expiresAt: '2027-12-01T00:00:00.000Z',
    };
    watch = watchClosing(
      {
        ...{ dataFolder: makeTempFolder(), identity: { ...grant, ...unused }, clock, log: silentLog },
        platform: createSimulatedPlatform(folder, clock),
        settings: { current: () => ({ ...defaultDeviceSettings, rules }) },
        ...{ observeMode: false, uptimeMs: () => clock.at - Date.parse('2026-11-16T07:00:00.000Z') },
      },
      {
        prober: {
          ask: async () => ({}),
          askAll: () => Promise.reject(new Error('the clocks were not compared')),
        },
        ...{ now: () => clock.now(), isTimeCompared: () => false, onChanged: () => {} },
        signal: new AbortController().signal,
      },
    );
    const ask = () => {
      rules.switches.closingTime = closingTime;
      watch.settingsChanged();
    };
    return { ...watch, ask };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 500));

  it('waits until somebody looked who is signed in, and makes up for closing at once where nobody is', async () => {
    const folder = makeTempFolder();
    await writeDevice(folder, { sessions: { value: { sessions: [] } } });
    const { saw, standing } = start(folder);
    saw({});
    await settled();
    expect(standing().closing).to.equal(undefined);
    saw(sessionsReading([]));
    await until('what it did', async () => standing().closing?.finishedAt ?? undefined);
    expect(standing().closing).to.include({ at: '2026-11-16T18:00:00.000Z', state: 'done', peopleLoggedOut: true });
  });

  it('gives whoever is found signed in the whole notice', async () => {
    const folder = makeTempFolder();
    await writeDevice(folder, {
      sessions: { value: { sessions: [session('1', 'anna', '2026-11-16T08:00:00.000Z')] } },
    });
    const { saw, standing } = start(folder);
    saw({});
    saw(sessionsReading([session('1', 'anna', '2026-11-16T08:00:00.000Z')]));
    await until('what it means to do', async () => standing().closing);
    await settled();
    expect(standing().closing).to.include({ state: 'noticed', peopleLoggedOut: null });
    expect((await readDevice(folder)).sessions).to.deep.equal({
      value: { sessions: [session('1', 'anna', '2026-11-16T08:00:00.000Z')] },
    });
  });

  it('leaves what closed before it was asked for, where it is switched on while the setting is open', async () => {
    const signedIn = [session('1', 'anna', '2026-11-16T08:00:00.000Z')];
    const open = morning + 120 * minute;
    const before = start(makeTempFolder(), { at: open, asked: false });
    before.saw(sessionsReading(signedIn));
    before.ask();
    await settled();
    expect(before.standing().closing).to.equal(undefined);
    watch.stop();
    const always = start(makeTempFolder(), { at: open });
    always.saw(sessionsReading(signedIn));
    await until('what it means to do', async () => always.standing().closing);
  });
});
