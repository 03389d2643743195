import type { EvidenceOf } from '../../shared/command/kinds.ts';
import type { Executor } from './executor.ts';

/** What retirement.ts removes once the server has the outcome. */
const removes: EvidenceOf<'retire'>['removes'] = ['identity', 'settings', 'readings', 'lock'];

/**
 * Leaves the fleet. Nothing is removed here: without its identity the agent could not
 * even say that it goes. The outcome is the promise, and it is kept as soon as the
 * server has it, or at the next start.
 */
export function createRetireExecutor(): Executor<'retire'> {
  const outcome = async () => ({ to: 'verified', evidence: { removes } }) as const;
  return { prepare: async () => ({ plan: '[]', act: async () => {}, conclude: outcome }), lookOnly: outcome };
}
