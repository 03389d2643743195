import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useBackend } from '../api/backend.ts';
import styles from '../page/page.module.css';
import { stateTitle } from '../words/command.ts';
import { kindOfOrder } from '../words/order-kinds.ts';

/** Orders that go on though whoever asked for them has left: each leads to its device. */
export function OpenOrders({ ids }: { ids: readonly string[] }) {
  const { call } = useBackend();
  const orders = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['order', id],
      queryFn: () => call('showCommand', { params: { id } }),
    })),
  });
  if (ids.length === 0) return null;
  return (
    <ul className={styles.rows} aria-label="Orders that go on">
      {orders.map(({ data }, index) => (
        <li key={ids[index]}>
          {data === undefined ? (
            'One order'
          ) : (
            <span>
              {kindOfOrder(data.kind)}, <Link href={`/devices/${data.deviceId}`}>{data.deviceName}</Link>:{' '}
              {stateTitle(data.state).toLowerCase()}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
