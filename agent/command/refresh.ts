import { type SectionName, type Sections, sectionNames } from '../../shared/report/report.ts';
import type { Executor } from './executor.ts';

/**
 * Runs every probe now. What was asked for is the asking: a probe that gives no
 * answer is named in the evidence and does not fail the order.
 */
export function createRefreshExecutor(parts: { askAll(): Promise<Sections> }): Executor<'refresh'> {
  return {
    async prepare() {
      let answers: Sections | undefined;
      return {
        plan: '[]',
        async act() {
          answers = await parts.askAll();
        },
        async conclude() {
          if (answers === undefined) return { to: 'failed', reason: 'action-failed' };
          const seen = answers;
          const unknown = sectionNames.filter((name: SectionName) => seen[name].state === 'unknown');
          return { to: 'verified', evidence: { sections: sectionNames, unknown } };
        },
      };
    },
    lookOnly: async () => ({ to: 'failed', reason: 'interrupted' }),
  };
}
