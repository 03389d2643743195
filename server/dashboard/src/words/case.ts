import type { IncidentView } from '../../../../shared/api/incidents.ts';
import type { CaseState } from '../../../../shared/incident/case-life.ts';
import type { Concerns, Conduct } from '../../../../shared/incident/entries.ts';
import { type Outcome, outcomeCatalogue, stepsOf } from '../../../../shared/incident/outcomes.ts';
import type { Involved } from '../../../../shared/incident/people-involved.ts';
import type { concernedRoles } from '../../../../shared/incident/visibility.ts';
import { counted, listOf } from '../../../../shared/words.ts';
import type { Said, Tone } from './tone.ts';

const states: { readonly [State in CaseState]: { label: string; tone: Tone } } = {
  open: { label: 'Nobody looks after it yet', tone: 'warn' },
  'in-hand': { label: 'Looked after', tone: 'plain' },
  closed: { label: 'Closed', tone: 'plain' },
  purged: { label: 'Its words were deleted when their time was over', tone: 'plain' },
};

/** How a case stands. None looks good: that it is closed says nothing of how it went. */
export function caseStateWords(state: CaseState): { label: string; tone: Tone } {
  return states[state];
}

const conducts: { readonly [Name in Conduct]: string } = {
  none: 'No misconduct',
  misconduct: 'Misconduct',
  'gross-misconduct': 'Gross misconduct',
};
export function conductWords(conduct: Conduct): string {
  return conducts[conduct];
}
export const conductChoices = (Object.keys(conducts) as Conduct[]).map((value) => ({ value, label: conducts[value] }));

export function outcomeTitle(outcome: Outcome): string {
  return outcomeCatalogue[outcome].label;
}

const outcomeMeanings: { readonly [Name in Outcome]: string } = {
  'log-only': 'It stays on record, and nothing else follows',
  disciplinary: 'The setting’s own process for somebody who works here',
  authorities: 'The local authority’s officer, the inspectorate, the data regulator: each with its deadline',
  allegation:
    'Somebody who works here may have harmed a child: the officer within one working day, and the case passes the manager and the deputy by',
};
export function outcomeMeaning(outcome: Outcome): string {
  return outcomeMeanings[outcome];
}

/** A step's name, and whether it may be said not to be needed. */
export function stepOf(outcome: Outcome, code: string): { label: string; mayBeNotNeeded: boolean } {
  const found = stepsOf(outcome).find((each) => each.code === code);
  return found === undefined ? { label: code, mayBeNotNeeded: false } : found.step;
}

const involvedRoles: { readonly [Role in Involved['role']]: string } = {
  child: 'Child',
  parent: 'Parent or carer',
  staff: 'Member of staff',
  volunteer: 'Volunteer',
  student: 'Student',
  manager: 'Manager',
  deputy: 'Deputy',
  'safeguarding-lead': 'Safeguarding lead',
  committee: 'Committee',
  visitor: 'Visitor',
  other: 'Somebody else',
};
export const involvedChoices = (Object.keys(involvedRoles) as Involved['role'][]).map((value) => ({
  value,
  label: involvedRoles[value],
}));

/** "Child (AB)". */
export function involvedWords({ role, initials }: Involved): string {
  return initials === null ? involvedRoles[role] : `${involvedRoles[role]} (${initials})`;
}

const concerned: { readonly [Role in (typeof concernedRoles)[number]]: string } = {
  manager: 'The manager',
  deputy: 'The deputy',
  'safeguarding-lead': 'The safeguarding lead',
  administrator: 'The administrator',
  staff: 'Another member of staff',
};
export const concernedChoices = (Object.keys(concerned) as (typeof concernedRoles)[number][]).map((value) => ({
  value,
  label: concerned[value],
}));
export function concernedWords(role: (typeof concernedRoles)[number]): string {
  return concerned[role];
}

/** Whom a case is about, in one line: names where they are known, else how many; empty: nobody is named. */
export function aboutWhom({ people, roles }: Concerns, known: readonly { id: string; name: string }[]): string {
  const names = known.filter(({ id }) => people.includes(id)).map(({ name }) => name);
  const others = people.length - names.length;
  return listOf([
    ...roles.map((role) => concerned[role].toLowerCase()),
    ...names,
    ...(others > 0 ? [`${counted(others, 'person', 'people')} with an account here`] : []),
  ]);
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** "2 days 4 hours", "3 hours 20 minutes", "less than a minute": a length of time in its two largest parts. */
export function lengthWords(ms: number): string {
  if (ms < minuteMs) return 'less than a minute';
  const [days, hours, minutes] = [
    Math.floor(ms / dayMs),
    Math.floor((ms % dayMs) / hourMs),
    Math.floor((ms % hourMs) / minuteMs),
  ];
  if (days > 0) return [counted(days, 'day'), ...(hours > 0 ? [counted(hours, 'hour')] : [])].join(' ');
  if (hours > 0) return [counted(hours, 'hour'), ...(minutes > 0 ? [counted(minutes, 'minute')] : [])].join(' ');
  return counted(minutes, 'minute');
}

/** A clock counting down: red before it runs out, and red when it has. */
export function clockWords(dueAt: string, standing: 'running' | 'near' | 'run-out', now: number): Said {
  const left = Date.parse(dueAt) - now;
  // The page's clock moves on between two answers of the server.
  if (standing === 'run-out' || left <= 0) return { text: `Ran out ${lengthWords(-left)} ago`, tone: 'bad' };
  const tone = standing === 'running' ? 'waiting' : left <= dayMs ? 'bad' : 'warn';
  return { text: `${lengthWords(left)} left`, tone };
}

const sources: { readonly [Source in IncidentView['source']]: string } = {
  device: 'Found by Hometime',
  person: 'Reported by a person',
  form: 'Reported through the short form',
};
export function sourceWords(source: IncidentView['source']): string {
  return sources[source];
}

const sights: { readonly [Sight in IncidentView['sight']]: string } = {
  whole: '',
  record: 'You see what Hometime itself wrote of this case, and not the words of people.',
  pseudonymised: 'You see this case without anybody’s name.',
  own: 'This is your own report: you see what you wrote, and how the case stands.',
};
/** What somebody does not see; empty: they see all of it. */
export function sightWords(sight: IncidentView['sight']): string {
  return sights[sight];
}
