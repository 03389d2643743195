import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { farewellSchema } from './farewell.ts';

/** Whether a device speaks, judged by the server's clock alone. */
export const presenceStateSchema = z.enum(['online', 'quiet', 'offline', 'never']);
export type PresenceState = z.infer<typeof presenceStateSchema>;

/** The same as it is shown. */
export const presenceViewSchema = z.strictObject({
  state: presenceStateSchema,
  lastSeenAt: instantSchema.nullable(),
  /** What its agent said as it ended; absent: it has spoken since, or vanished without a word. Nothing is safer for it. */
  farewell: farewellSchema.optional(),
});

/** Three heartbeats of 25 s missed. */
export const quietAfterMs = 75_000;
export const offlineAfterMs = 150_000;

/**
 * Presence from the time since the device last spoke on its present
 * connection; null when it has not spoken since this server started, in which
 * case it is offline whatever the database remembers.
 */
export function judgePresence(msSinceSpoke: number | null, everSeen: boolean): PresenceState {
  if (msSinceSpoke === null) return everSeen ? 'offline' : 'never';
  if (msSinceSpoke < quietAfterMs) return 'online';
  return msSinceSpoke < offlineAfterMs ? 'quiet' : 'offline';
}
