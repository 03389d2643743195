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
  const latest = new Map<string, 'installed' | 'removed'>();
  // Oldest first, so that what came last is what holds; an update keeps it.
  for (const { what, program, at } of [...reading.value.changes].reverse()) {
    if (Date.parse(at) >= earliest && what !== 'updated') latest.set(program, what);
  }
  const names = [...latest].flatMap(([program, what]) => (what === 'installed' ? [program] : []));
  if (names.length === 0) return [];
  const text = `New on this device in the last seven days, and it cannot be told by whom: ${shortListOf(names)}.`;
  return [
    finding('program-installed', text, 'Ask who installed it, and take it off again if nobody of the staff did.'),
  ];
};
