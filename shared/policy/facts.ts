import type { Instant } from '../instant.ts';
import type { DeviceKind, PlatformName } from '../names.ts';
import type { Sections } from '../report/report.ts';
import type { KnownFarewells } from './farewell.ts';
import type { FindingCode } from './findings.ts';

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
  /** What its agent said as it ended. Absent: a device that judges itself, or nothing ever. */
  farewells?: KnownFarewells | undefined;
  /** What was known of its place before: graces are judged by it. Whoever evaluates keeps what `evaluate` answers. */
  placeMemory: PlaceMemory;
  /** Since when findings hold that stood before this evaluation; those that are new are left out. */
  standingSince: { readonly [Code in FindingCode]?: Instant | undefined };
  /**
   * Until when it is known that the facts hold: a device that was switched off runs out of no grace meanwhile.
   * Absent: now, as with a device that judges itself.
   */
  observedUntil?: Instant | undefined;
}

/** Where a device was, and since when that cannot be told. */
export interface PlaceMemory {
  /** The last place that could be told; null: none ever. */
  last: 'on-site' | 'off-site' | null;
  /** Since when it was there, as first seen after it had been elsewhere; null or absent: not known. */
  lastSince?: Instant | null | undefined;
  /** Since when the place cannot be told; null: it can, or it was never asked. */
  unknownSince: Instant | null;
}

/** What a device is judged by whose place was never told. */
export const noPlaceMemory: PlaceMemory = { last: null, lastSince: null, unknownSince: null };
