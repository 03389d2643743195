import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import { createBootId } from '../../../../agent/platform/linux/boot-id.ts';
import { createWatch } from '../../../../agent/platform/linux/watch.ts';
import { silentLog } from '../../../../shared/log.ts';

describe('hints on Linux', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('hints once for a sign-in, within a second, though logind writes its file several times', async () => {
    const hints: string[] = [];
    const watch = createWatch({ log: silentLog, read: async () => 'same', sessionsFolder: folder });
    const stop = watch((section) => hints.push(section));
    await sleep(50);
    for (const name of ['3', '3.ref', '3']) writeFileSync(join(folder, name), 'x');
    await sleep(600);
    expect(hints).to.deep.equal(['sessions']);
    stop();
    writeFileSync(join(folder, '4'), 'x');
    await sleep(300);
    expect(hints).to.deep.equal(['sessions']);
  });

  it('says so, and goes on without, when there is no folder of sessions', () => {
    const info = sinon.fake();
    const watch = createWatch({
      log: { ...silentLog, info },
      read: async () => '',
      sessionsFolder: join(folder, 'none'),
    });
    watch(() => {})();
    expect(info.calledOnce).to.equal(true);
  });

  it('hints for place and filtering when the routes change, and not before', async () => {
    let routes = 'one';
    const hints: string[] = [];
    const watch = createWatch({ log: silentLog, read: async () => routes, sessionsFolder: folder, routesEveryMs: 20 });
    const stop = watch((section) => hints.push(section));
    await sleep(100);
    expect(hints).to.deep.equal([]);
    routes = 'two';
    await sleep(100);
    stop();
    expect(hints).to.deep.equal(['location', 'filtering']);
  });

  it('takes the kernel’s boot id, and one of its own where there is none', async () => {
    const kernel = '7c446be2-f63a-4843-96f3-3eef6d037245';
    expect(await createBootId(async () => `${kernel}\n`)()).to.equal(kernel);
    const substitute = createBootId(async () => undefined);
    expect(await substitute())
      .to.equal(await substitute())
      .and.to.match(/^[0-9a-f-]{36}$/);
  });
});
