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
  'apps-unknown': { severity: 'check', misuse: false, requirements: ['DEV2', 'DEV13'], looksAt: ['apps'] },
  'personal-app': { severity: 'act', misuse: true, requirements: ['DEV13', 'INC1'], looksAt: ['apps'] },
  'personal-app-possible': { severity: 'check', misuse: false, requirements: ['DEV13'], looksAt: ['apps'] },
  'removable-media': { severity: 'act', misuse: true, requirements: ['DEV10', 'INC1'], looksAt: ['media'] },
  'removable-media-unknown': { severity: 'check', misuse: false, requirements: ['DEV10'], looksAt: ['media'] },
  'media-unknown': { severity: 'check', misuse: false, requirements: ['DEV10'], looksAt: ['media'] },
  'photos-over-limit': { severity: 'act', misuse: false, requirements: ['DEV3', 'DEV4'], looksAt: ['photos'] },
  'photos-unknown': { severity: 'check', misuse: false, requirements: ['DEV3'], looksAt: ['photos'] },
  'filtering-off': { severity: 'urgent', misuse: true, requirements: ['DEV5', 'INC1'], looksAt: ['filtering'] },
  'filtering-partial': { severity: 'act', misuse: false, requirements: ['DEV5'], looksAt: ['filtering'] },
  'filtering-unknown': { severity: 'check', misuse: false, requirements: ['DEV5'], looksAt: ['filtering'] },
  'administrator-on-child-device': { severity: 'act', misuse: false, requirements: ['DEV8'], looksAt: ['rights'] },
  'automatic-sign-in': { severity: 'act', misuse: false, requirements: ['DEV7'], looksAt: ['rights'] },
  'no-screen-lock': { severity: 'act', misuse: false, requirements: ['DEV7'], looksAt: ['rights'] },
  /** No demand names firewalls, and many systems come with theirs off: to be looked at, and no rule that is broken. */
  'firewall-off': { severity: 'check', misuse: false, requirements: ['DEV7', 'DEV8'], looksAt: ['rights'] },
  'antivirus-off': { severity: 'act', misuse: false, requirements: ['DEV7', 'DEV8'], looksAt: ['rights'] },
  'program-installed': { severity: 'check', misuse: false, requirements: ['DEV8'], looksAt: ['programs'] },
  'guards-unknown': {
    severity: 'check',
    misuse: false,
    requirements: ['DEV7', 'DEV8'],
    looksAt: ['rights', 'programs'],
  },
  /** The device's agent knows only the first sections: what came later cannot be asked of it. */
  'agent-outdated': { severity: 'check', misuse: false, requirements: ['DEV2', 'DEV8', 'DEV10'], looksAt: ['agent'] },
  'agent-failing': { severity: 'check', misuse: false, requirements: ['DEV6'], looksAt: ['agent'] },
  /** Times of the device are put right by the server's; what the device itself does by the clock is not. */
  'clock-wrong': { severity: 'check', misuse: false, requirements: ['DEV2', 'DEV6'], looksAt: ['agent'] },
  /** It looks by other settings than its setting's present ones. */
  'settings-old': {
    severity: 'check',
    misuse: false,
    requirements: ['DEV2', 'DEV4', 'DEV5', 'DEV10'],
    looksAt: ['agent'],
  },
  /** What Android tells no app, once and all together: the place of those findings that can never end there. */
  'android-untold': {
    severity: 'check',
    misuse: false,
    requirements: ['DEV2', 'DEV5', 'DEV7', 'DEV8', 'DEV10'],
    looksAt: ['sessions', 'apps', 'media', 'filtering', 'rights', 'programs'],
  },
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
/** The findings that open an incident. */
export type MisuseCode = {
  [Code in FindingCode]: (typeof findingCatalogue)[Code]['misuse'] extends true ? Code : never;
}[FindingCode];
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
