import type { CommandArgs } from '../../shared/command/kinds.ts';
import type { Session } from '../../shared/report/sessions.ts';
import type { Executor, Outcome } from './executor.ts';
import type { ShowText } from './notice.ts';
import { type AskSessions, lookAtSessions } from './sessions-look.ts';

interface MessageParts {
  sessions: AskSessions;
  showText: ShowText;
}

/**
 * Puts a text on people's screens. The evidence tells of each session meant whether the system took the text;
 * nobody knows whether it was read. With nobody there it fails: a text that nobody saw was not delivered.
 */
export function createMessageExecutor(parts: MessageParts): Executor<'message'> {
  return {
    async prepare(args, signal) {
      const now = await lookAtSessions(parts.sessions, signal);
      if (now === undefined) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const meant = now.filter((session) => isMeant(session, args));
      if (meant.length === 0) return { outcome: { to: 'failed', reason: 'nobody-signed-in' } };
      let shown: readonly boolean[] = [];
      return {
        plan: '{}',
        async act() {
          shown = await parts.showText(args.text, meant);
        },
        conclude: async () => outcomeOf(meant, shown),
      };
    },
    // What was on a screen cannot be looked up afterwards.
    lookOnly: async () => ({ to: 'failed', reason: 'interrupted' }),
  };
}

function isMeant({ person }: Session, { people }: CommandArgs<'message'>): boolean {
  return people?.includes(person) ?? true;
}

function outcomeOf(meant: readonly Session[], shown: readonly boolean[]): Outcome {
  const deliveries = meant.map(({ id, person, since }, index) => ({
    session: { id, person, since },
    shown: shown[index] ?? false,
  }));
  const evidence = { deliveries };
  const all = deliveries.every((delivery) => delivery.shown);
  return all ? { to: 'verified', evidence } : { to: 'failed', reason: 'not-delivered', evidence };
}
