import { expect } from 'chai';
import { createLockExecutor } from '../../../../agent/command/lock.ts';
import { createReleaseExecutor } from '../../../../agent/command/release.ts';
import type { ActionResult } from '../../../../agent/platform/actions.ts';
import type { LockState } from '../../../../shared/command/kind/lock.ts';
import type { CommandArgs } from '../../../../shared/command/kinds.ts';
import { instant } from '../../../../shared/instant.ts';
import { known, type UnknownReason, unknown } from '../../../../shared/reading.ts';
import type { Session } from '../../../../shared/report/sessions.ts';
import { morning, session } from '../parts.ts';

const at = instant(morning);
const { signal } = new AbortController();
const open: LockState = { locked: false, since: null, refused: [] };
const shut: LockState = { locked: true, since: at, refused: ['password', 'key'] };
const half: LockState = { locked: false, since: null, refused: ['key'] };

interface Scene {
  /** What the system says of its lock: before, and after acting. */
  states: [LockState | UnknownReason, LockState | UnknownReason];
  sessions?: Session[];
  result?: ActionResult;
  /** People that cannot be signed out. */
  stay?: string[];
}

function createScene({ states, sessions = [], result = { done: true }, stay = [] }: Scene) {
  const did: string[] = [];
  let there = sessions;
  let looks = 0;
  const keeper = {
    async lock(text: string) {
      did.push(`lock: ${text}`);
      return result;
    },
    async release() {
      did.push('release');
      return result;
    },
  };
  const locking = {
    async look() {
      const state = states[looks === 0 ? 0 : 1];
      looks += 1;
      return typeof state === 'string' ? unknown(state, at) : known(state, at);
    },
    spares: (person: string) => person === 'root',
  };
  const report = () => void did.push('report');
  const parts = {
    ...{ keeper, locking, report, ownWords: 'Please ask your manager.', patienceMs: 40, pauseMs: 5, settleMs: 5 },
    sessions: async () => known({ sessions: there }, at),
    async endSession(one: Session): Promise<ActionResult> {
      did.push(`end ${one.person}`);
      if (!stay.includes(one.person)) there = there.filter(({ id }) => id !== one.id);
      return { done: true };
    },
    async showText(text: string, to: readonly Session[]) {
      did.push(`show ${to.map(({ person }) => person).join()}: ${text}`);
      return to.map(() => true);
    },
  };
  const executor = createLockExecutor(parts);
  const releasing = createReleaseExecutor(parts);
  return {
    did,
    async lock(args: CommandArgs<'lock'> = {}) {
      const task = await executor.prepare(args, signal);
      if ('outcome' in task) return task.outcome;
      await task.act();
      return task.conclude(signal);
    },
    async release() {
      const task = await releasing.prepare({}, signal);
      if ('outcome' in task) return task.outcome;
      await task.act();
      return task.conclude(signal);
    },
    lockOnly: () => executor.lookOnly('{"args":{}}', signal),
    releaseOnly: () => releasing.lookOnly('{}', signal),
  };
}

const people = [session('1', 'anna'), session('2', 'root'), session('3', 'ben')];

describe('the order to lock', () => {
  it('locks, then sends people out and not root; verified by what the system says afterwards', async () => {
    const scene = createScene({ states: [open, shut], sessions: people });
    expect(await scene.lock({ message: 'Bring it back' })).to.deep.equal({
      to: 'verified',
      evidence: { lock: shut, stillSignedIn: [] },
    });
    expect(scene.did).to.deep.equal(['lock: Bring it back', 'end anna', 'end ben', 'report']);
  });

  it('says what people read in its own words when none were given', async () => {
    const scene = createScene({ states: [open, shut] });
    await scene.lock();
    expect(scene.did[0]).to.equal('lock: Please ask your manager.');
  });

  it('fails, with who, while somebody is still signed in', async () => {
    const scene = createScene({ states: [open, shut], sessions: people, stay: ['ben'] });
    expect(await scene.lock()).to.deep.equal({
      to: 'failed',
      reason: 'still-signed-in',
      evidence: { lock: shut, stillSignedIn: [session('3', 'ben')] },
    });
  });

  it('fails as not locked when one way in is open, whatever the action said', async () => {
    expect(await createScene({ states: [open, half] }).lock()).to.deep.include({ to: 'failed', reason: 'not-locked' });
  });

  it('sends nobody out when the lock could not be put in, and fails with the system’s reason', async () => {
    const scene = createScene({
      states: [open, open],
      sessions: people,
      result: { done: false, reason: 'not-supported' },
    });
    expect(await scene.lock()).to.deep.include({ to: 'failed', reason: 'not-supported' });
    expect(scene.did).to.not.include('end anna');
  });

  const refusals = { 'not-supported': 'not-supported', 'permission-denied': 'needs-administrator-rights' } as const;
  for (const [unknown, reason] of Object.entries(refusals)) {
    it(`is refused as ${reason} where the system says ${unknown}, and touches nothing`, async () => {
      const state = unknown as keyof typeof refusals;
      const scene = createScene({ states: [state, state], sessions: people });
      expect(await scene.lock()).to.deep.equal({ to: 'refused', reason });
      expect(await scene.release()).to.deep.equal({ to: 'refused', reason });
      expect(scene.did).to.deep.equal([]);
    });
  }

  it('is never verified without a look', async () => {
    expect(await createScene({ states: [open, 'timed-out'] }).lock()).to.deep.equal({
      to: 'failed',
      reason: 'cannot-look',
    });
  });

  it('that was cut off only looks: it is verified if the device is locked and empty, else interrupted', async () => {
    const done = createScene({ states: [shut, shut] });
    expect(await done.lockOnly()).to.include({ to: 'verified' });
    const undone = createScene({ states: [open, open], sessions: people });
    expect(await undone.lockOnly()).to.include({ to: 'failed', reason: 'interrupted' });
    expect([...done.did, ...undone.did]).to.deep.equal(['report', 'report']);
  });
});

describe('the order to release', () => {
  it('is verified when no way in refuses people any more, also on a device that was not locked', async () => {
    const scene = createScene({ states: [shut, open] });
    expect(await scene.release()).to.deep.equal({ to: 'verified', evidence: { released: open } });
    expect(scene.did).to.deep.equal(['release', 'report']);
    expect(await createScene({ states: [open, open] }).release()).to.include({ to: 'verified' });
  });

  it('fails while one way in refuses them: half a lock is no release', async () => {
    for (const left of [half, shut]) {
      const outcome = await createScene({ states: [shut, left] }).release();
      expect(outcome).to.deep.equal({ to: 'failed', reason: 'not-released', evidence: { released: left } });
    }
  });

  it('fails with the system’s reason, and without a look', async () => {
    const stuck = createScene({ states: [shut, shut], result: { done: false, reason: 'action-failed' } });
    expect(await stuck.release()).to.include({ to: 'failed', reason: 'action-failed' });
    expect(await createScene({ states: [shut, 'timed-out'] }).release()).to.include({ reason: 'cannot-look' });
  });

  it('that was cut off only looks', async () => {
    const scene = createScene({ states: [shut, shut] });
    expect(await scene.releaseOnly()).to.include({ to: 'failed', reason: 'interrupted' });
    expect(await createScene({ states: [open, open] }).releaseOnly()).to.include({ to: 'verified' });
    expect(scene.did).to.deep.equal(['report']);
  });
});
