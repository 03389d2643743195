import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { refusedActions } from '../../../agent/platform/not-supported.ts';
import { LockStays, leaveFleet } from '../../../agent/retirement.ts';
import type { LockState } from '../../../shared/command/kind/lock.ts';
import { instant } from '../../../shared/instant.ts';
import { silentLog } from '../../../shared/log.ts';
import { known } from '../../../shared/reading.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { createTestClock, morning } from './parts.ts';

describe('leaving the fleet', () => {
  const fill = (folder: string) => {
    for (const part of ['identity', 'kept']) {
      mkdirSync(join(folder, part));
      writeFileSync(join(folder, part, 'secret'), 'secret');
    }
    for (const name of ['agent.db', 'agent.db-wal', 'agent.db-shm']) writeFileSync(join(folder, name), 'readings');
  };

  it('removes identity, settings and readings, releases a lock first, and leaves what is not the agent’s', async () => {
    const dataFolder = makeTempFolder();
    fill(dataFolder);
    writeFileSync(join(dataFolder, 'notes.txt'), 'somebody’s own');
    const identityThere: boolean[] = [];
    const { locking } = refusedActions('not-supported', createTestClock());
    const release = async () => {
      identityThere.push(existsSync(join(dataFolder, 'identity')));
      return { done: true } as const;
    };
    await leaveFleet({ dataFolder, platform: { locking: { ...locking, release } }, log: silentLog });
    expect(identityThere).to.deep.equal([true]);
    for (const name of ['identity', 'kept', 'agent.db', 'agent.db-wal', 'agent.db-shm'])
      expect(existsSync(join(dataFolder, name)), name).to.equal(false);
    expect(existsSync(join(dataFolder, 'notes.txt'))).to.equal(true);
  });

  it('goes through although the lock cannot be released, and although it was broken off before', async () => {
    const dataFolder = makeTempFolder();
    fill(dataFolder);
    const { locking } = refusedActions('not-supported', createTestClock());
    const release = () => Promise.reject(new Error('no such file'));
    const parts = { dataFolder, platform: { locking: { ...locking, release } }, log: silentLog };
    await leaveFleet(parts);
    await leaveFleet(parts);
    expect(existsSync(join(dataFolder, 'identity'))).to.equal(false);
  });

  it('removes nothing that could release the device while it stays locked, and leaves once it can be released', async () => {
    const dataFolder = makeTempFolder();
    fill(dataFolder);
    const { locking } = refusedActions('not-supported', createTestClock());
    const at = instant(morning);
    let refused: LockState['refused'] = ['password'];
    const stuck: (typeof locking)['release'][] = [
      async () => ({ done: false, reason: 'action-failed' }),
      () => Promise.reject(new Error('no space left')),
    ];
    const look = async () => known({ locked: refused.length > 0, since: null, refused }, at);
    for (const release of stuck) {
      const left = leaveFleet({ dataFolder, platform: { locking: { ...locking, look, release } }, log: silentLog });
      expect(await left.catch((error: unknown) => error)).to.be.instanceOf(LockStays);
      for (const name of ['identity', 'kept', 'agent.db']) expect(existsSync(join(dataFolder, name))).to.equal(true);
    }
    const release = async () => {
      refused = [];
      return { done: true } as const;
    };
    await leaveFleet({ dataFolder, platform: { locking: { ...locking, look, release } }, log: silentLog });
    expect(existsSync(join(dataFolder, 'identity'))).to.equal(false);
  });

  it('tells of a lock that stayed, and not of one that its system could never have had', async () => {
    for (const [reason, told] of [
      ['action-failed', ['lock-not-released']],
      ['not-supported', []],
      ['needs-device-management', []],
    ] as const) {
      const errors: string[] = [];
      const log = { ...silentLog, error: (event: string) => void errors.push(event) };
      await leaveFleet({ dataFolder: makeTempFolder(), platform: refusedActions(reason, createTestClock()), log });
      expect(errors, reason).to.deep.equal(told);
    }
  });
});
