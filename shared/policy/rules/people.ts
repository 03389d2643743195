import type { Finding } from '../findings.ts';
import { type Case, cannotTell, finding, listOf, type Rule, unlessCounted } from './rule.ts';

/** DEV7: used by its authorised person only; where nobody is assigned, by those who may use such devices. */
export const authorisedPeople: Rule = (given) => {
  const { facts, policy } = given;
  const reading = facts.sections.sessions;
  const allowed = allowedOn(given);
  if (reading.state === 'unknown') {
    const found = cannotTell('sessions-unknown', 'who is signed in', reading, facts);
    if (allowed === null) return [found];
    const as = 'use by somebody who may not use it';
    return [unlessCounted(found, policy.switches.absence.sessions, { code: 'unauthorised-person', as })];
  }
  if (allowed === null) return [];
  const strangers = [...new Set(reading.value.sessions.map((session) => session.person))].filter(
    (person) => !allowed.includes(person),
  );
  return strangers.length === 0 ? [] : [strangerFinding(strangers, given)];
};

/** Who may sign in on the device; null: anybody. */
export function allowedOn({ facts, policy }: Pick<Case, 'facts' | 'policy'>): readonly string[] | null {
  const { mayUseUnassigned, alwaysAllowed } = policy.switches;
  const named = facts.assignedPeople ?? mayUseUnassigned;
  return named === null ? null : [...named, ...alwaysAllowed];
}

function strangerFinding(strangers: readonly string[], { facts }: Case): Finding {
  const who = `${listOf(strangers)} ${strangers.length === 1 ? 'is' : 'are'} signed in, and`;
  if (facts.assignedPeople !== null) {
    const text = `${who} the device is not assigned to them.`;
    return finding('unauthorised-person', text, 'Log them out, or assign the device to them if they may use it.');
  }
  const text = `${who} the setting does not let them use devices that are assigned to nobody.`;
  return finding('unauthorised-person', text, 'Log them out, or name them in the setting’s rules if they may use it.');
}
