import { z } from 'zod';
import { accountNameSchema } from '../../names.ts';
import { sectionNames } from '../../report/report.ts';
import { defineKind, hour, minute } from './kind.ts';
import { namedSessionSchema, screenTextSchema } from './logout.ts';

/** A text on the screens of those signed in. */
export const message = defineKind({
  args: z.strictObject({
    text: screenTextSchema,
    /** Absent: everybody who is signed in. */
    people: z.array(accountNameSchema).min(1).max(50).optional(),
  }),
  evidence: z.strictObject({
    /** Every session meant, and whether the text was put on its screen: what the system took, not what a person read. */
    deliveries: z.array(z.strictObject({ session: namedSessionSchema, shown: z.boolean() })).max(200),
  }),
  proves: ({ deliveries }) => deliveries.length > 0 && deliveries.every(({ shown }) => shown),
  expiresAfterMs: hour,
  who: ['manager', 'deputy', 'administrator'],
  loss: 'nothing',
  summary: 'Shows a text on the screens of those who are signed in',
});

/** Runs every probe now. */
export const refresh = defineKind({
  args: z.strictObject({}),
  evidence: z.strictObject({
    /** Sections that were asked again. */
    sections: z.array(z.enum(sectionNames)),
    /** Those of them that gave no answer. */
    unknown: z.array(z.enum(sectionNames)),
  }),
  proves: () => true,
  expiresAfterMs: 10 * minute,
  who: ['manager', 'deputy', 'administrator'],
  loss: 'nothing',
  summary: 'Looks at everything on the device now',
});
