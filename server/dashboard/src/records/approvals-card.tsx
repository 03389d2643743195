import { Link } from 'wouter';
import { useApprovals } from '../api/records.ts';
import { ApproveOrder } from '../order/approve-order.tsx';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Trouble } from '../page/trouble.tsx';
import { Ago } from '../page/when.tsx';
import { aimOf, kindOfOrder } from '../words/order-kinds.ts';

/** Orders that nothing happens of before a second administrator agrees. */
export function ApprovalsCard() {
  const approvals = useApprovals();
  const items = approvals.data?.items;
  if (items?.length === 0) return null;
  return (
    <Card title="Waiting for a second administrator">
      {approvals.isError && (
        <Trouble what="These could not be loaded" error={approvals.error} again={() => void approvals.refetch()} />
      )}
      <ul className={styles.rows} aria-label="Orders that wait for approval">
        {items?.map((order) => (
          <li key={order.id}>
            <div className={styles.rowText}>
              <p>
                <strong>
                  {kindOfOrder(order.kind)}: {aimOf(order)}
                </strong>
                , <Link href={`/devices/${order.deviceId}`}>{order.deviceName}</Link>
              </p>
              <p className={styles.note}>
                Asked for by {order.askedBy} <Ago at={order.createdAt} />. Because: {order.reason}
              </p>
            </div>
            <ApproveOrder order={order} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
