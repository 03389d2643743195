import { z } from 'zod';

/**
 * What an incident is about, in the words of the settings' policies (requirements.md). Codes are in the
 * database and on the wire: never renamed. `confidential`: whether such a case passes the manager by
 * whatever the reporter chose (INC3, INC4). `keep`: how long it is kept, see `retention.ts`.
 */
export const categoryCatalogue = {
  'unprotected-off-premises': row('A device left the premises without encryption', ['DEV1', 'INC1']),
  'unauthorised-use': row('A device used by somebody who is not authorised', ['DEV7', 'INC1']),
  'filtering-failure': row('Filtering off or bypassed on a device children use', ['DEV5', 'INC1']),
  'removable-media': row('Removable media against the setting’s rule', ['DEV10', 'INC1']),
  'personal-webmail-or-social': row('Personal webmail or a social network in use', ['DEV13', 'INC1']),
  'program-installed': row('A program installed without authority', ['DEV8', 'INC1']),
  'photographs-kept': row('Photographs kept or taken out against the rule', ['DEV3', 'DEV4', 'DEV9', 'INC1']),
  'out-of-hours': row('A device used or moved while the setting was closed', ['DEV6', 'INC1']),
  tampering: row('A device or its agent tampered with', ['DEV6', 'INC1']),
  'personal-device': row('A personal phone, tablet or watch on the premises', ['DEV11', 'INC1']),
  'home-computer': row('Children’s details or photographs on a home computer', ['DEV12', 'INC1']),
  'images-shared': row('Images of children posted or shared without consent', ['DUT4', 'INC1'], {
    severity: 'urgent',
    keep: 'safeguarding',
  }),
  'social-media': row('Conduct on social media', ['DUT2', 'INC1']),
  'data-breach': row('Children’s or families’ data lost, stolen or seen by others', ['INC2'], {
    severity: 'urgent',
    keep: 'conduct',
  }),
  damage: row('Damage to a device or to property', ['INC5'], { keep: 'conduct' }),
  'policy-breach': row('Another breach of the policy', ['INC4']),
  'child-concern': row('A concern about a child', ['INC3'], {
    severity: 'urgent',
    confidential: 'always',
    keep: 'safeguarding',
  }),
  'allegation-of-harm': row('An allegation that a person who works here harmed a child', ['INC2', 'INC3'], {
    severity: 'urgent',
    confidential: 'always',
    keep: 'allegation',
  }),
} as const satisfies Record<string, CategoryKind>;

export interface CategoryKind {
  label: string;
  requirements: readonly string[];
  severity: 'check' | 'act' | 'urgent';
  confidential: 'always' | 'by-choice';
  keep: 'log' | 'conduct' | 'safeguarding' | 'allegation';
}

function row(
  label: string,
  requirements: readonly string[],
  { severity = 'act', confidential = 'by-choice', keep = 'log' }: Partial<Omit<CategoryKind, 'label'>> = {},
): CategoryKind {
  return { label, requirements, severity, confidential, keep };
}

export type Category = keyof typeof categoryCatalogue;
export const categorySchema = z.enum(Object.keys(categoryCatalogue) as Category[]);

/** The category of a case that the server opens by itself, by the finding's code. */
const categoryOfMatter: Readonly<Record<string, Category>> = {
  'unprotected-off-site': 'unprotected-off-premises',
  'unauthorised-person': 'unauthorised-use',
  'filtering-off': 'filtering-failure',
  'filtering-bypassed': 'filtering-failure',
  'removable-media': 'removable-media',
  'personal-app': 'personal-webmail-or-social',
  'program-installed-unauthorised': 'program-installed',
  'photos-kept-past-limit': 'photographs-kept',
  'used-out-of-hours': 'out-of-hours',
  'moved-at-night': 'out-of-hours',
  'tried-while-blocked': 'unprotected-off-premises',
  'agent-tampered': 'tampering',
  'agent-silent': 'tampering',
};

/** A matter without a row is a breach of the policy all the same: its case is opened, whatever it is called. */
export function categoryOf(matter: string): Category {
  return categoryOfMatter[matter] ?? 'policy-breach';
}
