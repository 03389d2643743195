import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CommandView } from '../../../../shared/api/commands.ts';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import { isFinal } from '../../../../shared/command/life.ts';
import { useMay } from '../api/allowed.ts';
import { useOrders } from '../api/queries.ts';
import { Card } from '../page/card.tsx';
import { Badge } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Ago } from '../page/when.tsx';
import { canCancel, stateTitle, stateTone } from '../words/command.ts';
import { aimOf, kindOfOrder } from '../words/order-kinds.ts';
import { ApproveOrder } from './approve-order.tsx';
import { CancelOrder } from './cancel-order.tsx';
import { ClearQueue } from './clear-queue.tsx';
import styles from './order.module.css';
import { OrderTimeline } from './order-timeline.tsx';

/** The orders given to a device, newest first, with their true states. `inDialogue`: the id of the one a dialogue shows already. */
export function OrdersCard({ device, inDialogue }: { device: DeviceView; inDialogue: string | undefined }) {
  const orders = useOrders(device.id);
  const may = useMay();
  const items = orders.data?.pages.flatMap((page) => page.items);
  const waits = items?.some(({ state }) => canCancel(state)) === true;
  return (
    <Card title="Orders" aside={may('clearQueue') && <ClearQueue device={device} isOffered={waits} />}>
      {orders.isPending && <Waiting what="Asking for its orders…" />}
      {orders.isError && (
        <Trouble what="Its orders could not be loaded" error={orders.error} again={() => void orders.refetch()} />
      )}
      {items?.length === 0 && <p className={styles.meta}>Nothing has been ordered of this device.</p>}
      <ul className={styles.orders}>
        {items?.map((order) => (
          <Order key={order.id} order={order} device={device} isRead={order.id !== inDialogue} />
        ))}
      </ul>
      {orders.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={orders.isFetchingNextPage}
          onClick={() => void orders.fetchNextPage()}
        >
          Show more orders
        </Button>
      )}
    </Card>
  );
}

function Order({ order, device, isRead }: { order: CommandView; device: DeviceView; isRead: boolean }) {
  // As it was at first: an order that ends while somebody watches it does not fold itself away.
  const [isOpenAtFirst] = useState(() => !isFinal(order.state));
  return (
    <li className={styles.order}>
      <details open={isOpenAtFirst}>
        <summary>
          <span>
            <Badge tone={stateTone(order.state)}>{stateTitle(order.state)}</Badge>
            <strong>
              {kindOfOrder(order.kind)}: {aimOf(order)}
            </strong>
            <span className={styles.meta}>
              <Ago at={order.createdAt} />, by {order.askedBy}
              {order.batchId !== null && ', with others'}
            </span>
          </span>
        </summary>
        <div className={styles.orderBody}>
          <p>Because: {order.reason}</p>
          <OrderTimeline order={order} presence={device.presence.state} isRead={isRead} />
          <ApproveOrder order={order} />
          <CancelOrder order={order} />
        </div>
      </details>
    </li>
  );
}
