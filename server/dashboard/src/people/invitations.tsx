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
import { InviteForm } from './invite-form.tsx';

/** Links that nobody has used yet, and the way to a new one. */
export function Invitations() {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [opened, setOpened] = useState(false);
  const invitations = useQuery({
    queryKey: keys.invitations,
    queryFn: () => call('listInvitations', {}),
    refetchInterval: 15_000,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => call('revokeInvitation', { params: { id } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.invitations }),
    onError: (error) => notifications.show({ color: 'red', title: 'The link still works', message: sentenceOf(error) }),
  });
  const items = invitations.data?.items;
  return (
    <Card
      title="Invitations"
      aside={
        <Button leftSection={<IconPlus aria-hidden size={18} />} onClick={() => setOpened(true)}>
          Invite somebody
        </Button>
      }
    >
      {invitations.isError && (
        <Trouble
          what="The invitations could not be loaded"
          error={invitations.error}
          again={() => void invitations.refetch()}
        />
      )}
      {items?.length === 0 && <p className={styles.note}>No link is waiting to be used.</p>}
      <ul className={styles.rows} aria-label="Invitations nobody has taken yet">
        {items?.map(({ id, email, role, purpose, invitedBy, expiresAt }) => (
          <li key={id}>
            <div className={styles.rowText}>
              <p>
                <strong>{email}</strong>, {purpose === 'join' ? roleTitle(role).toLowerCase() : 'new password'}
              </p>
              <p className={styles.note}>
                Made by {invitedBy}; runs out <At at={expiresAt} />
              </p>
            </div>
            <Button
              variant="default"
              size="sm"
              aria-label={`Make it void: the link of ${email}`}
              onClick={() => revoke.mutate(id)}
            >
              Make it void
            </Button>
          </li>
        ))}
      </ul>
      <Dialogue opened={opened} onClose={() => setOpened(false)} title="Invite somebody" keeps>
        <InviteForm onDone={() => setOpened(false)} />
      </Dialogue>
    </Card>
  );
}
