import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLockGuard, waitMs } from '../../../../agent/guard/lock-guard.ts';
import { createLockNotes } from '../../../../agent/guard/lock-note.ts';
import { instant } from '../../../../shared/instant.ts';
import { silentLog } from '../../../../shared/log.ts';
import { unknown } from '../../../../shared/reading.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';
import { createTestClock, morning } from '../parts.ts';
import { codeFor, createRig, identity, releaseKey } from './lock-rig.ts';

describe('the offline code of a locked device', () => {
  it('releases at once, once, however it is written; the next lock has another challenge', async () => {
    const { guard, device, challenge } = createRig();
    await guard.lock('Bring it back');
    expect(device.notice?.text).to.equal('Bring it back');
    const first = challenge();
    expect(await guard.tryCode(` ${codeFor(first).toLowerCase().replace('-', ' ')} `)).to.deep.equal({
      kind: 'released',
    });
    expect(device.locked).to.equal(false);
    expect(await guard.standing()).to.include({ locked: false, releasedBy: 'code', triesLeft: 5 });
    expect(await guard.tryCode(codeFor(first))).to.deep.equal({ kind: 'not-locked' });
    await guard.lock('Again');
    expect(challenge()).to.not.equal(first);
    expect(await guard.tryCode(codeFor(first))).to.deep.equal({ kind: 'wrong', triesLeft: 4 });
    expect(device.locked).to.equal(true);
  });

  it('is refused after five wrong ones, even the right one, until the computer has run an hour: then for a new challenge', async () => {
    const { guard, device, challenge, wrong } = createRig();
    await guard.lock('');
    const first = challenge();
    expect((await wrong(5)).at(-1)).to.deep.equal({ kind: 'wrong', triesLeft: 0 });
    expect(await guard.tryCode(codeFor(first))).to.deep.equal({ kind: 'used-up', waitMinutes: 60 });
    expect(await guard.standing()).to.include({ locked: true, triesLeft: 0 });
    device.uptimeMs += waitMs - 1;
    expect(await guard.tryCode(codeFor(first))).to.deep.equal({ kind: 'used-up', waitMinutes: 1 });
    device.uptimeMs += 1;
    expect(await guard.tryCode(codeFor(first))).to.deep.equal({ kind: 'new-challenge' });
    expect(challenge()).to.not.equal(first);
    expect(await guard.tryCode(codeFor(first))).to.include({ kind: 'wrong' });
    expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'released' });
  });

  it('shows the new challenge by itself when the hour is over', async () => {
    const { guard, device, challenge, wrong } = createRig();
    await guard.lock('');
    const first = challenge();
    await wrong(5);
    device.uptimeMs += waitMs;
    expect(await guard.standing()).to.include({ locked: true, triesLeft: 5 });
    expect(challenge()).to.not.equal(first);
  });

  it('is helped by no clock, and a restart begins the hour anew', async () => {
    const { guard, device, clock, wrong, challenge } = createRig();
    await guard.lock('');
    await wrong(5);
    for (const shift of [-365 * 24 * waitMs, 365 * 24 * waitMs]) {
      clock.at += shift;
      expect(await guard.tryCode(codeFor(challenge()))).to.include({ kind: 'used-up' });
    }
    device.uptimeMs += waitMs / 2;
    Object.assign(device, { bootId: 'boot-2', uptimeMs: waitMs / 2 + 1 });
    expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'used-up', waitMinutes: 30 });
  });

  it('is counted on the disk before it is looked at: who cuts the power has used it up, and what cannot be written is not looked at', async () => {
    const { guard, device, challenge, path, folder } = createRig();
    await guard.lock('');
    device.happen = () => expect(JSON.parse(readFileSync(path, 'utf8'))).to.include({ wrong: 1, releasing: 'code' });
    expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'released' });
    device.happen = () => {};
    await guard.lock('');
    const notes = createLockNotes({ path, bootId: async () => 'boot-1' });
    const { held, notice } = { held: device.locked, notice: device.notice };
    const full = createLockGuard({
      notes: { ...notes, write: () => Promise.reject(new Error('ENOSPC')) },
      locking: {
        lock: async () => ({ done: true }),
        release: () => expect.fail('released'),
        look: () => expect.fail(),
      },
      settings: () => ({ releaseKey }),
      ...{ identity, clock: createTestClock(), log: silentLog, random: Buffer.alloc },
      uptime: { bootId: async () => 'boot-1', uptimeMs: () => 0 },
    });
    expect(await full.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'not-counted' });
    const again = createRig(folder, { locked: held, ...(notice && { notice }) });
    expect((await again.wrong(2)).at(-1), 'another process goes on counting').to.deep.equal({
      kind: 'wrong',
      triesLeft: 3,
    });
  });

  it('does not exist for a device that was told no key: none is shown, and none is taken; with the key comes a challenge', async () => {
    const { guard, device } = createRig(undefined, { key: undefined });
    await guard.lock('');
    expect(device.notice?.challenge).to.equal(null);
    expect(await guard.tryCode('0000-0000')).to.deep.equal({ kind: 'no-code' });
    expect(await guard.standing()).to.include({ locked: true, triesLeft: 0 });
    device.key = releaseKey;
    expect(await guard.standing()).to.include({ locked: true, triesLeft: 5 });
    expect(device.notice?.challenge).to.match(/^.{4}-.{4}$/);
  });

  it('is told as not released when the lock stays on', async () => {
    const { guard, device, challenge } = createRig();
    await guard.lock('');
    device.result = { done: false, reason: 'action-failed' };
    expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'not-released' });
    expect(await guard.standing()).to.include({ locked: true, releasedBy: null, triesLeft: 4 });
  });
});

describe('how a lock stands', () => {
  it('is told with who released it: the server, a code, or a hand that nobody told of', async () => {
    const { guard, device, clock } = createRig();
    expect(await guard.standing()).to.deep.equal({ locked: false, since: null, releasedBy: null, triesLeft: 5 });
    await guard.lock('');
    expect(await guard.standing()).to.deep.equal({
      locked: true,
      since: instant(morning),
      releasedBy: null,
      triesLeft: 5,
    });
    clock.at += 60_000;
    await guard.release('server');
    const since = instant(morning + 60_000);
    expect(await guard.standing()).to.deep.equal({ locked: false, since, releasedBy: 'server', triesLeft: 5 });
    await guard.lock('');
    device.locked = false;
    expect(await guard.standing()).to.include({ locked: false, releasedBy: 'by-hand' });
  });

  it('is no release when the power went before the lock was whole', async () => {
    const rig = createRig();
    rig.device.happen = () => {
      throw new Error('power cut');
    };
    await rig.guard.lock('').catch(() => {});
    const { guard } = createRig(rig.folder);
    expect(await guard.standing()).to.deep.equal({ locked: false, since: null, releasedBy: null, triesLeft: 5 });
  });

  it('can be locked and released after a power cut in the middle, which leaves the mark of who was at it empty', async () => {
    for (const left of ['', '\0\0\0\0', 'boot-1\n', 'boot-0\n1\n', 'boot-1\n999999999\n']) {
      const folder = makeTempFolder();
      mkdirSync(join(folder, 'kept'));
      writeFileSync(join(folder, 'kept', 'lock.held'), left);
      const { guard, device } = createRig(folder, { locked: true });
      expect(await guard.release('server'), JSON.stringify(left)).to.deep.equal({ done: true });
      expect(device.locked).to.equal(false);
      expect(readdirSync(join(folder, 'kept'))).to.deep.equal(['lock']);
    }
  });

  it('is changed by one at a time, however many wait for one who was killed', async () => {
    const folder = makeTempFolder();
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept', 'lock.held'), '');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    const notes = [0, 1, 2, 3].map(() =>
      createLockNotes({ path: join(folder, 'kept', 'lock'), bootId: async () => 'boot-1' }),
    );
    await Promise.all(notes.map((each) => each.alone(work)));
    expect(most).to.equal(1);
  }).timeout(20_000);

  it('shows a challenge that can be answered after the power went between two notices', async () => {
    const rig = createRig();
    await rig.guard.lock('');
    const shown = rig.challenge();
    rig.device.happen = () => {
      throw new Error('power cut');
    };
    await rig.guard.lock('again').catch(() => {});
    const looked = createRig(rig.folder, { ...rig.device, happen: () => {} });
    expect(looked.challenge()).to.equal(shown);
    expect(await looked.guard.standing()).to.include({ locked: true, triesLeft: 5 });
    expect(await looked.guard.tryCode(codeFor(looked.challenge()))).to.deep.equal({ kind: 'released' });
    const code = createRig();
    await code.guard.lock('');
    const old = code.challenge();
    code.device.happen = rig.device.happen;
    await code.guard.lock('again').catch(() => {});
    const { guard, challenge } = createRig(code.folder, { ...code.device, happen: () => {} });
    expect(await guard.tryCode(codeFor(old)), 'typed before anything looked').to.deep.equal({ kind: 'new-challenge' });
    expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'released' });
  });

  it('is not told as released when a new notice could not be put in and nobody could look', async () => {
    const { guard, device } = createRig();
    await guard.lock('');
    device.result = { done: false, reason: 'action-failed' };
    device.blind = true;
    expect(await guard.lock('again')).to.include({ done: false });
    expect(await guard.standing()).to.equal(undefined);
    device.blind = false;
    expect(await guard.standing()).to.include({ locked: true, releasedBy: null });
  });

  it('leaves nothing of itself behind where somebody took off half of it', async () => {
    const { guard, device } = createRig();
    await guard.lock('');
    device.locked = false;
    let released = 0;
    device.happen = () => {
      released += 1;
    };
    expect(await guard.standing()).to.include({ locked: false, releasedBy: 'by-hand' });
    expect(released).to.equal(1);
  });

  it('is believed of the system where the agent lost what it kept, and the lock can be released again', async () => {
    const { guard, device, challenge } = createRig(undefined, { locked: true });
    expect(await guard.standing()).to.include({ locked: true });
    expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'released' });
    expect(device.locked).to.equal(false);
  });

  it('is no release when what was kept is rubbish', async () => {
    const folder = makeTempFolder();
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept', 'lock'), '{"wanted":fal');
    const { guard } = createRig(folder, { locked: true });
    expect(await guard.standing()).to.include({ locked: true, releasedBy: null });
  });

  it('is not told of a system that cannot be locked or asked', async () => {
    const { path } = createRig();
    const guard = createLockGuard({
      notes: createLockNotes({ path, bootId: async () => 'boot-1' }),
      locking: {
        lock: async () => ({ done: false, reason: 'not-supported' }),
        release: async () => ({ done: false, reason: 'not-supported' }),
        look: async () => unknown('not-supported', instant(morning)),
      },
      settings: () => ({ releaseKey }),
      ...{ identity, clock: createTestClock(), log: silentLog, random: Buffer.alloc },
      uptime: { bootId: async () => 'boot-1', uptimeMs: () => 0 },
    });
    expect(await guard.standing()).to.equal(undefined);
    expect(await guard.lock('')).to.deep.equal({ done: false, reason: 'not-supported' });
    expect(await guard.standing()).to.equal(undefined);
  });
});
