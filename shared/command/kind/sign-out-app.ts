import { z } from 'zod';
import { accountNameSchema } from '../../names.ts';
import { appAnswerSchema, appIdSchema } from '../../report/apps.ts';
import { defineKind, hour } from './kind.ts';

const appStateSchema = z.strictObject({
  app: appIdSchema,
  answer: appAnswerSchema,
  /** Profiles in which something of a sign-in was found; 0 beside `unknown` proves nothing. */
  profiles: z.int().nonnegative(),
});

/**
 * Signs people out of Famly and the like in every profile of every browser: the
 * browser is closed politely, then ended; cookies and stored data of the app's hosts
 * are deleted once no process holds the profile; then the device looks again (DEV2).
 */
export const signOutApp = defineKind({
  args: z.strictObject({
    /** Names of the app list. Absent: every app of the list that holds children's data. */
    apps: z.array(appIdSchema).min(1).max(64).optional(),
    /** Account names as the device reported them. Absent: everybody's profiles. */
    people: z.array(accountNameSchema).min(1).max(50).optional(),
  }),
  evidence: z.strictObject({
    appsBefore: z.array(appStateSchema).max(64),
    appsAfter: z.array(appStateSchema).max(64),
    /** Browsers that were running on a profile concerned and were closed, or ended when they would not close. */
    browsersClosed: z.int().nonnegative(),
    browsersEnded: z.int().nonnegative(),
  }),
  proves: ({ appsAfter }) => appsAfter.length > 0 && appsAfter.every(({ answer }) => answer === 'signed-out'),
  expiresAfterMs: 12 * hour,
  who: ['administrator'],
  loss: 'nothing',
  summary: 'Signs people out of Famly and the like in every browser of the device',
});
