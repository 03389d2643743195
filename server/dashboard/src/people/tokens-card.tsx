import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Trouble } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { roleTitle } from '../words/role.ts';
import { TokenForm } from './token-form.tsx';

/** Keys with which other programs speak to Hometime. */
export function TokensCard() {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [opened, setOpened] = useState(false);
  const tokens = useQuery({ queryKey: keys.tokens, queryFn: () => call('listTokens', {}) });
  const revoke = useMutation({
    mutationFn: (id: string) => call('revokeToken', { params: { id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.tokens }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'The token still works', message: sentenceOf(error) }),
  });
  const items = tokens.data?.items;
  return (
    <Card
      title="API tokens"
      aside={
        <Button variant="default" leftSection={<IconPlus aria-hidden size={18} />} onClick={() => setOpened(true)}>
          Make a token
        </Button>
      }
    >
      {tokens.isError && (
        <Trouble what="The tokens could not be loaded" error={tokens.error} again={() => void tokens.refetch()} />
      )}
      {items?.length === 0 && (
        <p className={styles.note}>None. You need one only when another program is to speak to Hometime.</p>
      )}
      <ul className={styles.rows} aria-label="API tokens">
        {items?.map(({ id, name, role, createdAt, expiresAt, madeBy }) => (
          <li key={id}>
            <div className={styles.rowText}>
              <p>
                <strong>{name}</strong>, with the rights of: {roleTitle(role).toLowerCase()}
              </p>
              <p className={styles.note}>
                Made by {madeBy ?? 'the command line'} <At at={createdAt} />;{' '}
                {expiresAt === null ? (
                  'without an end'
                ) : (
                  <>
                    ends <At at={expiresAt} />
                  </>
                )}
              </p>
            </div>
            <Button variant="default" size="sm" aria-label={`Revoke it: ${name}`} onClick={() => revoke.mutate(id)}>
              Revoke it
            </Button>
          </li>
        ))}
      </ul>
      <Dialogue opened={opened} onClose={() => setOpened(false)} title="Make an API token" keeps>
        <TokenForm onDone={() => setOpened(false)} />
      </Dialogue>
    </Card>
  );
}
