import type { BatchPreview } from '../../../../shared/api/batches.ts';
import type { CommandView } from '../../../../shared/api/commands.ts';
import { type CommandState, commandStateSchema } from '../../../../shared/command/life.ts';
import { counted } from '../../../../shared/words.ts';

type Row = BatchPreview['devices'][number];
type Why = NonNullable<Row['why']>;

const whys: { readonly [Name in Why]: string } = {
  'not-enrolled': 'have not joined yet',
  'observe-mode': 'are in observe mode and refuse to act',
  'forbidden-on-device': 'forbid this order on the device itself',
  held: 'are held by the safeguarding lead',
  'not-supported': 'have a system that lets nobody do this from here; each device’s page says what it would take',
};

/** A group of the dry run: what would happen there, and at how many. */
export interface PreviewGroup {
  title: string;
  names: readonly string[];
  /** Devices that the list does not name. */
  more: number;
}

/** The dry run in groups: now, later, and refused by reason. Numbers are of all; names are those that the server listed. */
export function previewGroups(preview: BatchPreview): PreviewGroup[] {
  const named = (will: Row['will']) => preview.devices.filter((row) => row.will === will);
  const [now, later, refused] = [named('now'), named('later'), named('refused')];
  const reasons = [...new Set(refused.map(({ why }) => why))];
  const group = (title: string, rows: readonly Row[], total: number): PreviewGroup[] =>
    total === 0 ? [] : [{ title, names: rows.map(({ deviceName }) => deviceName), more: total - rows.length }];
  return [
    ...group(`${counted(preview.now, 'device')} now`, now, preview.now),
    ...group(`${counted(preview.later, 'device')} later, when next seen`, later, preview.later),
    ...reasons.flatMap((why) => {
      const rows = refused.filter((row) => row.why === why);
      return group(refusedTitle(rows.length, why), rows, rows.length);
    }),
    ...group(
      `${counted(preview.refused - refused.length, 'more device')} refuse`,
      [],
      preview.refused - refused.length,
    ),
  ];
}

function refusedTitle(count: number, why: Row['why']): string {
  return `Nothing at ${counted(count, 'device')}: ${why === null ? 'the server refuses it there' : `they ${whys[why]}`}`;
}

/** Why the dry run cannot be ordered; empty where it can. */
export function batchBarrier({ now, later, limit }: BatchPreview): string {
  if (now + later === 0) return 'None of these devices would do it, so there is nothing to order.';
  if (limit !== null && now + later > limit)
    return `This order may go to ${counted(limit, 'device')} at once, and these are ${(now + later).toLocaleString('en-GB')}. Choose fewer.`;
  return '';
}

/** How many orders stand in each state, the furthest first; `unheard`: those that nothing was heard of yet. */
export function stateCounts(
  orders: readonly Pick<CommandView, 'state'>[],
  ordered: number,
): { states: { state: CommandState; count: number }[]; unheard: number } {
  const states = [...commandStateSchema.options]
    .map((state) => ({ state, count: orders.filter((order) => order.state === state).length }))
    .filter(({ count }) => count > 0);
  return { states, unheard: Math.max(0, ordered - orders.length) };
}

/** The sentence of a batch: "Done on all" only when every order is verified. */
export function batchSentence(orders: readonly Pick<CommandView, 'state'>[], ordered: number): string {
  const verified = orders.filter(({ state }) => state === 'verified').length;
  if (ordered > 0 && verified === ordered)
    return ordered === 1
      ? 'Done, and verified by the device.'
      : `Done on all ${counted(ordered, 'device')}, and verified by each.`;
  return `Verified by ${verified.toLocaleString('en-GB')} of ${counted(ordered, 'device')} so far.`;
}
