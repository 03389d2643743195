import { cannotTell, finding, listOf, type Rule } from './rule.ts';

/** DEV7: used by its authorised person only. */
export const authorisedPeople: Rule = ({ facts }) => {
  const reading = facts.sections.sessions;
  if (reading.state === 'unknown') return [cannotTell('sessions-unknown', 'who is signed in', reading, facts)];
  const { assignedPeople } = facts;
  if (assignedPeople === null) return [];
  const strangers = [...new Set(reading.value.sessions.map((session) => session.person))].filter(
    (person) => !assignedPeople.includes(person),
  );
  if (strangers.length === 0) return [];
  const text = `${listOf(strangers)} ${strangers.length === 1 ? 'is' : 'are'} signed in, and the device is not assigned to them.`;
  return [finding('unauthorised-person', text, 'Log them out, or assign the device to them if they may use it.')];
};
