import type { AnyEvidence, CommandArgs, CommandKind } from '../../shared/command/kinds.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';

/** How an order ended on the device, with what was seen. */
export type Outcome =
  | { to: 'verified'; evidence: AnyEvidence }
  | { to: 'failed'; reason: OutcomeReason; evidence?: AnyEvidence }
  | { to: 'refused'; reason: OutcomeReason }
  /** Nothing was done, and it is to be offered again. */
  | { to: 'deferred'; reason: OutcomeReason };

/** An order that can be carried out now. */
export interface Task {
  /** What it is about, as JSON: journalled before acting, so that a later run can look again without acting. */
  plan: string;
  /**
   * What is about to be done, for orders that nothing can undo: told with `started`. It is acted on only
   * once the server has it: a device that is then never heard of again must not have gone without a word.
   */
  receipt?: AnyEvidence;
  /** Acts. Called at most once in the life of an order. */
  act(): Promise<void>;
  /** Looks again and judges. Rejects when the signal fires: the order then stays started, and the next run looks. */
  conclude(signal: AbortSignal): Promise<Outcome>;
}

/** One kind of command. */
export interface Executor<Kind extends CommandKind> {
  /** Looks before acting; answers what there is to do, or why nothing can be done. Changes nothing on the device. */
  prepare(args: CommandArgs<Kind>, signal: AbortSignal): Promise<Task | { outcome: Outcome }>;
  /**
   * The agent ended between `started` and the outcome: nobody knows how far it
   * got. DANGER: only looks, never acts. `plan` is what the journal holds.
   */
  lookOnly(plan: string, signal: AbortSignal): Promise<Outcome>;
}

/** Every command has its executor: one that is missing does not compile. */
export type Executors = { readonly [Kind in CommandKind]: Executor<Kind> };

/** Chooses the executor of an order. */
export function prepareOrder<Kind extends CommandKind>(
  executors: Executors,
  order: { kind: Kind; args: CommandArgs<Kind> },
  signal: AbortSignal,
): Promise<Task | { outcome: Outcome }> {
  return executors[order.kind].prepare(order.args, signal);
}
