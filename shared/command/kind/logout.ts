import { z } from 'zod';
import { freeText } from '../../free-text.ts';
import { accountNameSchema } from '../../names.ts';
import { sessionSchema } from '../../report/sessions.ts';
import { defineKind, hour } from './kind.ts';

/**
 * One session, named so that no other is meant: systems use session numbers
 * again after a restart, for whoever signs in first.
 */
export const namedSessionSchema = sessionSchema.pick({ id: true, person: true, since: true });
export type NamedSession = z.infer<typeof namedSessionSchema>;

/** A text on people's screens. Shown as it stands: no markup, no line breaks. */
export const screenTextSchema = freeText('what people are to read on the screen of the device', {
  max: 200,
  separators: 'allowed',
});

/** Said on the screens of those concerned before anything is done; people save their work. */
export const noticeSchema = z.strictObject({
  seconds: z.int().min(5).max(600),
  /** Absent: the agent's own words. */
  text: screenTextSchema.optional(),
});
export type Notice = z.infer<typeof noticeSchema>;

/** Ends sessions of people: those named, or everybody's when nothing is named. */
export const logout = defineKind({
  args: z.strictObject({
    /** Single sessions as the device reported them; all three must agree. */
    sessions: z.array(namedSessionSchema).min(1).max(50).optional(),
    /** Account names as the device reported them. */
    people: z.array(accountNameSchema).min(1).max(50).optional(),
    /** Absent: at once. */
    notice: noticeSchema.optional(),
  }),
  evidence: z.strictObject({
    /** The sessions the order is about, as seen before acting. */
    before: z.array(sessionSchema).max(200),
    /** All that the order is about, as seen by looking again: also a session that began meanwhile, of somebody named or, for everybody, of anybody. */
    after: z.array(sessionSchema).max(200),
    /**
     * Whether the device would have signed somebody in by itself again. `held-back`: it is kept from
     * it until its next start; `not-set`: it never would. Absent: it could not be told.
     */
    automaticSignIn: z.enum(['held-back', 'not-set']).optional(),
    /** How many of `before` were shown the notice. Absent: none was asked for. */
    noticeShown: z.int().nonnegative().optional(),
  }),
  proves: ({ after }) => after.length === 0,
  expiresAfterMs: 12 * hour,
  who: ['administrator'],
  loss: 'nothing',
  summary: 'Logs people out of the device for good, after a notice',
});
