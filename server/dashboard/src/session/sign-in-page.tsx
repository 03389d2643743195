import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { signInSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { useSetUpNeeded } from '../api/queries.ts';
import styles from './door.module.css';
import { Door } from './door.tsx';
import { faultsOf, refusal } from './form-faults.ts';

/** Where one signs in. Says so when there is nobody yet who could. */
export function SignInPage({ next }: { next: string }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const setUp = useSetUpNeeded();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: (values) => {
      const faults = faultsOf(signInSchema, values);
      return {
        email: faults.email ? 'Write your e-mail address, for example sam@nursery.example' : null,
        password: faults.password ? 'Write your password' : null,
      };
    },
  });
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) => call('signIn', { body: values }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      navigate(next, { replace: true });
    },
    onError: () => form.setFieldValue('password', ''),
  });
  return (
    <Door title="Sign in">
      {setUp.data?.needed && (
        <Alert color="grape" title="Nobody has been set up yet">
          Open the set-up link that Hometime printed when it was started. It makes the first administrator.
        </Alert>
      )}
      {signIn.isError && (
        <Alert role="alert" color="red" title="You could not be signed in">
          {refusal(signIn.error, []).sentence}
        </Alert>
      )}
      <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <TextInput label="E-mail" type="email" autoComplete="username" size="md" {...form.getInputProps('email')} />
        <PasswordInput label="Password" autoComplete="current-password" size="md" {...form.getInputProps('password')} />
        <Button type="submit" size="md" loading={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Door>
  );
}
