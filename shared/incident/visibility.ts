import type { Role } from '../api/people.ts';

/**
 * How much of a case somebody sees. `whole`: all, and they may act on it. `record`: what the server itself wrote,
 * not the words of people. `pseudonymised`: the same without anybody's name. `own`: what they reported themselves,
 * and how the case stands. `nothing`: not that it is there.
 */
export type Sight = 'whole' | 'record' | 'pseudonymised' | 'own' | 'nothing';

/**
 * What each role sees of a case that is not its own report (INC3, INC4). Whoever a case concerns sees nothing of
 * it, whatever stands here; their own report everybody sees at least as `own`.
 */
export const sights: { readonly [Name in Role]: { plain: Sight; confidential: Sight } } = {
  'safeguarding-lead': { plain: 'whole', confidential: 'whole' },
  manager: { plain: 'whole', confidential: 'nothing' },
  deputy: { plain: 'whole', confidential: 'nothing' },
  administrator: { plain: 'record', confidential: 'nothing' },
  committee: { plain: 'pseudonymised', confidential: 'nothing' },
  staff: { plain: 'nothing', confidential: 'nothing' },
};

/**
 * Who looks after a case, in this order: the first role of which there is somebody whom it does not concern.
 * A setting without a safeguarding lead, or whose only lead it is about, has its cases seen by the next;
 * none is ever without anybody. Alternates have the lead's role: any number may.
 */
export const handlerOrder = ['safeguarding-lead', 'manager', 'deputy', 'administrator'] as const satisfies Role[];

/** Whom a report can be about, in the words of its form. */
export const concernedRoles = ['manager', 'deputy', 'safeguarding-lead', 'administrator', 'staff'] as const;
