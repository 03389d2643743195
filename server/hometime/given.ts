import type { DeviceView } from '../../shared/api/devices.ts';
import type { HometimeTick } from '../../shared/api/hometime.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Policy } from '../../shared/policy/document.ts';
import type { SectionName } from '../../shared/report/report.ts';

/** A device as it is shown, with what else tells when it was looked at. */
export interface AtHometime {
  device: Pick<DeviceView, 'id' | 'name' | 'kind' | 'enrolledAt' | 'presence' | 'sections' | 'findings' | 'place'>;
  /** The last order to look at everything that the device carried out: when it was given, and what gave no answer. */
  lookedOnOrder: { orderedAt: Instant; unknown: readonly SectionName[] } | undefined;
}

/** What the ticks of a device go by. */
export interface Closing {
  /** The closing time that has passed; null: the setting is open, or has no hours, and nothing counts yet. */
  passedAt: Instant | null;
  policy: Pick<Policy, 'apps' | 'personalApps' | 'networks' | 'beacons'>;
  /** A moment in the words of the setting's own clock: "16:02", with the day when it is another one. */
  clockWords: (at: Instant) => string;
}

/** A tick with what cannot be told, and why, apart: several that have the same reason become one sentence. */
export interface Ticked extends HometimeTick {
  /** `what`: "whether it is charging". */
  doubt?: { what: string; because: string };
}
