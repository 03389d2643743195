import { z } from 'zod';
import type { NamedSession } from '../../shared/command/kind/logout.ts';
import { type CommandArgs, commandKinds, type EvidenceOf } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import { type Session, sessionSchema } from '../../shared/report/sessions.ts';
import type { ActionResult, Actions } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';
import { giveNotice, type ShowText } from './notice.ts';
import { type AskSessions, type LookTimes, lookAtSessions, lookUntilGone } from './sessions-look.ts';

interface LogoutParts extends LookTimes {
  sessions: AskSessions;
  endSession(session: Session): Promise<ActionResult>;
  showText: ShowText;
  holdBackAutomaticSignIn: Actions['holdBackAutomaticSignIn'];
  /** Lets the next report show who is signed in now. */
  reportSessions(): void;
}

const planSchema = z.strictObject({ args: commandKinds.logout.args, before: z.array(sessionSchema) });
type Plan = z.infer<typeof planSchema>;

/** What was seen while acting; a later run, which only looks, knows nothing of it. */
type Acted = Pick<EvidenceOf<'logout'>, 'automaticSignIn' | 'noticeShown'> & { trouble: OutcomeReason };

/**
 * Signs people out. Which sessions are ended is settled by looking before acting, and once more after a
 * notice, which takes minutes. Whether it worked is asked of the order itself and not of those
 * sessions: who signs in again while it runs is signed in all the same.
 *
 * When none of those named is signed in (any more), the state that was asked for
 * already holds: that is `verified` with nothing before and nothing after.
 */
export function createLogoutExecutor(parts: LogoutParts): Executor<'logout'> {
  const look = (signal: AbortSignal) => lookAtSessions(parts.sessions, signal);

  async function judge({ args, before }: Plan, acted: Acted, signal: AbortSignal): Promise<Outcome> {
    const after = await lookUntilGone(parts.sessions, (session) => mayBeMeant(session, args), signal, parts);
    parts.reportSessions();
    if (after === undefined) return { to: 'failed', reason: 'cannot-look' };
    const { trouble, ...seen } = acted;
    const evidence = { before, after, ...seen };
    return after.length === 0 ? { to: 'verified', evidence } : { to: 'failed', reason: trouble, evidence };
  }

  /** Everybody at once: each may take seconds to save what it holds. */
  async function endAll(sessions: readonly Session[]): Promise<OutcomeReason | undefined> {
    const results = await Promise.all(sessions.map((session) => parts.endSession(session).catch(() => undefined)));
    const troubles = results.map((result) => (result?.done === true ? undefined : (result?.reason ?? 'action-failed')));
    return troubles.findLast((trouble) => trouble !== undefined);
  }

  async function act({ args, before }: Plan, signal: AbortSignal): Promise<Acted> {
    const words = (seconds: number) => `You will be logged out in ${seconds} seconds. Please save your work.`;
    const given = { notice: args.notice, sessions: before, words, showText: parts.showText, signal };
    const noticeShown = await giveNotice(given);
    // Before anybody is out: what signs in by itself does so at once.
    const held = await parts.holdBackAutomaticSignIn().catch(() => undefined);
    const now = noticeShown === undefined ? undefined : await look(signal);
    const again = (now ?? []).filter(
      (session) => isMeant(session, args) && !before.some((one) => isSurelySame(one, session)),
    );
    const trouble = (await endAll([...before, ...again])) ?? 'still-signed-in';
    return {
      trouble,
      ...(held !== undefined && { automaticSignIn: held }),
      ...(noticeShown !== undefined && { noticeShown }),
    };
  }

  return {
    async prepare(args, signal) {
      const now = await look(signal);
      if (now === undefined) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const plan: Plan = { args, before: now.filter((session) => isMeant(session, args)) };
      let acted: Acted = { trouble: 'action-failed' };
      return {
        plan: JSON.stringify(plan),
        async act() {
          acted = await act(plan, signal);
        },
        conclude: (concluding) => judge(plan, acted, concluding),
      };
    },
    lookOnly: async (plan, signal) => judge(planSchema.parse(JSON.parse(plan)), { trouble: 'interrupted' }, signal),
  };
}

/** Nothing named means everybody. */
function isMeant(session: Session, { sessions, people }: CommandArgs<'logout'>, isSame = isSurelySame): boolean {
  if (sessions === undefined && people === undefined) return true;
  return (sessions?.some((one) => isSame(one, session)) ?? false) || (people?.includes(session.person) ?? false);
}

/** For the look that judges: what cannot be told apart from a session that was to go counts as still there. */
function mayBeMeant(session: Session, args: CommandArgs<'logout'>): boolean {
  return isMeant(session, args, isPerhapsSame);
}

function isSurelySame(one: NamedSession, other: NamedSession): boolean {
  return one.id === other.id && one.person === other.person && one.since === other.since;
}

function isPerhapsSame(one: NamedSession, other: NamedSession): boolean {
  if (one.id !== other.id || one.person !== other.person) return false;
  return one.since === null || other.since === null || one.since === other.since;
}
