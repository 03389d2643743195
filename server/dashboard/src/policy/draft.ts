import { fieldFaults } from '../../../../shared/api/errors.ts';
import { type Policy, policyChangeSchema } from '../../../../shared/policy/document.ts';
import { defaultSwitches, type Switches } from '../../../../shared/policy/switches.ts';

/** As it stands in the fields: a field for a number may be empty for a while, lists are changed as a whole. */
type Drafted<Value> = Value extends number
  ? number | string
  : Value extends readonly unknown[]
    ? Value
    : Value extends object
      ? { [Name in keyof Value]: Drafted<Value[Name]> }
      : Value;

export type Draft = Drafted<Policy>;

/** What the fields mean: an empty folder is none. */
export function meantBy(draft: Draft): unknown {
  const folder = draft.resourceFolder?.trim() ?? '';
  return { ...draft, resourceFolder: folder === '' ? null : folder };
}

/** The policy that the fields make; undefined while one of them cannot be meant. */
export function policyOf(draft: Draft): Policy | undefined {
  const parsed = policyChangeSchema.safeParse(meantBy(draft));
  // A whole policy was put in; the schema of a change lets its later parts be left out.
  return parsed.success ? (parsed.data as Policy) : undefined;
}

const plainFaults: readonly { at: RegExp; say: string }[] = [
  { at: /^resourceFolder/, say: 'Write the folder’s own name, up to 60 letters, without slashes' },
  { at: /^silentAfterHours/, say: 'Write a whole number of hours, from 1 to 1440' },
  { at: /^opening\.academicYearFrom/, say: 'Write the month and the day, such as 09-01' },
  { at: /^opening\.week\.\d+/, say: 'It must open before it closes, on the same day' },
  { at: /^opening\.closures\.\d+\.label/, say: 'Write what you call it, up to 60 letters' },
  { at: /^opening\.closures/, say: 'It must begin before it ends' },
  { at: /Minutes$/, say: 'Write a whole number of minutes' },
  { at: /postpones$/, say: 'Write a whole number, from 0 to 6' },
  { at: /photosDays$/, say: 'Write a whole number of days, from 0 to 60' },
  { at: /^photoLimit|outingPhotos$/, say: 'Write a whole number, 0 or more' },
];

/** Faults by field, in words for a person; under the same names that the fields have. */
export function faultsOfDraft(draft: Draft): Record<string, string> {
  const parsed = policyChangeSchema.safeParse(meantBy(draft));
  const faults = parsed.success ? {} : fieldFaults(parsed.error);
  return Object.fromEntries(
    Object.entries(faults).map(([path, fault]) => [path, plainFaults.find(({ at }) => at.test(path))?.say ?? fault]),
  );
}

/** What this person changed, laid over what holds now: what another changed meanwhile stays. Lists are one part each. */
export function laidOver<Value>(before: Value, now: Value, mine: Value): Value {
  if (isGroup(before) && isGroup(now) && isGroup(mine)) {
    const names = new Set([...Object.keys(now), ...Object.keys(mine)]);
    const merged = [...names].map((name) => [name, laidOver(before[name], now[name], mine[name])] as const);
    // The same parts as they all have.
    return Object.fromEntries(merged) as Value;
  }
  return JSON.stringify(mine) === JSON.stringify(before) ? now : mine;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What closing time does once it is switched on: enough notice to finish a note, put off twice at the most. */
export const firstClosingTime: NonNullable<Switches['closingTime']> = {
  noticeMinutes: 10,
  postpones: 2,
  postponeMinutes: 15,
  signOutApps: true,
  logOutPeople: true,
};

/** How many photos an outing may carry once that is judged at all. */
export const firstOutingPhotos = defaultSwitches.outingPhotos ?? 0;
