import { z } from 'zod';

/** How long a step may take, from when the setting knew. Working days and days end at the same time of the setting's own clock. */
export type Clock =
  | { workingDays: number; tellHoursBefore: readonly number[] }
  | { days: number; tellHoursBefore: readonly number[] }
  | { hours: number; tellHoursBefore: readonly number[] };

interface Step {
  label: string;
  /** null: no clock, but it is to be done before the case is closed. */
  clock: Clock | null;
  /** Whether it may be said, with a reason, that it is not needed here. */
  mayBeNotNeeded: boolean;
}

interface OutcomeKind {
  label: string;
  requirements: readonly string[];
  steps: Readonly<Record<string, Step>>;
}

const localDesignatedOfficer: Clock = { workingDays: 1, tellHoursBefore: [12, 4, 1] };
const inspectorate: Clock = { days: 14, tellHoursBefore: [168, 72, 24] };
const dataRegulator: Clock = { hours: 72, tellHoursBefore: [48, 24, 6] };

function must(label: string, clock: Clock | null = null): Step {
  return { label, clock, mayBeNotNeeded: false };
}
function ifNeeded(label: string, clock: Clock | null = null): Step {
  return { label, clock, mayBeNotNeeded: true };
}

/**
 * What may follow an incident (INC2): each outcome with its steps and their clocks. A case may have several.
 * Codes are in the database and on the wire: never renamed.
 */
export const outcomeCatalogue = {
  'log-only': {
    label: 'The log entry alone',
    requirements: ['INC1', 'INC2'],
    steps: { 'spoken-with-person': ifNeeded('Spoken with the person concerned') },
  },
  disciplinary: {
    label: 'Disciplinary action',
    requirements: ['INC2', 'INC5'],
    steps: {
      'person-told': must('The person was told in writing what it is about'),
      'meeting-held': must('A meeting was held, with a companion if they wished one'),
      'decision-written': must('The decision was given in writing, with the right of appeal'),
      'appeal-settled': ifNeeded('An appeal was heard, or its time ran out'),
    },
  },
  authorities: {
    label: 'Report to the authorities',
    requirements: ['INC2', 'INC3'],
    steps: {
      'designated-officer-told': ifNeeded('Local authority designated officer told', localDesignatedOfficer),
      'inspectorate-told': ifNeeded('Inspectorate told', inspectorate),
      'data-regulator-told': ifNeeded('Data-protection regulator told of a breach of personal data', dataRegulator),
      'families-told': ifNeeded('Families concerned told'),
      'police-told': ifNeeded('Police told'),
    },
  },
  allegation: {
    label: 'Allegations-of-harm process',
    requirements: ['INC2', 'INC3'],
    steps: {
      'child-safe': must('The child is safe now'),
      'designated-officer-told': must('Local authority designated officer told', localDesignatedOfficer),
      'nobody-questioned': must('Nobody was questioned before the officer’s advice'),
      'chair-told': ifNeeded('Chair of the committee, or the owner, told'),
      'inspectorate-told': must('Inspectorate told', inspectorate),
      'person-supported': must('The person concerned was told what may be told, and given a contact'),
      'barring-referral': ifNeeded('Referred to the Disclosure and Barring Service'),
      'outcome-recorded': must('What the process came to is on record'),
    },
  },
} as const satisfies Record<string, OutcomeKind>;

export type Outcome = keyof typeof outcomeCatalogue;
export const outcomeSchema = z.enum(Object.keys(outcomeCatalogue) as Outcome[]);

/** Outcomes that have the case pass the manager by from then on, whatever it was reported as (INC2, INC4). */
export const confidentialOutcomes: ReadonlySet<Outcome> = new Set<Outcome>(['allegation']);

/** The steps of an outcome in the order they are shown. */
export function stepsOf(outcome: Outcome): { code: string; step: Step }[] {
  const steps: Readonly<Record<string, Step>> = outcomeCatalogue[outcome].steps;
  return Object.entries(steps).map(([code, step]) => ({ code, step }));
}

/** Every step's code, of whichever outcome. */
export const stepCodeSchema = z.enum([
  ...new Set(Object.values(outcomeCatalogue).flatMap(({ steps }) => Object.keys(steps))),
]);
