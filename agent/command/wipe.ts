import { z } from 'zod';
import { wipeReceiptSchema } from '../../shared/command/kind/wipe.ts';
import type { OutcomeReason } from '../../shared/command/life.ts';
import type { ActionResult, Wiping } from '../platform/actions.ts';
import type { Executor, Outcome } from './executor.ts';

interface WipeParts {
  wiping: Wiping;
  /** How long the look afterwards may take. */
  lookMs?: number;
}

const defaultLookMs = 60_000;
const planSchema = z.strictObject({ receipt: wipeReceiptSchema });
type Plan = z.infer<typeof planSchema>;

/**
 * Wipes people's data, or the whole device. The runner acts only once the server has
 * the receipt, and an order that was started is never begun again.
 *
 * Of a device that was wiped nothing is heard any more: whoever can still judge here was
 * not wiped. So level `device` is never verified by the device.
 */
export function createWipeExecutor({ wiping, lookMs = defaultLookMs }: WipeParts): Executor<'wipe'> {
  async function judge({ receipt }: Plan, reason: OutcomeReason, signal: AbortSignal): Promise<Outcome> {
    if (receipt.level === 'device') return { to: 'failed', reason, evidence: { receipt } };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
    const left = await wiping.peopleLeft(limit).catch(() => undefined);
    signal.throwIfAborted();
    if (left?.state !== 'known') return { to: 'failed', reason: 'cannot-look', evidence: { receipt } };
    const evidence = { receipt, peopleLeft: left.value };
    return left.value === 0 ? { to: 'verified', evidence } : { to: 'failed', reason, evidence };
  }

  return {
    async prepare({ level }, _signal) {
      const prepared = await wiping.prepare(level);
      if (!prepared.ready) return { outcome: { to: 'refused', reason: prepared.reason } };
      const { receipt } = prepared;
      let result: ActionResult | undefined;
      return {
        plan: JSON.stringify({ receipt } satisfies Plan),
        receipt: { receipt },
        async act() {
          result = await (level === 'people' ? wiping.wipePeople() : wiping.destroyDevice());
        },
        conclude: (concluding) =>
          judge({ receipt }, result === undefined || result.done ? 'action-failed' : result.reason, concluding),
      };
    },
    lookOnly: async (plan, signal) => judge(planSchema.parse(JSON.parse(plan)), 'interrupted', signal),
  };
}
