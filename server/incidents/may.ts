import type { IncidentAct } from '../../shared/api/incidents.ts';
import { isOver } from '../../shared/incident/case-life.ts';
import { categoryCatalogue } from '../../shared/incident/categories.ts';
import { confidentialOutcomes } from '../../shared/incident/outcomes.ts';
import type { Asker } from '../http/asker.ts';
import type { CaseFacts } from './case-fold.ts';
import type { StoredStep } from './step-store.ts';
import type { SeenCase } from './views.ts';

/** What of a case decides who may do what. */
export interface ActCase {
  facts: CaseFacts;
  sight: SeenCase['sight'];
  steps: readonly StoredStep[];
  /** Who assessed it last; null: nobody yet. */
  assessedBy: string | null;
  /** Whether anybody else sees the whole of it. */
  othersSee: boolean;
  outcomes: number;
}

type Rule = (of: ActCase, asker: Pick<Asker, 'id' | 'role'>) => string | undefined;

const unclosed: Rule = ({ facts }) =>
  isOver(facts.state) ? 'This case is closed. What happened since is a new case with a link to it.' : undefined;
const unpurged: Rule = ({ facts }) =>
  facts.state === 'purged' ? 'This case was purged when its time to be kept was over.' : undefined;
const lead: Rule = (_of, { role }) =>
  role === 'safeguarding-lead' ? undefined : 'Only the safeguarding lead may do this. Ask them.';

/** Why an act is refused to somebody who sees the whole case; undefined: it may be done. Every act states its rules. */
const rules: { readonly [Act in IncidentAct]: readonly Rule[] } = {
  write: [unpurged],
  attach: [unpurged],
  take: [unclosed, ({ facts }) => (facts.state === 'open' ? undefined : 'Somebody looks after this case already.')],
  assess: [unclosed],
  'sign-off': [
    unclosed,
    ({ assessedBy }) =>
      assessedBy === null ? 'Assess the case first: how grave it is, and what the conduct was.' : undefined,
    ({ facts }) => (facts.signedOff ? 'The assessment has been signed already.' : undefined),
    ({ assessedBy, othersSee }, { id }) =>
      assessedBy === id && othersSee
        ? 'Whoever assessed a case does not sign it: ask another who looks after it.'
        : undefined,
  ],
  'decide-outcome': [unclosed],
  'settle-step': [
    unclosed,
    ({ steps }) => (steps.some(({ settled }) => !settled) ? undefined : 'There is no step left to be settled.'),
  ],
  close: [
    unclosed,
    ({ facts }) =>
      facts.ongoing
        ? 'This goes on still, as last reported. Put it right first, or have the device leave the fleet.'
        : undefined,
    ({ outcomes }) =>
      outcomes === 0 ? 'Decide what follows first: the log entry alone is an outcome too.' : undefined,
    ({ facts }) => (facts.signedOff ? undefined : 'Have the assessment signed first.'),
    ({ steps }) =>
      steps.some(({ settled }) => !settled) ? 'Settle every step first: done, or not needed and why.' : undefined,
  ],
  restrict: [unpurged, ({ facts }) => (facts.confidential ? 'It passes the manager by already.' : undefined)],
  'open-up': [
    unpurged,
    ({ facts }) => (facts.confidential ? undefined : 'It is not confidential.'),
    lead,
    ({ facts: { category } }) =>
      categoryCatalogue[category].confidential === 'always' ? 'A case of this category stays confidential.' : undefined,
    ({ steps }) =>
      steps.some(({ outcome }) => confidentialOutcomes.has(outcome))
        ? 'A case with an allegation of harm stays confidential.'
        : undefined,
  ],
  'name-concerned': [unpurged],
  hold: [lead, unpurged],
  export: [],
};

/** What whoever reported a case may do with it, without seeing the whole. */
const ownActs: readonly IncidentAct[] = ['write', 'attach'];

/** Why somebody may not do this; undefined: they may. Programs with a token write nothing: a record is made by people. */
export function whyNot(act: IncidentAct, of: ActCase, asker: Pick<Asker, 'kind' | 'id' | 'role'>): string | undefined {
  if (asker.kind === 'token') return 'The record of incidents is written by people: an API token may only read.';
  const isOwn = of.sight === 'own';
  if (of.sight !== 'whole' && !(isOwn && ownActs.includes(act)))
    return 'You may read of this case, and no more. Ask whoever looks after it.';
  if (isOwn && isOver(of.facts.state)) return 'This case is closed. Report what happened since anew.';
  for (const rule of rules[act]) {
    const because = rule(of, asker);
    if (because !== undefined) return because;
  }
  return undefined;
}

export function actsOf(of: ActCase, asker: Pick<Asker, 'kind' | 'id' | 'role'>): IncidentAct[] {
  return (Object.keys(rules) as IncidentAct[]).filter((act) => whyNot(act, of, asker) === undefined);
}
