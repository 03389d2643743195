import type { Instant } from '../instant.ts';
import type { DeviceKind, PlatformName } from '../names.ts';
import type { Sections } from '../report/report.ts';

/** All that the policy looks at: what the device reported, and what the setting said of it. */
export interface Facts {
  kind: DeviceKind;
  /** What its agent said it runs on; null: it has not yet. What a system cannot tell any app is said by this. */
  platform: PlatformName | null;
  /** Children can use it: filtering is then required (DEV5). */
  childFacing: boolean;
  /** Account names that may sign in; null: the setting has not said, so the rule does not apply (DEV7). */
  assignedPeople: readonly string[] | null;
  sections: Sections;
  /** The settings the server has for it now, and since when: what it says it looks by is held against them. */
  settings: { version: number; since: Instant };
  /** When the device last spoke, by the server's clock; null: never since it was enrolled. */
  lastSeenAt: Instant | null;
  /** When it was enrolled; null: not yet. */
  enrolledAt: Instant | null;
}
