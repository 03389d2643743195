import { z } from 'zod';
import { commandKinds, type EvidenceOf } from '../../shared/command/kinds.ts';
import type { DeviceSettings } from '../../shared/policy/device-settings.ts';
import { resourceFolderSchema } from '../../shared/policy/device-settings.ts';
import { photoPlaceSchema } from '../../shared/report/photos.ts';
import type { PhotoClearing, PhotoSelection, PhotosThere } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';

interface ClearPhotosParts {
  photoClearing: PhotoClearing;
  settings(): Pick<DeviceSettings, 'resourceFolder' | 'mediaSalt'>;
  /** Lets the next report tell the photos there are now. */
  reportPhotos(): void;
  /** How long one look, and the deletion, may take. */
  lookMs?: number;
  clearMs?: number;
}

const defaultLookMs = 10 * 60_000;
const defaultClearMs = 30 * 60_000;

const { args, evidence: evidenceSchema } = commandKinds['clear-photos'];
type Cleared = EvidenceOf<'clear-photos'>['cleared'];

const filesSchema = evidenceSchema.shape.deleted;
const planSchema = z.strictObject({
  selection: z.strictObject({ ...args.shape, resourceFolder: resourceFolderSchema.nullable() }),
  before: z.array(z.strictObject({ place: photoPlaceSchema, files: filesSchema.nullable() })),
});
type Plan = z.infer<typeof planSchema>;
type Deleted = Pick<EvidenceOf<'clear-photos'>, 'deleted' | 'thumbnailsDeleted'>;

/**
 * Deletes photos and videos. What there is to delete is counted before and after, by
 * looking at the disk; how many were deleted does not decide whether it worked.
 *
 * DANGER: without the setting's policy nobody knows which folder holds the teaching
 * resources: a device that has not received it yet deletes nothing.
 */
export function createClearPhotosExecutor(parts: ClearPhotosParts): Executor<'clear-photos'> {
  const { photoClearing, lookMs = defaultLookMs, clearMs = defaultClearMs } = parts;

  /** undefined: there was no answer; a system that cannot do it says so. */
  async function look(
    selection: PhotoSelection,
    signal: AbortSignal,
  ): Promise<PhotosThere[] | 'not-supported' | undefined> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
    const reading = await photoClearing.count(selection, limit).catch(() => undefined);
    signal.throwIfAborted();
    if (reading?.state === 'known') return reading.value;
    return reading?.reason === 'not-supported' ? 'not-supported' : undefined;
  }

  async function judge(plan: Plan, done: Deleted | undefined, signal: AbortSignal): Promise<Outcome> {
    const after = await look(plan.selection, signal);
    parts.reportPhotos();
    if (typeof after !== 'object' || after.length === 0) return { to: 'failed', reason: 'cannot-look' };
    const cleared = after.map(({ place, files, leftInCloudFolders }) => ({
      ...{ place, after: files, leftInCloudFolders },
      before: plan.before.find((row) => row.place === place)?.files ?? { photos: 0, videos: 0 },
    }));
    const evidence = { cleared, ...(done ?? { deleted: missing(cleared), thumbnailsDeleted: 0 }) };
    if (cleared.some((row) => row.after === null)) return { to: 'failed', reason: 'cannot-look', evidence };
    const isClear = commandKinds['clear-photos'].proves(evidence);
    if (isClear) return { to: 'verified', evidence };
    return { to: 'failed', reason: done === undefined ? 'interrupted' : 'photos-left', evidence };
  }

  return {
    async prepare(wanted, signal) {
      const { resourceFolder, mediaSalt } = parts.settings();
      // The salt comes with the policy: without it the policy itself has not come.
      if (mediaSalt === null) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const selection = { ...wanted, resourceFolder };
      const there = await look(selection, signal);
      if (there === 'not-supported') return { outcome: { to: 'refused', reason: 'not-supported' } };
      if (there === undefined) return { outcome: { to: 'failed', reason: 'cannot-look' } };
      const plan = { selection, before: there.map(({ place, files }) => ({ place, files })) };
      let done: Deleted | undefined;
      return {
        plan: JSON.stringify(plan),
        async act() {
          done = await photoClearing.clear(selection, AbortSignal.timeout(clearMs));
        },
        conclude: (concluding) => judge(plan, done, concluding),
      };
    },
    lookOnly: async (plan, signal) => judge(planSchema.parse(JSON.parse(plan)), undefined, signal),
  };
}

/** After an interruption nobody counted what was deleted: what is no longer there of what was. */
function missing(cleared: Cleared): Deleted['deleted'] {
  const sum = { photos: 0, videos: 0 };
  for (const { before, after } of cleared) {
    sum.photos += Math.max(0, before.photos - (after?.photos ?? before.photos));
    sum.videos += Math.max(0, before.videos - (after?.videos ?? before.videos));
  }
  return sum;
}
