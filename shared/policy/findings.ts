import { z } from 'zod';

/**
 * Every rule's finding: its severity, whether it is misuse (then it opens an
 * incident) and the demands it comes from. Codes are in the database and on
 * the wire: never renamed.
 *
 * Absence of a code means its rule was asked and met, for a fact that is
 * unknown has a finding of its own (`…-unknown`).
 */
export const findingCatalogue = {
  'not-protected': { severity: 'act', misuse: false, requirements: ['DEV1'] },
  'encryption-unknown': { severity: 'check', misuse: false, requirements: ['DEV1'] },
  'unprotected-off-site': { severity: 'urgent', misuse: true, requirements: ['DEV1', 'INC1'] },
  'unauthorised-person': { severity: 'act', misuse: true, requirements: ['DEV7', 'INC1'] },
  'sessions-unknown': { severity: 'check', misuse: false, requirements: ['DEV2', 'DEV7'] },
  'photos-over-limit': { severity: 'act', misuse: false, requirements: ['DEV3', 'DEV4'] },
  'photos-unknown': { severity: 'check', misuse: false, requirements: ['DEV3'] },
  'filtering-off': { severity: 'urgent', misuse: true, requirements: ['DEV5', 'INC1'] },
  'filtering-partial': { severity: 'act', misuse: false, requirements: ['DEV5'] },
  'filtering-unknown': { severity: 'check', misuse: false, requirements: ['DEV5'] },
  silent: { severity: 'act', misuse: false, requirements: ['DEV6'] },
} as const satisfies Record<string, FindingKind>;

interface FindingKind {
  /** check: cannot tell, look; act: a rule is not met; urgent: children's data or children are at risk now. */
  severity: 'check' | 'act' | 'urgent';
  misuse: boolean;
  requirements: readonly string[];
}

export type FindingCode = keyof typeof findingCatalogue;
export const findingCodeSchema = z.enum(Object.keys(findingCatalogue) as FindingCode[]);
export const severitySchema = z.enum(['check', 'act', 'urgent']);
export type Severity = z.infer<typeof severitySchema>;

/** A rule not met, as the pure evaluation gives it. */
export interface Finding {
  code: FindingCode;
  /** What is wrong, in a sentence a manager understands. */
  text: string;
  /** How to put it right. */
  remedy: string;
}
