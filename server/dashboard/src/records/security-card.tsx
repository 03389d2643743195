import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { SecurityEventView } from '../../../../shared/api/safeguards.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { useSecurityEvents } from '../api/records.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Badge, ToneIcon } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Ago, At } from '../page/when.tsx';
import { timesWords } from '../words/incident.ts';
import { securityWords } from '../words/security.ts';

/** What may be an attack, or a fault that looks like one. */
export function SecurityCard() {
  const events = useSecurityEvents();
  const items = events.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="Security events">
      {events.isPending && <Waiting what="Asking for the events…" />}
      {events.isError && (
        <Trouble what="The events could not be loaded" error={events.error} again={() => void events.refetch()} />
      )}
      {items?.length === 0 && (
        <p className={styles.note}>
          None on record. A forged order, guessed passwords, a wiped device that comes back: it would stand here.
        </p>
      )}
      <ul className={styles.rows} aria-label="Security events, newest first">
        {items?.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ul>
      {events.hasNextPage && (
        <Button variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          Show more events
        </Button>
      )}
    </Card>
  );
}

function Event({ event }: { event: SecurityEventView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const may = useMay();
  const { title, advice, tone } = securityWords(event.code);
  const seen = useMutation({
    mutationFn: () => call('markSecurityEventSeen', { params: { id: String(event.id) }, body: {} }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.securityEvents }),
    onError: (error) => notifications.show({ color: 'red', title: 'It was not noted', message: sentenceOf(error) }),
  });
  return (
    <li>
      <div className={styles.rowText}>
        <p className={styles.signed} data-tone={tone}>
          <ToneIcon tone={tone} />
          <strong>{title}</strong>
        </p>
        <p>{advice}</p>
        <p className={styles.note}>
          {event.deviceId !== null && (
            <>
              <Link href={`/devices/${event.deviceId}`}>{event.deviceName ?? 'A device'}</Link>;{' '}
            </>
          )}
          first <At at={event.firstAt} />, last <Ago at={event.lastAt} />, {timesWords(event.count)}
        </p>
      </div>
      {event.seenBy === null ? (
        <div className={styles.buttons}>
          <Badge tone="warn">Not looked at yet</Badge>
          {may('markSecurityEventSeen') && (
            <Button
              variant="default"
              size="sm"
              aria-label={`I have looked at it: ${title}`}
              loading={seen.isPending}
              onClick={() => seen.mutate()}
            >
              I have looked at it
            </Button>
          )}
        </div>
      ) : (
        <span className={styles.note}>Looked at by {event.seenBy}</span>
      )}
    </li>
  );
}
