import { z } from 'zod';
import type { SectionName } from '../report/report.ts';

/**
 * Every rule's finding: its severity, whether it is misuse (then it opens an
 * incident) and the demands it comes from. Codes are in the database and on
 * the wire: never renamed.
 *
 * Absence of a code means its rule was asked and met, for a fact that is
 * unknown has a finding of its own (`…-unknown`).
 */
export const findingCatalogue = {
  'not-protected': { severity: 'act', misuse: false, requirements: ['DEV1'], looksAt: ['encryption'] },
  'encryption-unknown': { severity: 'check', misuse: false, requirements: ['DEV1'], looksAt: ['encryption'] },
  'unprotected-off-site': {
    severity: 'urgent',
    misuse: true,
    requirements: ['DEV1', 'INC1'],
    looksAt: ['encryption', 'location'],
  },
  'unauthorised-person': { severity: 'act', misuse: true, requirements: ['DEV7', 'INC1'], looksAt: ['sessions'] },
  'sessions-unknown': { severity: 'check', misuse: false, requirements: ['DEV2', 'DEV7'], looksAt: ['sessions'] },
  'photos-over-limit': { severity: 'act', misuse: false, requirements: ['DEV3', 'DEV4'], looksAt: ['photos'] },
  'photos-unknown': { severity: 'check', misuse: false, requirements: ['DEV3'], looksAt: ['photos'] },
  'filtering-off': { severity: 'urgent', misuse: true, requirements: ['DEV5', 'INC1'], looksAt: ['filtering'] },
  'filtering-partial': { severity: 'act', misuse: false, requirements: ['DEV5'], looksAt: ['filtering'] },
  'filtering-unknown': { severity: 'check', misuse: false, requirements: ['DEV5'], looksAt: ['filtering'] },
  silent: { severity: 'act', misuse: false, requirements: ['DEV6'], looksAt: [] },
} as const satisfies Record<string, FindingKind>;

interface FindingKind {
  /** check: cannot tell, look; act: a rule is not met; urgent: children's data or children are at risk now. */
  severity: 'check' | 'act' | 'urgent';
  misuse: boolean;
  requirements: readonly string[];
  /** The sections the rule looks at: while one of them is unknown, the rule cannot say that all is well again. */
  looksAt: readonly SectionName[];
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
