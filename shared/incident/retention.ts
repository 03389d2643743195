import type { CategoryKind } from './categories.ts';
import type { Outcome } from './outcomes.ts';

/**
 * How long a closed case is kept before its words are purged, in years from its closing; null: never by itself.
 * Each class is the practice of records in early years: a log of device matters for the inspection cycle, what
 * bears on somebody's employment for six years (limitation of a claim), what bears on a child until the
 * youngest concerned is grown up, and allegations until a pension age that nobody here knows.
 */
export const retentionClasses = {
  log: { years: 3, label: 'Log of device matters' },
  conduct: { years: 6, label: 'Conduct and data breaches' },
  safeguarding: { years: 25, label: 'Safeguarding of a child' },
  allegation: { years: null, label: 'Allegations of harm' },
} as const satisfies Record<CategoryKind['keep'], { years: number | null; label: string }>;

export type RetentionClass = keyof typeof retentionClasses;

const ofOutcome: { readonly [Name in Outcome]: RetentionClass } = {
  'log-only': 'log',
  disciplinary: 'conduct',
  authorities: 'safeguarding',
  allegation: 'allegation',
};

/** From the shortest to the longest. */
const order = Object.keys(retentionClasses) as RetentionClass[];

/** The longest of what the category and the outcomes ask for. */
export function retentionOf(keep: RetentionClass, outcomes: readonly Outcome[]): RetentionClass {
  const asked = [keep, ...outcomes.map((outcome) => ofOutcome[outcome])];
  return order.findLast((name) => asked.includes(name)) ?? keep;
}
