import { Button, NumberInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { matterKindSchema, type NotifyRules, notifyRulesSchema } from '../../../../shared/api/notify.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { useNotifyRules } from '../api/notify.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { ruleWords } from '../words/notify.ts';
import own from './notify.module.css';
import { RoleRuleFields } from './role-rule-fields.tsx';

/** Which roles are told of what, and who stands in for them. */
export function RulesCard() {
  const rules = useNotifyRules();
  return (
    <Card title="Who is told">
      {rules.isPending && <Waiting what="Asking for the rules…" />}
      {rules.isError && (
        <Trouble what="The rules could not be loaded" error={rules.error} again={() => void rules.refetch()} />
      )}
      {rules.data !== undefined && <RulesForm rules={rules.data} />}
    </Card>
  );
}

function RulesForm({ rules }: { rules: NotifyRules }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const may = useMay();
  const isFixed = !may('changeNotifyRules');
  const form = useForm<NotifyRules>({ initialValues: rules });
  const save = useMutation({
    mutationFn: (body: NotifyRules) => call('changeNotifyRules', { body: notifyRulesSchema.parse(body) }),
    onSuccess: (saved) => {
      cache.setQueryData(keys.notifyRules, saved);
      notifications.show({ color: 'teal', title: 'Saved', message: 'From now on these people are told.' });
    },
  });
  const isMissing = matterKindSchema.options.some((kind) => form.values.roles[kind].first.length === 0);
  return (
    <form className={styles.form} noValidate onSubmit={form.onSubmit((body) => save.mutate(body))}>
      <p>
        The safeguarding lead is always told of incidents. Of a confidential case only those who look after it are told,
        whatever stands here.
      </p>
      {isFixed && <p className={styles.note}>Only an administrator or the safeguarding lead can change these.</p>}
      <ul className={styles.bullets} aria-label="Who is told of what">
        {matterKindSchema.options.map((kind) => (
          <li key={kind}>{ruleWords(kind, form.values.roles[kind])}</li>
        ))}
      </ul>
      {!isFixed && (
        <details>
          <summary className={own.change}>Change who is told</summary>
          <div className={styles.form}>
            {matterKindSchema.options.map((kind) => (
              <RoleRuleFields key={kind} form={form} kind={kind} />
            ))}
            <Minutes form={form} />
            <div className={styles.buttons}>
              <Button type="submit" loading={save.isPending} disabled={isMissing}>
                Save who is told
              </Button>
            </div>
          </div>
        </details>
      )}
      {save.isError && <Refused title="It was not saved">{sentenceOf(save.error)}</Refused>}
      {isMissing && <p role="status">Somebody has to be told first of each of these.</p>}
    </form>
  );
}

function Minutes({ form }: { form: ReturnType<typeof useForm<NotifyRules>> }) {
  const { urgent, act } = form.values.alternatesAfterMinutes;
  const set = (name: 'urgent' | 'act') => (value: string | number) => {
    const minutes = Math.round(Number(value));
    if (Number.isFinite(minutes) && minutes >= 5) form.setFieldValue(`alternatesAfterMinutes.${name}`, minutes);
  };
  return (
    <>
      <NumberInput
        label="Minutes until the others are told of what is urgent"
        min={5}
        max={1_440}
        value={urgent}
        onChange={set('urgent')}
      />
      <NumberInput
        label="Minutes until the others are told of what needs attention"
        min={5}
        max={10_080}
        value={act ?? ''}
        onChange={set('act')}
      />
    </>
  );
}
