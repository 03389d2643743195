import type { Medium } from '../../../shared/report/media.ts';

/** What one part of a medium (a partition, a volume) is. `blank`: nothing on it that could hold a file. */
export type PartEncryption = Medium['encryption'];

/**
 * What a whole medium is, from its parts; without any part, unknown. "Encrypted" is
 * said only when every part that could hold a file was seen to be.
 */
export function wholeEncryption(parts: readonly PartEncryption[]): Medium['encryption'] {
  const has = (kind: PartEncryption) => parts.includes(kind);
  if (has('partial')) return 'partial';
  if (has('not-encrypted')) return has('encrypted') ? 'partial' : 'not-encrypted';
  if (has('unknown') || parts.length === 0) return 'unknown';
  return has('encrypted') ? 'encrypted' : 'blank';
}

/** Whole gigabytes (10^9 bytes), at least 1; null: nothing told, or no medium in the drive. */
export function wholeGigabytes(bytes: number): number | null {
  return Number.isFinite(bytes) && bytes > 0 ? Math.max(1, Math.round(bytes / 1e9)) : null;
}
