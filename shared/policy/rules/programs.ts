import { finding, hourMs, type Rule, shortListOf } from './rule.ts';

/** How long a newly installed program is worth a look. */
const newForMs = 7 * 24 * hourMs;

/**
 * DEV8: installing is for authorised staff. Who installed a program is not known,
 * so on a device of children's each new one is to be looked at; an update is no new
 * program, and one that was taken off again is gone. That the list itself cannot be
 * told is said with the other guards (guards.ts).
 */
export const programs: Rule = ({ facts, now }) => {
  const reading = facts.sections.programs;
  if (!facts.childFacing || reading.state === 'unknown') return [];
  const earliest = Date.parse(now) - newForMs;
  // By where it lies too: the same program may be there twice, and one of the two taken off.
  const latest = new Map<string, { what: 'installed' | 'removed'; program: string }>();
  // Oldest first, so that what came last is what holds; an update keeps it.
  for (const { what, source, program, at } of [...reading.value.changes].reverse()) {
    if (Date.parse(at) >= earliest && what !== 'updated') latest.set(`${source} ${program}`, { what, program });
  }
  const names = [
    ...new Set([...latest.values()].flatMap(({ what, program }) => (what === 'installed' ? [program] : []))),
  ];
  if (names.length === 0) return [];
  const text = `New on this device in the last seven days, and it cannot be told by whom: ${shortListOf(names)}.`;
  return [
    finding('program-installed', text, 'Ask who installed it, and take it off again if nobody of the staff did.'),
  ];
};
