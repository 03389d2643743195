import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { emailSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { refusal } from '../session/form-faults.ts';
import { LinkShown } from './link-shown.tsx';
import { daysFault, daysOf, RoleFields, type RoleValues } from './role-fields.tsx';

/** Whom, as what, for how long; then the link, this once. */
export function InviteForm({ onDone }: { onDone: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [email, setEmail] = useState('');
  const [values, setValues] = useState<RoleValues>({ role: 'staff', days: '' });
  const [faults, setFaults] = useState<{ email?: string; days?: string }>({});
  const invite = useMutation({
    mutationFn: () =>
      call('makeInvitation', { body: { email: email.trim(), role: values.role, days: daysOf(values) } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.invitations }),
    onError: (error) => setFaults(refusal(error, ['email', 'days']).byField),
  });
  if (invite.data !== undefined) return <LinkShown made={invite.data} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const days = daysFault(values);
    const found = {
      ...(emailSchema.safeParse(email.trim()).success
        ? {}
        : { email: 'Write their e-mail address, for example sam@nursery.example' }),
      ...(days === undefined ? {} : { days }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) invite.mutate();
  };
  const sentence = invite.isError ? refusal(invite.error, ['email', 'days']).sentence : '';
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {sentence !== '' && <Refused title="Nobody was invited">{sentence}</Refused>}
      <TextInput
        data-autofocus
        label="Their e-mail"
        description="They sign in with it. Hometime sends nothing to it: you hand the link over yourself."
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={faults.email}
      />
      <RoleFields values={values} onChange={setValues} fault={faults.days} />
      <p className={styles.note}>You may be asked for your password again.</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={invite.isPending}>
          Make the link
        </Button>
      </Group>
    </form>
  );
}
