import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { codeFor, createRig } from './lock-rig.ts';

describe('a lock that an order and the guard want', () => {
  it('is not taken off by the guard while an administrator ordered it', async () => {
    const { guard, device } = createRig();
    await guard.lock('Ordered');
    const shown = device.notice;
    expect(await guard.lockForGuard('Away', 3)).to.deep.equal({ done: true });
    expect(device.notice, 'the same challenge and words').to.equal(shown);
    expect(await guard.letGo()).to.deep.equal({ done: true });
    expect(device.locked).to.equal(true);
    expect(await guard.guardHold(3)).to.deep.equal({ wanted: false, releasedBy: null });
  });

  it('is taken off by the guard that alone wanted it', async () => {
    const { guard, device } = createRig();
    await guard.lockForGuard('Away', 3);
    expect(device).to.deep.include({ locked: true });
    expect(device.notice?.text).to.equal('Away');
    expect(await guard.guardHold(3)).to.deep.equal({ wanted: true, releasedBy: null });
    await guard.letGo();
    expect(device.locked).to.equal(false);
    expect(await guard.standing()).to.include({ locked: false, releasedBy: 'guard' });
    await guard.letGo();
    expect(await guard.standing()).to.include({ releasedBy: 'guard' });
  });

  it('goes for both with the server’s release, and with an offline code', async () => {
    for (const by of ['server', 'code'] as const) {
      const { guard, device, challenge } = createRig();
      await guard.lock('Ordered');
      await guard.lockForGuard('Away', 5);
      if (by === 'server') await guard.release('server');
      else expect(await guard.tryCode(codeFor(challenge()))).to.deep.equal({ kind: 'released' });
      expect(device.locked).to.equal(false);
      expect(await guard.guardHold(5)).to.deep.equal({ wanted: false, releasedBy: by });
      expect(await guard.guardHold(6), 'another block').to.deep.equal({ wanted: false, releasedBy: null });
    }
  });

  it('gets new words with an order on top of the guard’s, and a release of that day does not count for a later block', async () => {
    const { guard, device } = createRig();
    await guard.lockForGuard('Away', 3);
    await guard.lock('Ordered');
    expect(device.notice?.text).to.equal('Ordered');
    await guard.release('server');
    await guard.lockForGuard('Away', 7);
    await guard.letGo();
    expect(await guard.guardHold(7)).to.deep.equal({ wanted: false, releasedBy: null });
  });

  it('is put in again, and told, when it is taken off by hand while the guard wants it', async () => {
    const { guard, device, removals } = createRig();
    await guard.lockForGuard('Away', 3);
    device.locked = false;
    expect(await guard.standing()).to.include({ locked: true });
    expect(device.locked).to.equal(true);
    expect(removals).to.deep.equal(['removed']);
    expect(await guard.guardHold(3)).to.deep.equal({ wanted: true, releasedBy: null });
  });

  it('was an order’s where an agent before the guard wrote the note', async () => {
    const { guard, device, path } = createRig();
    await guard.lock('Ordered');
    const { owners, guardText, guardMove, releasedMove, ...old } = JSON.parse(readFileSync(path, 'utf8'));
    expect(owners).to.deep.equal({ order: true, guard: false });
    expect([guardText, guardMove, releasedMove]).to.deep.equal(['', null, null]);
    writeFileSync(path, JSON.stringify(old));
    await guard.lockForGuard('Away', 2);
    await guard.letGo();
    expect(device.locked).to.equal(true);
    await guard.release('server');
    expect(device.locked).to.equal(false);
  });

  it('is no lock of the guard’s where it could not be put in', async () => {
    const { guard, device } = createRig();
    device.result = { done: false, reason: 'action-failed' };
    expect(await guard.lockForGuard('Away', 3)).to.deep.equal({ done: false, reason: 'action-failed' });
    expect(await guard.guardHold(3)).to.deep.equal({ wanted: false, releasedBy: null });
  });
});
