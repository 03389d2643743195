import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { selectPlatform } from '../../../../agent/platform/select.ts';
import type { DeviceFile } from '../../../../agent/platform/simulated/device-file.ts';
import { createProber } from '../../../../agent/probe/prober.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { until } from '../../../support/processes.ts';
import { noHealth, platformParts } from '../platform-parts.ts';

const session = (id: string): Session => ({
  id,
  person: 'sam',
  where: 'console',
  since: null,
  activity: 'active',
  locked: null,
});

describe('a simulated device', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'device-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (device: DeviceFile) => writeFileSync(join(folder, 'device.json'), JSON.stringify(device));
  const create = () => selectPlatform({ simulatedFolder: folder, ...platformParts(systemClock) });
  const ask = async () =>
    createProber({
      platform: create(),
      clock: systemClock,
      log: silentLog,
      health: noHealth,
      onReading: () => {},
    }).askAll();

  it('is looked at after each question, however far the answer to an earlier one has come', async () => {
    const { sessions } = create().probes;
    const signal = new AbortController().signal;
    for (let steps = 0; steps < 10; steps += 1) {
      put({ sessions: { value: { sessions: [session('1')] } } });
      // It may meet the file half written.
      const earlier = sessions(signal, 'new').catch(() => undefined);
      for (let step = 0; step < steps; step += 1) await nextTurn();
      put({ sessions: { value: { sessions: [] } } });
      expect(await sessions(signal, 'new')).to.have.deep.nested.property('value.sessions', []);
      await earlier;
    }
  });

  it('reports what its file says at that moment, unknown reasons too', async () => {
    put({
      sessions: { value: { sessions: [session('1')] } },
      photos: { unknown: 'blocked-by-permission', detail: 'picture-folders' },
    });
    const first = await ask();
    expect(first.sessions).to.have.nested.property('value.sessions[0].id', '1');
    expect(first.photos).to.include({ state: 'unknown', reason: 'blocked-by-permission', detail: 'picture-folders' });
    expect(first.system).to.include({ reason: 'not-asked-yet' });
    put({ sessions: { value: { sessions: [] } } });
    expect((await ask()).sessions).to.have.deep.property('value', { sessions: [] });
  });

  it('is unknown, never empty, while its file is missing or broken', async () => {
    expect((await ask()).sessions).to.include({ state: 'unknown', reason: 'probe-failed' });
    writeFileSync(join(folder, 'device.json'), '{"sessions": {"value": {"sessions": [{"id": "1"}]}}}');
    expect((await ask()).sessions).to.include({ state: 'unknown', reason: 'probe-failed' });
  });

  it('writes each action down before it acts, and loses none when two end together', async () => {
    put({ sessions: { value: { sessions: ['1', '2', '3'].map(session) } }, slowMs: 500, stubborn: ['3'] });
    const platform = create();
    const ending = ['1', '2', '3'].map((id) => platform.endSession(session(id)));
    const { value: actions } = await until('three actions', async () => {
      const text = readFileSync(join(folder, 'actions.log'), 'utf8');
      return text.trim().split('\n').length === 3 ? text : undefined;
    });
    expect(actions).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z end-session [123]\n/);
    expect((await ask()).sessions).to.have.nested.property('value.sessions.length', 3);
    await Promise.all(ending);
    expect((await ask()).sessions).to.have.nested.property('value.sessions.length', 1);
    expect((await ask()).sessions).to.have.nested.property('value.sessions[0].id', '3');
  });

  it('hints when its file changes, and keeps its boot id until the test takes it away', async () => {
    put({});
    const platform = create();
    const hints: string[] = [];
    const stop = platform.watch((section) => hints.push(section));
    await sleep(50);
    put({ sessions: { value: { sessions: [] } } });
    await until('the hint', async () => (hints.includes('sessions') ? true : undefined));
    stop();
    const boot = await platform.bootId();
    expect(await create().bootId()).to.equal(boot);
    rmSync(join(folder, 'boot-id'));
    expect(await create().bootId()).to.not.equal(boot);
  });
});
