import type { ProgramChange } from '../../report/programs.ts';
import type { Case } from './rule.ts';
import { dayMs, finding, listOf, type Rule, shortListOf } from './rule.ts';

/** How long a newly installed program is worth a look. */
const newForMs = 7 * dayMs;

/** Anybody may install from these into their own account; the others want an administrator. */
const forAnybody: ReadonlySet<ProgramChange['source']> = new Set([
  'flatpak',
  'appimage',
  'registry',
  'store',
  'applications',
  'packages',
]);

/**
 * DEV8: installing is for authorised staff. A system does not say who installed a
 * program, so on a device of children's each new one is to be looked at; an update is no new
 * program, and one that was taken off again is gone. Where the setting has named who
 * may install, one that came while only others were signed in who could have done it is misuse.
 * That the list itself cannot be told is said with the other guards (guards.ts).
 */
export const programs: Rule = (given) => {
  const installed = newPrograms(given);
  if (installed.length === 0) return [];
  const { mayInstall } = given.policy.switches;
  const suspects = new Map(mayInstall === null ? [] : installed.map((one) => [one, couldHave(one, given)]));
  const isAgainst = (one: ProgramChange) => mayInstall?.length === 0 || (suspects.get(one)?.length ?? 0) > 0;
  const against = installed.filter(isAgainst);
  const rest = installed.filter((one) => !isAgainst(one));
  return [
    ...(against.length === 0
      ? []
      : [unauthorised(against, [...new Set(against.flatMap((one) => suspects.get(one) ?? []))])]),
    ...(rest.length === 0 || !(given.facts.childFacing || mayInstall !== null) ? [] : [toBeLookedAt(rest)]),
  ];
};

/** What came within the week and is still there, the latest word on each program at each place. */
export function newPrograms({ facts, now }: Case): ProgramChange[] {
  const reading = facts.sections.programs;
  if (reading.state === 'unknown') return [];
  const earliest = Date.parse(now) - newForMs;
  // By where it lies too: the same program may be there twice, and one of the two taken off.
  const latest = new Map<string, ProgramChange>();
  // Oldest first, so that what came last is what holds; an update keeps it.
  for (const change of [...reading.value.changes].reverse()) {
    const { what, source, program, at } = change;
    if (Date.parse(at) >= earliest && what !== 'updated') latest.set(`${source} ${program}`, change);
  }
  return [...latest.values()].filter(({ what }) => what === 'installed');
}

/**
 * People signed in since before it came who may not install and could have: nobody, where somebody who may was signed in
 * as well, or where it is not known who was.
 */
function couldHave({ at, source }: ProgramChange, { facts, policy }: Case): string[] {
  const { sessions, rights } = facts.sections;
  if (sessions.state === 'unknown') return [];
  const { mayInstall, alwaysAllowed } = policy.switches;
  const may = [...(mayInstall ?? []), ...alwaysAllowed];
  const there = new Set(
    sessions.value.sessions.flatMap(({ person, since }) => (since !== null && since <= at ? [person] : [])),
  );
  if (sessions.value.sessions.some(({ person }) => may.includes(person))) return [];
  const isAdministrator = (person: string) => {
    const told = rights.state === 'known' ? rights.value.people.find((one) => one.person === person) : undefined;
    return told?.administrator.state === 'known' && told.administrator.value;
  };
  return [...there].filter((person) => forAnybody.has(source) || isAdministrator(person)).sort();
}

function namesOf(changes: readonly ProgramChange[]): string {
  return shortListOf([...new Set(changes.map(({ program }) => program))]);
}

function unauthorised(changes: readonly ProgramChange[], people: readonly string[]) {
  const who =
    people.length === 0
      ? 'and the setting lets nobody install'
      : `while ${listOf(people)} ${people.length === 1 ? 'was' : 'were'} signed in and nobody who may install`;
  const text = `New on this device in the last seven days, ${who}: ${namesOf(changes)}.`;
  return finding(
    'program-installed-unauthorised',
    text,
    'Ask what it is for, and take it off again unless it is wanted.',
  );
}

function toBeLookedAt(changes: readonly ProgramChange[]) {
  const text = `New on this device in the last seven days, and it cannot be told by whom: ${namesOf(changes)}.`;
  return finding('program-installed', text, 'Ask who installed it, and take it off again if nobody of the staff did.');
}
