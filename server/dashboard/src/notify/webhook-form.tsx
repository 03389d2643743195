import { Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newWebhookSchema } from '../../../../shared/api/notify.ts';
import { type Severity, severitySchema } from '../../../../shared/policy/findings.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Copied, OnlyOnce } from '../page/shown-once.tsx';
import { faultsOf, refusal } from '../session/form-faults.ts';
import { severityWords } from '../words/incident.ts';
import own from './notify.module.css';

interface Values {
  name: string;
  url: string;
  severities: Severity[];
}

function bodyOf({ name, url, severities }: Values): Values {
  return { name: name.trim(), url: url.trim(), severities };
}

/** Its name, where it goes, and what for; then the secret that proves its calls, this once. */
export function WebhookForm({ onDone }: { onDone: () => void }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const initialValues: Values = { name: '', url: 'https://', severities: ['urgent'] };
  const form = useForm({
    initialValues,
    validate: (values) => {
      const faults = faultsOf(newWebhookSchema, bodyOf(values));
      return {
        name: faults.name ? 'Write what you call it, in up to 60 letters and without slashes' : null,
        url: faults.url ? 'Write an address that begins with https:// and holds no password' : null,
        severities: faults.severities ? 'Choose at least one' : null,
      };
    },
  });
  const make = useMutation({
    mutationFn: (values: Values) => call('makeWebhook', { body: bodyOf(values) }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.webhooks }),
    onError: (error) => form.setErrors(refusal(error, ['name', 'url']).byField),
  });
  if (make.data !== undefined) return <Made name={make.data.name} secret={make.data.secret} onDone={onDone} />;
  const sentence = make.isError ? refusal(make.error, ['name', 'url']).sentence : '';
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((values) => make.mutate(values))}>
      {sentence !== '' && <Refused title="No webhook was added">{sentence}</Refused>}
      <TextInput data-autofocus label="What you call it" {...form.getInputProps('name')} />
      <TextInput label="Where it goes" type="url" {...form.getInputProps('url')} />
      <Checkbox.Group
        label="For what"
        value={form.values.severities}
        error={form.errors.severities}
        onChange={(chosen) => form.setFieldValue('severities', severitySchema.array().parse(chosen))}
      >
        <div className={own.days}>
          {severitySchema.options.toReversed().map((severity) => (
            <Checkbox key={severity} value={severity} label={severityWords(severity).label} />
          ))}
        </div>
      </Checkbox.Group>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={make.isPending}>
          Add the webhook
        </Button>
      </Group>
    </form>
  );
}

function Made({ name, secret, onDone }: { name: string; secret: string; onDone: () => void }) {
  return (
    <div className={styles.form}>
      <OnlyOnce>
        Put it where the other system keeps its secrets. Each call bears the header Hometime-Signature,
        “t=SECONDS,v1=HEX”: the HMAC-SHA256 of “SECONDS.BODY” under this secret.
      </OnlyOnce>
      <Copied title={name} what="the secret" text={secret} />
      <Group justify="flex-end">
        <Button data-autofocus onClick={onDone}>
          Close
        </Button>
      </Group>
    </div>
  );
}
