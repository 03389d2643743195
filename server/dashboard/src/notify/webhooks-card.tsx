import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { WebhookView } from '../../../../shared/api/notify.ts';
import { listOf } from '../../../../shared/words.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { useWebhooks } from '../api/notify.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Trouble } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { severityWords } from '../words/incident.ts';
import { outcomeWords } from '../words/notify.ts';
import { WebhookForm } from './webhook-form.tsx';

/** Other systems that are told that somebody should look. */
export function WebhooksCard() {
  const [opened, setOpened] = useState(false);
  const webhooks = useWebhooks();
  const items = webhooks.data?.items;
  return (
    <Card
      title="Webhooks"
      aside={
        <Button variant="default" leftSection={<IconPlus aria-hidden size={18} />} onClick={() => setOpened(true)}>
          Add a webhook
        </Button>
      }
    >
      {webhooks.isError && (
        <Trouble what="The webhooks could not be loaded" error={webhooks.error} again={() => void webhooks.refetch()} />
      )}
      {items?.length === 0 && (
        <p className={styles.note}>
          None. A webhook tells another system of yours, such as an alarm or a chat, that somebody should look: never
          what it is about, and nothing of confidential cases.
        </p>
      )}
      <ul className={styles.rows} aria-label="Webhooks">
        {items?.map((webhook) => (
          <Webhook key={webhook.id} webhook={webhook} />
        ))}
      </ul>
      <Dialogue opened={opened} onClose={() => setOpened(false)} title="Add a webhook" keeps>
        <WebhookForm onDone={() => setOpened(false)} />
      </Dialogue>
    </Card>
  );
}

function Webhook({ webhook: { id, name, host, severities, madeBy, madeAt } }: { webhook: WebhookView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const test = useMutation({
    mutationFn: () => call('testWebhook', { params: { id }, body: {} }),
    onSuccess: ({ attempts }) => {
      const [attempt] = attempts;
      const isTaken = attempt?.outcome === 'accepted';
      notifications.show({
        color: isTaken ? 'teal' : 'red',
        title: isTaken ? 'The test was taken' : 'The test failed',
        message: attempt === undefined ? 'It was not tried.' : `${outcomeWords(attempt)}.`,
      });
      void cache.invalidateQueries({ queryKey: keys.deliveries });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'The test failed', message: sentenceOf(error) }),
  });
  const remove = useMutation({
    mutationFn: () => call('removeWebhook', { params: { id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.webhooks }),
    onError: (error) => notifications.show({ color: 'red', title: 'It still stands', message: sentenceOf(error) }),
  });
  return (
    <li>
      <div className={styles.rowText}>
        <p>
          <strong>{name}</strong>, at {host}
        </p>
        <p className={styles.note}>
          For: {listOf(severities.map((severity) => severityWords(severity).label.toLowerCase()))}. Added by {madeBy}{' '}
          <At at={madeAt} />
        </p>
      </div>
      <div className={styles.buttons}>
        <Button
          variant="default"
          size="sm"
          aria-label={`Test it: ${name}`}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Test it
        </Button>
        <Button variant="default" size="sm" aria-label={`Remove it: ${name}`} onClick={() => remove.mutate()}>
          Remove it
        </Button>
      </div>
    </li>
  );
}
