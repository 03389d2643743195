import type { FilterTest } from '../../../shared/policy/filter-tests.ts';
import type { NetworkNames } from './resolver.ts';
import { judgeAnswer, type Tested } from './verdict.ts';

/** What programs were told of the tests. `isCut`: not all could be asked, so what was not seen is no proof. */
export interface ProgramsTold {
  tested: Tested[];
  isCut: boolean;
}

/** All look-ups together; where each is slow the round must still end in its time. */
const limitMs = 8_000;

/**
 * The tests as programs meet them, one after the other: the system's look-ups
 * take threads that the agent's own work with files needs. Names that the hosts
 * file answers say nothing of the network.
 */
export async function askAsPrograms(
  names: Pick<NetworkNames, 'asPrograms'>,
  tests: readonly FilterTest[],
  hostsNames: ReadonlySet<string>,
): Promise<ProgramsTold> {
  const begun = performance.now();
  const tested: Tested[] = [];
  for (const test of tests.filter(({ name }) => !hostsNames.has(name))) {
    if (performance.now() - begun > limitMs) return { tested, isCut: true };
    const answer = await names.asPrograms(test.name);
    if (answer.kind === 'nothing') return { tested, isCut: true };
    tested.push({ test, shown: answer.kind === 'not-found' ? 'silent' : judgeAnswer(test, answer, undefined) });
  }
  return { tested, isCut: false };
}
