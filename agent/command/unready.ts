import type { CommandKind } from '../../shared/command/kinds.ts';
import type { Executor } from './executor.ts';

/** Stands where an executor is still to come: refuses, and acts on nothing. */
export function unready<Kind extends CommandKind>(): Executor<Kind> {
  const refused = async () => ({ to: 'refused', reason: 'not-supported' }) as const;
  return { prepare: async () => ({ outcome: await refused() }), lookOnly: refused };
}
