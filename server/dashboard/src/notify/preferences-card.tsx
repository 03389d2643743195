import { Alert, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Preferences, preferencesSchema, reachSchema } from '../../../../shared/api/notify.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { useNotifyState, usePreferences } from '../api/notify.ts';
import { useSession } from '../api/queries.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { refusal } from '../session/form-faults.ts';
import { reachChoices } from '../words/notify.ts';
import { HoursFields } from './hours-fields.tsx';
import { bodyOf, type Draft, draftOf, faultsOfDraft } from './preferences-draft.ts';

/** What reaches the person, and when. */
export function PreferencesCard() {
  const preferences = usePreferences();
  return (
    <Card title="What reaches you">
      {preferences.isPending && <Waiting what="Asking what reaches you…" />}
      {preferences.isError && (
        <Trouble what="This could not be loaded" error={preferences.error} again={() => void preferences.refetch()} />
      )}
      {preferences.data !== undefined && <PreferencesForm preferences={preferences.data} />}
    </Card>
  );
}

function PreferencesForm({ preferences }: { preferences: Preferences }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const email = useSession().data?.email ?? '';
  const form = useForm<Draft>({ initialValues: draftOf(preferences), validate: faultsOfDraft });
  const save = useMutation({
    mutationFn: (draft: Draft) => call('changePreferences', { body: preferencesSchema.parse(bodyOf(draft)) }),
    onSuccess: (saved) => {
      cache.setQueryData(keys.preferences, saved);
      notifications.show({ color: 'teal', title: 'Saved', message: 'From now on that is what reaches you.' });
    },
  });
  const reach = (name: 'act' | 'check') => ({
    data: reachChoices,
    value: form.values[name],
    onChange: (event: React.ChangeEvent<HTMLSelectElement>) =>
      form.setFieldValue(name, reachSchema.parse(event.currentTarget.value)),
  });
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((draft) => save.mutate(draft))}>
      <MailOff />
      <p>
        E-mails go to <strong>{email}</strong>. They say only that somebody should look, and where: never what it is
        about. <strong>What is urgent always comes at once</strong>, at any hour.
      </p>
      {save.isError && <Refused title="It was not saved">{refusal(save.error, []).sentence}</Refused>}
      <NativeSelect label="What needs attention" {...reach('act')} />
      <NativeSelect label="What only has to be checked" {...reach('check')} />
      <HoursFields form={form} />
      <TextInput
        type="time"
        label="The daily e-mail comes at"
        description="Only on days when there is something to look at"
        {...form.getInputProps('dailyAt')}
      />
      <Checkbox
        label="Once a week, send me the week in numbers"
        checked={form.values.weekly}
        onChange={(event) => form.setFieldValue('weekly', event.currentTarget.checked)}
      />
      <div className={styles.buttons}>
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function MailOff() {
  const state = useNotifyState();
  if (state.data === undefined || state.data.mail.on) return null;
  return (
    <Alert color="grape" title="This server sends no e-mail yet">
      Until its operator sets that up, you see what there is to look at on this page only.
    </Alert>
  );
}
