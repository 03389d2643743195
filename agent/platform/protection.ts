import type { UnknownDetail, UnknownReason } from '../../shared/reading.ts';
import type { Protection, Volume } from '../../shared/report/encryption.ts';

/** Why something about a device's volumes cannot be told. */
export interface Doubt {
  reason: UnknownReason;
  detail?: UnknownDetail;
}

export type ProtectionVerdict = { protection: Protection } | { unknown: Doubt };

/** The doubt when volumes are unknown and nobody said why. */
const undescribed: Doubt = { reason: 'disks-not-described' };

/**
 * Whether a device is protected, from its volumes, on every system (platforms.md
 * section 1): the system volume and every fixed volume that holds people's data
 * or swap must be encrypted, with the key guarded and no conversion running.
 * `boot` volumes may be plain.
 *
 * INVARIANT: `protected` needs proof for every counted volume. No volume, no
 * system volume, one unknown volume or one doubt is never `protected`.
 * A volume that is certainly plain decides on its own, whatever is unknown beside it.
 */
export function judgeProtection(volumes: readonly Volume[], doubts: readonly Doubt[]): ProtectionVerdict {
  const counted = volumes.filter((volume) => volume.holds !== 'boot');
  const some = (...states: readonly Volume['state'][]) => counted.some((volume) => states.includes(volume.state));

  if (some('not-protected', 'suspended')) {
    return { protection: some('protected', 'locked', 'converting', 'partial') ? 'partial' : 'not-protected' };
  }
  if (doubts.length > 0 || some('unknown')) return { unknown: doubts[0] ?? undescribed };
  if (some('converting')) return { protection: 'converting' };
  if (some('partial')) return { protection: 'partial' };
  const systemProved = counted.some((volume) => volume.holds === 'system' && volume.state === 'protected');
  return systemProved ? { protection: 'protected' } : { unknown: undescribed };
}
