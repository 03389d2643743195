import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type CommandArgs, commandKinds, type EvidenceOf } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import { type AppList, type ListedApp, listedAppSchema, mayHide } from '../../shared/policy/app-list.ts';
import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import type { Reading } from '../../shared/reading.ts';
import type { AppAnswer, Apps } from '../../shared/report/apps.ts';
import type { AppSignOut, AppSignOutResult } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';

interface SignOutAppParts {
  /** Asks every browser anew who is signed in to the listed apps. */
  apps(signal: AbortSignal): Promise<Reading<Apps>>;
  signOutApps(wanted: AppSignOut, signal: AbortSignal): Promise<AppSignOutResult>;
  settings: () => DeviceSettings;
  /** Lets the next report show who is signed in now. */
  reportApps(): void;
  limitMs?: number;
  pauseMs?: number;
  lateMs?: number;
}

type Evidence = EvidenceOf<'sign-out-app'>;
type States = Evidence['appsAfter'];

/** Browsers close side by side, each within some seconds; a large profile takes some more to be written anew. */
const defaultLimitMs = 5 * 60_000;
/** A store that was just written may be in use for a moment. */
const defaultPauseMs = 1_000;
/** Browsers write a sign-in down up to half a minute late (platforms.md section 3.2). */
const defaultLateMs = 35_000;
const looksAfter = 3;
/** As many as the report has room for: a list that is full may lack others. */
const most = { signIns: 200, unread: 100 };

const planSchema = z.strictObject({
  people: commandKinds['sign-out-app'].args.shape.people,
  listVersion: z.int(),
  apps: z.array(listedAppSchema).min(1),
  before: commandKinds['sign-out-app'].evidence.shape.appsBefore,
});
type Plan = z.infer<typeof planSchema>;

/**
 * Signs people out of apps in their browsers (DEV2). Whether it worked is asked of
 * the probe and not of what was done, and nobody is called signed out where it could not look
 * or where a browser was opened again meanwhile. When nobody is signed in, nothing
 * is closed, and the look afterwards says so again. Where a browser stays open because it keeps nothing of the
 * apps, it is first given the time to write down what was done in it last.
 */
export function createSignOutAppExecutor(parts: SignOutAppParts): Executor<'sign-out-app'> {
  const { limitMs = defaultLimitMs, pauseMs = defaultPauseMs, lateMs = defaultLateMs } = parts;

  async function look(plan: Omit<Plan, 'before'>, signal: AbortSignal): Promise<States | undefined> {
    const reading = await parts.apps(signal).catch(() => undefined);
    signal.throwIfAborted();
    if (reading?.state !== 'known' || reading.value.listVersion !== plan.listVersion) return undefined;
    return statesOf(reading.value, plan.apps, plan.people);
  }

  /** Looks until it can be told, or a few times; what was written a moment ago may be in use. */
  async function lookAfter(plan: Plan, signal: AbortSignal): Promise<States | undefined> {
    let states: States | undefined;
    for (let left = looksAfter; left > 0; left -= 1) {
      states = await look(plan, signal);
      if (states?.every(({ answer }) => answer !== 'unknown')) return states;
      if (left > 1) await sleep(pauseMs, undefined, { signal });
    }
    return states;
  }

  async function judge(plan: Plan, done: AppSignOutResult, signal: AbortSignal): Promise<Outcome> {
    const appsAfter = await lookAfter(plan, signal);
    parts.reportApps();
    if (appsAfter === undefined) return { to: 'failed', reason: done.trouble ?? 'cannot-look' };
    const { browsersClosed, browsersEnded } = done;
    const evidence = { appsBefore: plan.before, appsAfter, browsersClosed, browsersEnded };
    const reason = done.trouble ?? troubleIn(appsAfter);
    return reason === undefined ? { to: 'verified', evidence } : { to: 'failed', reason, evidence };
  }

  return {
    async prepare(args, signal) {
      const list = parts.settings().apps;
      const apps = meantApps(list, args.apps);
      if (apps === undefined) return { outcome: { to: 'refused', reason: 'not-understood' } };
      const asked = { people: args.people, listVersion: list.version, apps };
      const before = await look(asked, signal);
      if (before === undefined) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const plan: Plan = { ...asked, before };
      let done: AppSignOutResult = { browsersClosed: 0, browsersEnded: 0, trouble: undefined };
      return {
        plan: JSON.stringify(plan),
        async act() {
          const wanted = { apps, people: args.people };
          done = { ...done, trouble: 'action-failed' };
          const first = await parts.signOutApps(wanted, AbortSignal.timeout(limitMs));
          done = first;
          if (first.leftOpen !== true) return;
          // Broken off in here, nobody knows what was written down meanwhile.
          done = { ...first, trouble: 'action-failed' };
          await sleep(lateMs, undefined, { signal });
          done = together(first, await parts.signOutApps(wanted, AbortSignal.timeout(limitMs)));
        },
        conclude: (concluding) => judge(plan, done, concluding),
      };
    },
    async lookOnly(text, signal) {
      const plan = planSchema.parse(JSON.parse(text));
      const outcome = await judge(plan, { browsersClosed: 0, browsersEnded: 0, trouble: undefined }, signal);
      return outcome.to === 'failed' && outcome.reason === 'still-signed-in'
        ? { ...outcome, reason: 'interrupted' }
        : outcome;
    },
  };
}

/** The apps an order is about; undefined: one of them is not on the device's list, or the list has none that holds children's data. */
export function meantApps({ apps }: AppList, asked: CommandArgs<'sign-out-app'>['apps']): ListedApp[] | undefined {
  const meant = apps.filter(({ app, kind }) => (asked === undefined ? kind === 'nursery' : asked.includes(app)));
  const isWhole = asked === undefined || asked.every((app) => meant.some((each) => each.app === app));
  return isWhole && meant.length > 0 ? meant : undefined;
}

/**
 * What the look says of these apps and people. Where only some people are meant the
 * answer is made anew from their profiles; one whose owner is not known may be theirs.
 */
export function statesOf(seen: Apps, apps: readonly ListedApp[], people: readonly string[] | undefined): States {
  const isTheirs = ({ person }: { person: string | null }) =>
    people === undefined || person === null || people.includes(person);
  const signIns = seen.signIns.filter(isTheirs);
  const unread = seen.unread.filter(isTheirs);
  const isCut = seen.signIns.length >= most.signIns || seen.unread.length >= most.unread;
  return apps.map((listed) => {
    const own = signIns.filter(({ app }) => app === listed.app);
    const profiles = new Set(own.map(({ person, browser, profile }) => JSON.stringify([person, browser, profile])))
      .size;
    const isHidden = unread.some((store) => mayHide(store, listed)) || isCut;
    const theirs = answerFrom(own, isHidden);
    const all = seen.apps.find(({ app }) => app === listed.app)?.answer ?? 'unknown';
    // For everybody the probe's own answer holds, and "signed out" only where its parts agree.
    const answer = people === undefined && all !== 'signed-out' ? all : theirs;
    return { app: listed.app, answer, profiles };
  });
}

function answerFrom(signIns: Apps['signIns'], isHidden: boolean): AppAnswer {
  if (signIns.some(({ state }) => state === 'signed-in')) return 'signed-in';
  if (isHidden) return 'unknown';
  return signIns.length > 0 ? 'possible' : 'signed-out';
}

/** Two rounds as one. What the second one could do is done, whatever kept the first from it. */
function together(first: AppSignOutResult, second: AppSignOutResult): AppSignOutResult {
  return {
    browsersClosed: first.browsersClosed + second.browsersClosed,
    browsersEnded: first.browsersEnded + second.browsersEnded,
    trouble: second.trouble,
  };
}

function troubleIn(states: States): OutcomeReason | undefined {
  if (states.some(({ answer }) => answer === 'signed-in' || answer === 'possible')) return 'still-signed-in';
  return states.some(({ answer }) => answer === 'unknown') ? 'cannot-look' : undefined;
}
