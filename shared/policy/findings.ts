import { z } from 'zod';
import type { Instant } from '../instant.ts';
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
  'photos-off-site': { severity: 'act', misuse: false, requirements: ['DEV9'], looksAt: ['photos', 'location'] },
  /** The guard of the device blocks it, by its own word. */
  'device-blocked': { severity: 'act', misuse: false, requirements: ['DEV1'], looksAt: ['agent'] },
  'tried-while-blocked': { severity: 'act', misuse: true, requirements: ['DEV1', 'INC1'], looksAt: ['agent'] },
  'moved-at-night': { severity: 'urgent', misuse: true, requirements: ['DEV6', 'INC1'], looksAt: ['location'] },
  'used-out-of-hours': {
    severity: 'act',
    misuse: true,
    requirements: ['DEV6', 'INC1'],
    looksAt: ['sessions', 'apps'],
  },
  /** The closing time has passed, and somebody or something is still signed in. */
  'hometime-missed': { severity: 'act', misuse: false, requirements: ['DEV2'], looksAt: ['sessions', 'apps'] },
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
  'photos-too-old': { severity: 'act', misuse: false, requirements: ['DEV3', 'DEV4'], looksAt: ['photos'] },
  /** Too many or too old, and warned of for as long as the setting waits. */
  'photos-kept-past-limit': {
    severity: 'act',
    misuse: true,
    requirements: ['DEV3', 'DEV4', 'INC1'],
    looksAt: ['photos'],
  },
  'filtering-off': { severity: 'urgent', misuse: true, requirements: ['DEV5', 'INC1'], looksAt: ['filtering'] },
  'filtering-bypassed': { severity: 'urgent', misuse: true, requirements: ['DEV5', 'INC1'], looksAt: ['filtering'] },
  'filtering-partial': { severity: 'act', misuse: false, requirements: ['DEV5'], looksAt: ['filtering'] },
  'filtering-unknown': { severity: 'check', misuse: false, requirements: ['DEV5'], looksAt: ['filtering'] },
  'administrator-on-child-device': { severity: 'act', misuse: false, requirements: ['DEV8'], looksAt: ['rights'] },
  'automatic-sign-in': { severity: 'act', misuse: false, requirements: ['DEV7'], looksAt: ['rights'] },
  'no-screen-lock': { severity: 'act', misuse: false, requirements: ['DEV7'], looksAt: ['rights'] },
  /** No demand names firewalls, and many systems come with theirs off: to be looked at, and no rule that is broken. */
  'firewall-off': { severity: 'check', misuse: false, requirements: ['DEV7', 'DEV8'], looksAt: ['rights'] },
  'antivirus-off': { severity: 'act', misuse: false, requirements: ['DEV7', 'DEV8'], looksAt: ['rights'] },
  'program-installed-unauthorised': {
    severity: 'act',
    misuse: true,
    requirements: ['DEV8', 'INC1'],
    looksAt: ['programs', 'sessions'],
  },
  'program-installed': { severity: 'check', misuse: false, requirements: ['DEV8'], looksAt: ['programs'] },
  'guards-unknown': {
    severity: 'check',
    misuse: false,
    requirements: ['DEV7', 'DEV8'],
    looksAt: ['rights', 'programs'],
  },
  'agent-tampered': { severity: 'urgent', misuse: true, requirements: ['DEV6', 'INC1'], looksAt: ['agent'] },
  /** The agent ended while the system went on. */
  'agent-silent': { severity: 'act', misuse: true, requirements: ['DEV6', 'INC1'], looksAt: ['agent'] },
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
  /** The rules by which it guards itself are past their date; they hold all the same. */
  'rules-expired': { severity: 'check', misuse: false, requirements: ['DEV1', 'DEV2'], looksAt: ['agent'] },
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
  /** Until then it is a fault to put right and no misuse yet; null: it has no grace, or the grace is over. */
  graceUntil: Instant | null;
  /** What is wrong, in a sentence a manager understands. */
  text: string;
  /** How to put it right. */
  remedy: string;
}

/** Whether it counts as misuse now, and opens an incident: not while its grace runs. */
export function isMisuse({ code, graceUntil }: Pick<Finding, 'code' | 'graceUntil'>): boolean {
  return findingCatalogue[code].misuse && graceUntil === null;
}
