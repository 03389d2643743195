import { expect } from 'chai';
import { createSignOutAppExecutor, statesOf } from '../../../../agent/command/sign-out-app.ts';
import type { AppSignOut, AppSignOutResult } from '../../../../agent/platform/actions.ts';
import { commandEvidenceSchema, proves } from '../../../../shared/command/kinds.ts';
import { instant } from '../../../../shared/instant.ts';
import { defaultAppList } from '../../../../shared/policy/app-list.ts';
import { defaultDeviceSettings } from '../../../../shared/policy/device-settings.ts';
import { known, type Reading, unknown } from '../../../../shared/reading.ts';
import type { Apps, SignIn } from '../../../../shared/report/apps.ts';
import { morning } from '../parts.ts';

const at = instant(morning);
const { signal } = new AbortController();
const list = defaultAppList;

const signIn = (app: string, person: string | null, state: SignIn['state'] = 'signed-in'): SignIn => ({
  ...{ app, person, state, browser: 'chrome', profile: 1, since: null, until: null },
});
const unread = (person: string | null): Apps['unread'][number] => ({
  ...{ person, browser: 'firefox', profile: 1, reason: 'in-use' },
});

/** What the probe says when it found this. */
function apps(signIns: SignIn[] = [], hidden: Apps['unread'] = [], listVersion = list.version): Apps {
  const answerOf = (app: string) => {
    const states = signIns.filter((each) => each.app === app).map(({ state }) => state);
    if (states.includes('signed-in')) return 'signed-in';
    if (hidden.length > 0) return 'unknown';
    return states.length > 0 ? 'possible' : 'signed-out';
  };
  return { listVersion, apps: list.apps.map(({ app }) => ({ app, answer: answerOf(app) })), signIns, unread: hidden };
}

const fine: AppSignOutResult = { browsersClosed: 1, browsersEnded: 0, trouble: undefined };

/** A device that answers each look in turn, the last one for ever. */
function createScene(looks: (Apps | 'no-answer')[], result: AppSignOutResult | 'throws' = fine) {
  const acted: AppSignOut[] = [];
  let reported = 0;
  const executor = createSignOutAppExecutor({
    async apps(): Promise<Reading<Apps>> {
      const look = looks.length > 1 ? looks.shift() : looks[0];
      return look === undefined || look === 'no-answer' ? unknown('timed-out', at) : known(look, at);
    },
    async signOutApps(wanted) {
      acted.push(wanted);
      if (result === 'throws') throw new Error('broke');
      return result;
    },
    settings: () => defaultDeviceSettings,
    reportApps: () => {
      reported += 1;
    },
    pauseMs: 1,
    lateMs: 5,
  });
  return {
    acted,
    reported: () => reported,
    executor,
    async order(args: { apps?: string[]; people?: string[] }) {
      const task = await executor.prepare(args, signal);
      if ('outcome' in task) return task.outcome;
      await task.act().catch(() => {});
      return task.conclude(signal);
    },
  };
}

const famly = { apps: ['famly'] };

describe('signing out of apps, as an order (DEV2)', () => {
  it('is verified when the look afterwards finds nobody signed in, with what was seen before and after', async () => {
    const scene = createScene([apps([signIn('famly', 'anna'), signIn('famly', 'ben')]), apps()]);
    const outcome = await scene.order(famly);
    expect(outcome).to.deep.equal({
      to: 'verified',
      evidence: {
        appsBefore: [{ app: 'famly', answer: 'signed-in', profiles: 2 }],
        appsAfter: [{ app: 'famly', answer: 'signed-out', profiles: 0 }],
        browsersClosed: 1,
        browsersEnded: 0,
      },
    });
    const evidence = commandEvidenceSchema.parse('evidence' in outcome ? outcome.evidence : undefined);
    expect(proves('sign-out-app', evidence)).to.equal(true);
    expect(scene.reported()).to.equal(1);
  });

  it('means every app that holds children’s data when none is named, and no other', async () => {
    const scene = createScene([
      apps([signIn('famly', 'anna'), signIn('facebook', 'anna')]),
      apps([signIn('facebook', 'anna')]),
    ]);
    expect(await scene.order({})).to.deep.include({ to: 'verified' });
    expect(scene.acted[0]?.apps.map(({ app }) => app)).to.deep.equal(['famly', 'tapestry', 'blossom', 'parentzone']);
  });

  it('is verified when nobody is signed in, and looks again all the same', async () => {
    const scene = createScene([apps(), apps()], { browsersClosed: 0, browsersEnded: 0, trouble: undefined });
    expect(await scene.order(famly)).to.deep.include({ to: 'verified' });
    expect(scene.acted).to.have.length(1);
    expect(await createScene([apps(), apps([signIn('famly', 'anna')])]).order(famly)).to.deep.include({
      to: 'failed',
      reason: 'still-signed-in',
    });
  });

  it('is about the people named only, and about whoever may be one of them', async () => {
    const before = apps([signIn('famly', 'anna'), signIn('famly', 'ben')]);
    const scene = createScene([before, apps([signIn('famly', 'ben')])]);
    expect(await scene.order({ ...famly, people: ['anna'] })).to.deep.include({ to: 'verified' });
    expect(scene.acted[0]?.people).to.deep.equal(['anna']);
    const nameless = createScene([before, apps([signIn('famly', null)])]);
    expect(await nameless.order({ ...famly, people: ['anna'] })).to.deep.include({ reason: 'still-signed-in' });
  });

  it('fails when somebody is still signed in, or perhaps', async () => {
    for (const state of ['signed-in', 'possible'] as const) {
      const scene = createScene([apps([signIn('famly', 'anna', state)])]);
      expect(await scene.order(famly)).to.deep.include({ to: 'failed', reason: 'still-signed-in' });
    }
  });

  it('never says verified where it cannot look: before, afterwards, in one store of those meant', async () => {
    expect(await createScene(['no-answer']).order(famly)).to.deep.equal({ to: 'failed', reason: 'cannot-look' });
    const before = apps([signIn('famly', 'anna')]);
    for (const after of ['no-answer', apps([], [unread('anna')]), apps([], [unread(null)]), apps([], [], 2)] as const) {
      const outcome = await createScene([before, after]).order({ ...famly, people: ['anna'] });
      expect(outcome).to.deep.include({ to: 'failed', reason: 'cannot-look' });
    }
    const others = await createScene([before, apps([], [unread('ben')])]).order({ ...famly, people: ['anna'] });
    expect(others).to.deep.include({ to: 'verified' });
  });

  it('looks again where a store was in use a moment ago', async () => {
    const scene = createScene([apps([signIn('famly', 'anna')]), apps([], [unread('anna')]), apps()]);
    expect(await scene.order(famly)).to.deep.include({ to: 'verified' });
  });

  it('fails when a browser is open again, whatever the disk says, and when what was to be done broke off', async () => {
    const before = apps([signIn('famly', 'anna')]);
    for (const trouble of ['browser-still-open', 'needs-administrator-rights'] as const) {
      const outcome = await createScene([before, apps()], { ...fine, trouble }).order(famly);
      expect(outcome).to.deep.include({ to: 'failed', reason: trouble });
    }
    expect(await createScene([before, apps()], 'throws').order(famly)).to.deep.include({ reason: 'action-failed' });
  });

  it('gives a browser that stays open the time to write down what was done in it last, and then tries again', async () => {
    const scene = createScene([apps(), apps()], { ...fine, leftOpen: true });
    expect(await scene.order(famly)).to.deep.include({ to: 'verified' });
    expect(scene.acted).to.have.length(2);
    const late = createScene([apps(), apps([signIn('famly', 'anna')])], { ...fine, leftOpen: true });
    expect(await late.order(famly)).to.deep.include({ to: 'failed', reason: 'still-signed-in' });
  });

  it('refuses an app that is not on the device’s list', async () => {
    const scene = createScene([apps()]);
    expect(await scene.order({ apps: ['famly', 'nothing'] })).to.deep.equal({
      to: 'refused',
      reason: 'not-understood',
    });
  });

  it('only looks when the agent ended in between: signed out is verified, signed in is interrupted', async () => {
    const task = await createScene([apps([signIn('famly', 'anna')])]).executor.prepare(famly, signal);
    const plan = 'plan' in task ? task.plan : '';
    const out = createScene([apps()]);
    expect(await out.executor.lookOnly(plan, signal)).to.deep.include({ to: 'verified' });
    const still = createScene([apps([signIn('famly', 'anna')])]);
    expect(await still.executor.lookOnly(plan, signal)).to.deep.include({ to: 'failed', reason: 'interrupted' });
    expect([...out.acted, ...still.acted]).to.deep.equal([]);
  });

  it('believes no sum that its parts contradict, nor a list that may have been cut', () => {
    const lied: Apps = { ...apps([signIn('famly', 'anna')]), apps: [{ app: 'famly', answer: 'signed-out' }] };
    const meant = list.apps.filter(({ app }) => app === 'famly');
    expect(statesOf(lied, meant, undefined)[0]).to.deep.include({ answer: 'signed-in' });
    const full = apps(Array.from({ length: 200 }, () => signIn('facebook', 'ben')));
    expect(statesOf(full, meant, ['anna'])[0]).to.deep.include({ answer: 'unknown' });
  });
});
