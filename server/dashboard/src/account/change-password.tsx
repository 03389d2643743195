import { Button, Group, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changePasswordSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';

const initialValues = { old: '', new: '', again: '' };

/** Changes one's own password; every other sign-in ends with it. */
export function ChangePassword() {
  const { call } = useBackend();
  const cache = useQueryClient();
  const form = useForm({
    initialValues,
    validate: ({ again, ...values }) => {
      const faults = faultsOf(changePasswordSchema, values);
      return {
        old: faults.old ? 'Write the password you have now' : null,
        new: faults.new ? 'Use at least 12 characters. Three or four words you will remember are good.' : null,
        again: again === values.new ? null : 'The two passwords are not the same',
      };
    },
  });
  const change = useMutation({
    mutationFn: ({ again: _repeated, ...body }: typeof initialValues) => call('changePassword', { body }),
    onSuccess: () => {
      form.reset();
      notifications.show({ color: 'grape', message: 'Your password is changed. Your other sign-ins have ended.' });
      return cache.invalidateQueries({ queryKey: keys.ownSessions });
    },
    onError: (error) => form.setErrors(refusal(error, ['old', 'new']).byField),
  });
  const sentence = change.isError ? refusal(change.error, ['old', 'new']).sentence : '';
  return (
    <Card title="Password">
      <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
        {sentence !== '' && <Refused title="It was not changed">{sentence}</Refused>}
        <PasswordInput label="Password now" autoComplete="current-password" {...form.getInputProps('old')} />
        <PasswordInput
          label="New password"
          description="12 characters or more; length is what helps"
          autoComplete="new-password"
          {...form.getInputProps('new')}
        />
        <PasswordInput label="New password again" autoComplete="new-password" {...form.getInputProps('again')} />
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending}>
            Change it
          </Button>
        </Group>
      </form>
    </Card>
  );
}
