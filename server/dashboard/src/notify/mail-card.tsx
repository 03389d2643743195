import { Alert, Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { useNotifyState } from '../api/notify.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Trouble } from '../page/trouble.tsx';
import { outcomeWords } from '../words/notify.ts';

/** Whether this server sends e-mail, and a test of it. */
export function MailCard() {
  const { call } = useBackend();
  const cache = useQueryClient();
  const state = useNotifyState();
  const test = useMutation({
    mutationFn: () => call('sendTestMail', { body: {} }),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.deliveries }),
  });
  const last = test.data?.attempts.at(-1);
  return (
    <Card title="E-mail">
      {state.isError && (
        <Trouble what="This could not be loaded" error={state.error} again={() => void state.refetch()} />
      )}
      {state.data?.mail.on === false && (
        <p>
          This server sends no e-mail. Its operator sets <code>HOMETIME_SMTP_URL</code> and{' '}
          <code>HOMETIME_MAIL_FROM</code> and starts it again.
        </p>
      )}
      {state.data?.mail.on === true && (
        <div className={styles.form}>
          <p>
            E-mails come from <strong>{state.data.mail.from}</strong>; their links lead to{' '}
            <strong>{state.data.url}</strong>.
          </p>
          {/^https?:\/\/localhost(:|$)/.test(state.data.url) && (
            <Alert color="grape" title="These links open on the server’s own computer only">
              Its operator sets <code>HOMETIME_PEOPLE_URL</code> to the address people use.
            </Alert>
          )}
          <div className={styles.buttons}>
            <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
              Send me a test
            </Button>
          </div>
          <div aria-live="polite">
            {last?.outcome === 'accepted' && (
              <p>The mail server took it. Look whether it is in your inbox, and not among the spam.</p>
            )}
            {last !== undefined && last.outcome !== 'accepted' && (
              <Alert color="red" title="The test was not sent">
                {outcomeWords(last)}.
              </Alert>
            )}
            {test.isError && (
              <Alert color="red" title="The test was not sent">
                {sentenceOf(test.error)}
              </Alert>
            )}
          </div>
        </div>
      )}
    </Card>
  );
}
