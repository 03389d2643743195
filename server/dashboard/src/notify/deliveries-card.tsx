import { Button } from '@mantine/core';
import type { DeliveryView } from '../../../../shared/api/notify.ts';
import { counted } from '../../../../shared/words.ts';
import { useDeliveries } from '../api/notify.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Badge } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { deliveryWords, outcomeWords, purposeWords } from '../words/notify.ts';
import own from './notify.module.css';

/** Every e-mail and webhook call, with each attempt. */
export function DeliveriesCard() {
  const deliveries = useDeliveries();
  const items = deliveries.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="What was sent">
      <p className={styles.note}>“Taken” means that the other side took it, and not that somebody read it.</p>
      {deliveries.isPending && <Waiting what="Asking what was sent…" />}
      {deliveries.isError && (
        <Trouble what="This could not be loaded" error={deliveries.error} again={() => void deliveries.refetch()} />
      )}
      {items?.length === 0 && <p className={styles.note}>Nothing was sent yet.</p>}
      <ul className={styles.rows} aria-label="What was sent, newest first">
        {items?.map((delivery) => (
          <Delivery key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {deliveries.hasNextPage && (
        <Button
          variant="default"
          loading={deliveries.isFetchingNextPage}
          onClick={() => void deliveries.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Card>
  );
}

function Delivery({ delivery }: { delivery: DeliveryView }) {
  const { text, tone } = deliveryWords(delivery);
  const { attempts } = delivery;
  return (
    <li>
      <div className={styles.rowText}>
        <p>
          <strong>{purposeWords(delivery.purpose)}</strong>, {delivery.channel === 'mail' ? 'e-mail' : 'webhook'} to{' '}
          {delivery.to ?? 'somebody who is gone'}
        </p>
        <p className={styles.note}>
          <At at={delivery.createdAt} />, {counted(attempts.length, 'attempt')}
          {delivery.nextAt !== null && delivery.state === 'waiting' && attempts.length > 0 && (
            <>
              ; again <At at={delivery.nextAt} />
            </>
          )}
        </p>
        {attempts.some(({ outcome }) => outcome !== 'accepted') && (
          <ol className={own.attempts} aria-label="Attempts">
            {attempts.map((attempt) => (
              <li key={attempt.at}>
                <At at={attempt.at} />: {outcomeWords(attempt)}
              </li>
            ))}
          </ol>
        )}
      </div>
      <Badge tone={tone}>{text}</Badge>
    </li>
  );
}
