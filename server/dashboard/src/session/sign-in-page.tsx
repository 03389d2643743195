import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { signInSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { isCode } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { useSetUpNeeded } from '../api/queries.ts';
import { Refused } from '../page/refused.tsx';
import styles from './door.module.css';
import { Door } from './door.tsx';
import { faultsOf, refusal } from './form-faults.ts';

/** Where one signs in. Says so when there is nobody yet who could. */
export function SignInPage({ next }: { next: string }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const setUp = useSetUpNeeded();
  const [needsCode, setNeedsCode] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (needsCode) codeField.current?.focus();
  }, [needsCode]);
  const form = useForm({
    initialValues: { email: '', password: '', code: '' },
    validate: (values) => {
      const faults = faultsOf(signInSchema, values);
      const codeMissing = needsCode && values.code.trim() === '';
      return {
        email: faults.email ? 'Write your e-mail address, for example sam@nursery.example' : null,
        password: faults.password ? 'Write your password' : null,
        code: codeMissing ? 'Write the code that your app shows, or one of your recovery codes' : null,
      };
    },
  });
  const signIn = useMutation({
    mutationFn: ({ email, password, code }: typeof form.values) =>
      call('signIn', { body: { email, password, ...(needsCode ? { code } : {}) } }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      navigate(next, { replace: true });
    },
    onError: (error) => {
      const asksForCode = isCode(error, 'code-required') || isCode(error, 'wrong-code');
      if (asksForCode) setNeedsCode(true);
      form.setFieldValue(asksForCode ? 'code' : 'password', '');
    },
  });
  return (
    <Door title="Sign in">
      {setUp.data?.needed && (
        <Alert color="grape" title="Nobody has been set up yet">
          Open the set-up link that Hometime printed when it was started. It makes the first administrator.
        </Alert>
      )}
      {signIn.isError && !isCode(signIn.error, 'code-required') && (
        <Refused title="You could not be signed in">{refusal(signIn.error, []).sentence}</Refused>
      )}
      <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <TextInput label="E-mail" type="email" autoComplete="username" size="md" {...form.getInputProps('email')} />
        <PasswordInput label="Password" autoComplete="current-password" size="md" {...form.getInputProps('password')} />
        {needsCode && (
          <TextInput
            ref={codeField}
            label="Code"
            description="The six digits that your authenticator app shows now, or one of your recovery codes"
            autoComplete="one-time-code"
            size="md"
            {...form.getInputProps('code')}
          />
        )}
        <Button type="submit" size="md" loading={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Door>
  );
}
