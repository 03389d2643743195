import { Button, Group } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import type { z } from 'zod';
import type { batchAnswerSchema } from '../../../../shared/api/batches.ts';
import type { CommandView } from '../../../../shared/api/commands.ts';
import { type CommandState, isFinal } from '../../../../shared/command/life.ts';
import { counted } from '../../../../shared/words.ts';
import { useBackend } from '../api/backend.ts';
import { useDevices } from '../api/queries.ts';
import { useLive } from '../live/use-live.ts';
import styles from '../order/order.module.css';
import { Badge } from '../page/said.tsx';
import { batchSentence, stateCounts } from '../words/batch.ts';
import { stateTitle, stateTone } from '../words/command.ts';
import { reasonSentence } from '../words/order-reasons.ts';
import own from './batch.module.css';

export type Ordered = z.infer<typeof batchAnswerSchema>;

/** How many orders are asked for again one by one after the page was cut off. */
const mostAskedAgain = 100;

/** Many orders as they move: how many stand in each state, and which. */
export function BatchProgress({ ordered, onClose }: { ordered: Ordered; onClose: () => void }) {
  const orders = useBatch(ordered.batchId);
  const { states, unheard } = stateCounts(orders, ordered.ordered);
  const isOver = unheard === 0 && orders.every(({ state }) => isFinal(state));
  return (
    <div className={styles.form}>
      <p className={styles.sentence} aria-live="polite">
        {batchSentence(orders, ordered.ordered)}
      </p>
      <ul className={own.counts} aria-label="Orders by state">
        {states.map(({ state, count }) => (
          <OneState key={state} state={state} count={count} orders={orders} />
        ))}
      </ul>
      {unheard > 0 && (
        <p className={styles.meta}>
          {unheard.toLocaleString('en-GB')} more were ordered, and this page has not heard of them yet.
        </p>
      )}
      {ordered.refused > 0 && (
        <p className={styles.meta}>Nothing was ordered of {counted(ordered.refused, 'device')}, as the dry run said.</p>
      )}
      {!isOver && (
        <p className={styles.meta}>
          You can close this window: the orders go on, and each device’s page shows its own.
        </p>
      )}
      <Group justify="flex-end">
        <Button data-autofocus variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </div>
  );
}

interface OneStateProps {
  state: CommandState;
  count: number;
  orders: readonly CommandView[];
}

function OneState({ state, count, orders }: OneStateProps) {
  const those = orders.filter((order) => order.state === state);
  const reasons = [...new Set(those.map(({ moves }) => moves.at(-1)?.reason ?? null))].filter((why) => why !== null);
  return (
    <li>
      <p>
        <Badge tone={stateTone(state)}>{stateTitle(state)}</Badge> <strong>{count.toLocaleString('en-GB')}</strong>
      </p>
      <p className={own.names}>{those.map(({ deviceName }) => deviceName).join(', ')}</p>
      {reasons.map((why) => (
        <p key={why} className={styles.meta}>
          {reasonSentence(why)}
        </p>
      ))}
    </li>
  );
}

/** The batch's orders as the socket tells of them; what was missed is asked for. */
function useBatch(batchId: string): readonly CommandView[] {
  const { call, live } = useBackend();
  const devices = useDevices();
  const status = useLive();
  const orders = useSyncExternalStore(live.batches.subscribe, () => live.batches.of(batchId));
  useEffect(() => {
    for (const device of devices.data ?? [])
      for (const order of device.openCommands) if (order.batchId === batchId) live.batches.note(order);
  }, [devices.data, batchId, live]);
  useEffect(() => {
    if (status.state !== 'live') return;
    const open = live.batches.of(batchId).filter(({ state }) => !isFinal(state));
    for (const { id } of open.slice(0, mostAskedAgain))
      call('showCommand', { params: { id } }).then(live.batches.note, () => undefined);
  }, [status, batchId, live, call]);
  return orders;
}
