import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Refused } from '../page/refused.tsx';
import styles from './door.module.css';
import { useIsConfirming } from './use-is-confirming.ts';

/** Asks for the password again where a call needs it; the call goes on by itself. */
export function ConfirmPassword() {
  const { confirmation } = useBackend();
  const opened = useIsConfirming();
  return (
    <Modal
      opened={opened}
      onClose={() => confirmation.answer(false)}
      title="Your password, please"
      zIndex={350}
      lockScroll={false}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <PasswordForm />
    </Modal>
  );
}

function PasswordForm() {
  const { call, confirmation } = useBackend();
  const cache = useQueryClient();
  const [password, setPassword] = useState('');
  const give = useMutation({
    mutationFn: () => call('confirmSession', { body: { password } }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      confirmation.answer(true);
    },
    onError: () => setPassword(''),
  });
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '') give.mutate();
      }}
    >
      {give.isError && <Refused title="That did not work">{sentenceOf(give.error)}</Refused>}
      <p>What you are about to do needs it once more.</p>
      <PasswordInput
        data-autofocus
        label="Your password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={() => confirmation.answer(false)}>
          Do nothing
        </Button>
        <Button type="submit" disabled={password === ''} loading={give.isPending}>
          Go on
        </Button>
      </Group>
    </form>
  );
}
