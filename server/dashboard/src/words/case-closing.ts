import type { IncidentCase } from '../../../../shared/api/incidents.ts';
import { counted } from '../../../../shared/words.ts';

/** What is still to be done before a case can be closed, in the order the server asks for it; empty: nothing is. */
export function closingNeeds({
  ongoing,
  outcomes,
  assessment,
}: Pick<IncidentCase, 'ongoing' | 'outcomes' | 'assessment'>): string[] {
  const left = outcomes.flatMap(({ steps }) => steps).filter(({ settled }) => settled === null).length;
  return [
    ...(ongoing ? ['Put right what was found: as last reported, it goes on still.'] : []),
    ...(outcomes.length === 0 ? ['Decide what follows. The log entry alone is a decision too.'] : []),
    ...(assessment === null ? ['Say how grave it is, and have that signed.'] : []),
    ...(assessment !== null && assessment.signedOffAt === null ? ['Have it signed how grave it is.'] : []),
    ...(left > 0 ? [`Settle the ${counted(left, 'step')} left: done, or not needed and why.`] : []),
  ];
}
