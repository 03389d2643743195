import { expect } from 'chai';
import { createLogoutExecutor } from '../../../../agent/command/logout.ts';
import type { ActionResult } from '../../../../agent/platform/actions.ts';
import type { NamedSession } from '../../../../shared/command/kind/logout.ts';
import type { CommandArgs } from '../../../../shared/command/kinds.ts';
import { instant } from '../../../../shared/instant.ts';
import { known, type Reading, unknown } from '../../../../shared/reading.ts';
import type { Session, Sessions } from '../../../../shared/report/sessions.ts';
import { morning, session } from '../parts.ts';

const at = instant(morning);
const { signal } = new AbortController();

/** A system that answers each look in turn, the last one for ever. */
function createScene(looks: (Session[] | 'no-answer')[], result: ActionResult = { done: true }) {
  const ended: string[] = [];
  let reported = 0;
  const executor = createLogoutExecutor({
    async sessions(): Promise<Reading<Sessions>> {
      const look = looks.length > 1 ? looks.shift() : looks[0];
      return look === undefined || look === 'no-answer'
        ? unknown('timed-out', at, 'loginctl')
        : known({ sessions: look }, at);
    },
    async endSession(one) {
      ended.push(one.id);
      return result;
    },
    showText: async (_text, sessions) => sessions.map(() => true),
    holdBackAutomaticSignIn: async () => undefined,
    reportSessions: () => {
      reported += 1;
    },
    patienceMs: 60,
    pauseMs: 10,
    settleMs: 10,
  });
  return {
    ended,
    reported: () => reported,
    async order(args: CommandArgs<'logout'>) {
      const task = await executor.prepare(args, signal);
      if ('outcome' in task) return task.outcome;
      await task.act();
      return task.conclude(signal);
    },
    lookOnly: (plan: string) => executor.lookOnly(plan, signal),
  };
}

const anna = session('1', 'anna');
const ben = session('2', 'ben');
const named = ({ id, person, since }: Session): NamedSession => ({ id, person, since });
const planOf = (before: Session[], args: CommandArgs<'logout'> = {}) => JSON.stringify({ args, before });

describe('logging out', () => {
  it('ends only the sessions and people that are named', async () => {
    const byPerson = createScene([[anna, ben], [anna]]);
    expect(await byPerson.order({ people: ['ben'] })).to.deep.equal({
      to: 'verified',
      evidence: { before: [ben], after: [] },
    });
    expect(byPerson.ended).to.deep.equal(['2']);
    const byId = createScene([[anna, ben], [ben]]);
    await byId.order({ sessions: [named(anna)] });
    expect(byId.ended).to.deep.equal(['1']);
  });

  it('waits for a session that closes slowly, and has the sessions reported afresh', async () => {
    const scene = createScene([[anna], [anna], [anna], []]);
    expect(await scene.order({})).to.deep.include({ to: 'verified' });
    expect(scene.reported()).to.equal(1);
  });

  it('is verified when nobody named is signed in: the state asked for holds', async () => {
    const scene = createScene([[anna]]);
    expect(await scene.order({ sessions: [named(session('7'))] })).to.deep.equal({
      to: 'verified',
      evidence: { before: [], after: [] },
    });
    expect(scene.ended).to.deep.equal([]);
  });

  it('fails as still signed in, with who is, when a session stays', async () => {
    const scene = createScene([[anna, ben], [anna]]);
    expect(await scene.order({})).to.deep.equal({
      to: 'failed',
      reason: 'still-signed-in',
      evidence: { before: [anna, ben], after: [anna] },
    });
  });

  it('fails with the system’s own reason when that refused, and is verified when the session went all the same', async () => {
    const refused: ActionResult = { done: false, reason: 'needs-administrator-rights' };
    expect(await createScene([[anna]], refused).order({})).to.include({
      to: 'failed',
      reason: 'needs-administrator-rights',
    });
    expect(await createScene([[anna], []], refused).order({})).to.include({ to: 'verified' });
  });

  it('is never verified without a look: no answer is no success', async () => {
    const before = createScene(['no-answer']);
    expect(await before.order({})).to.deep.equal({ to: 'failed', reason: 'cannot-look' });
    expect(before.ended).to.deep.equal([]);
    expect(await createScene([[anna], 'no-answer']).order({})).to.deep.equal({ to: 'failed', reason: 'cannot-look' });
  });

  it('is not done for everyone while a sign-in that came meanwhile stays, however it is numbered (DEV2)', async () => {
    const back = session('3', 'anna', at);
    for (const args of [{}, { people: ['anna'] }]) {
      const scene = createScene([[anna], [], [back]]);
      expect(await scene.order(args)).to.deep.equal({
        to: 'failed',
        reason: 'still-signed-in',
        evidence: { before: [anna], after: [back] },
      });
      expect(scene.ended, 'acts once').to.deep.equal(['1']);
    }
    expect(await createScene([[anna], [ben]]).order({ people: ['anna'] })).to.include({ to: 'verified' });
  });

  it('leaves alone whoever has the number of a session that was named, after a restart (DEV2)', async () => {
    for (const other of [session('1', 'ben'), session('1', 'anna', at), session('1', 'ben', null)]) {
      const scene = createScene([[other]]);
      expect(await scene.order({ sessions: [named(anna)] })).to.deep.equal({
        to: 'verified',
        evidence: { before: [], after: [] },
      });
      expect(scene.ended).to.deep.equal([]);
    }
  });

  it('neither ends nor calls gone a session that may be the one that was named', async () => {
    const timeless = session('1', 'anna', null);
    const scene = createScene([[timeless]]);
    expect(await scene.order({ sessions: [named(anna)] })).to.include({ to: 'failed', reason: 'still-signed-in' });
    expect(scene.ended).to.deep.equal([]);
  });

  it('tells a later sign-in under the same number apart from the single one it ended', async () => {
    const scene = createScene([[anna], [session('1', 'anna', at)]]);
    expect(await scene.order({ sessions: [named(anna)] })).to.include({ to: 'verified' });
  });

  it('takes the same number for the same session where the system does not keep the time', async () => {
    const timeless = session('1', 'anna', null);
    expect(await createScene([[timeless], [timeless]]).order({ sessions: [named(timeless)] })).to.include({
      to: 'failed',
      reason: 'still-signed-in',
    });
  });

  it('only looks after a restart: gone is verified, still there is interrupted, no answer is neither', async () => {
    const scenes = [[[]], [[anna]], ['no-answer' as const]].map((looks) => createScene(looks));
    const outcomes = await Promise.all(scenes.map((scene) => scene.lookOnly(planOf([anna]))));
    expect(outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.to))).to.deep.equal([
      'verified',
      'interrupted',
      'cannot-look',
    ]);
    expect(scenes.flatMap(({ ended }) => ended)).to.deep.equal([]);
  });

  it('asks after a restart whether anybody it was about is signed in, not only those it had found', async () => {
    const back = session('3', 'anna', at);
    const outcome = { to: 'failed', reason: 'interrupted', evidence: { before: [anna], after: [back] } };
    expect(await createScene([[back]]).lookOnly(planOf([anna]))).to.deep.equal(outcome);
    expect(await createScene([[back]]).lookOnly(planOf([anna], { people: ['anna'] }))).to.deep.equal(outcome);
    expect(await createScene([[back]]).lookOnly(planOf([anna], { sessions: [named(anna)] }))).to.include({
      to: 'verified',
    });
  });
});
