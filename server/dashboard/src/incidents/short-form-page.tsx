import { Button, Checkbox, Switch, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { type ReportFormView, reportFormSchema } from '../../../../shared/api/incident-bodies.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { useReportForm } from '../api/incidents.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import { Dialogue } from '../page/dialogue.tsx';
import styles from '../page/page.module.css';
import { Page } from '../page/page.tsx';
import { Refused } from '../page/refused.tsx';
import { CopyText } from '../page/shown-once.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Emergency } from './emergency.tsx';

/** The short form without an account, as the safeguarding lead has it: whoever a report may be about cannot switch it off. */
export function ShortFormPage() {
  const form = useReportForm();
  return (
    <Page title="The short form">
      <Emergency />
      {form.isPending && <Waiting what="Asking for the form…" />}
      {form.isError && (
        <Trouble what="The form could not be loaded" error={form.error} again={() => void form.refetch()} />
      )}
      {form.data !== undefined && (
        <>
          <Settings form={form.data} />
          <Poster form={form.data} />
        </>
      )}
    </Page>
  );
}

function Settings({ form }: { form: ReportFormView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [on, setOn] = useState(form.on);
  const [anonymous, setAnonymous] = useState(form.anonymous);
  const [addresses, setAddresses] = useState(form.addresses.join('\n'));
  const [fault, setFault] = useState<string>();
  const save = useMutation({
    mutationFn: (body: { on: boolean; anonymous: boolean; addresses: string[] }) => call('changeReportForm', { body }),
    onSuccess: (saved) => {
      cache.setQueryData(keys.reportForm, saved);
      notifications.show({ color: 'teal', title: 'Saved', message: saved.on ? 'The form is on.' : 'The form is off.' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { on, anonymous, addresses: addresses.split(/[\s,]+/).filter((each) => each !== '') };
    const isRight = reportFormSchema.safeParse(body).success;
    setFault(isRight ? undefined : 'Write one address a line, such as 192.0.2.7 or 192.0.2.0/24');
    if (isRight) save.mutate(body);
  };
  const { yourAddress } = form;
  return (
    <Card title="Who can use it">
      <form className={styles.form} noValidate onSubmit={submit}>
        {save.isError && <Refused title="It was not saved">{sentenceOf(save.error)}</Refused>}
        <Switch label="The form is on" checked={on} onChange={(event) => setOn(event.currentTarget.checked)} />
        <Checkbox
          label="It takes reports without a name"
          checked={anonymous}
          onChange={(event) => setAnonymous(event.currentTarget.checked)}
        />
        <Textarea
          label="It answers only from these addresses"
          description="One a line: those of the setting’s own network. Empty: from anywhere, for whoever has the poster’s code."
          rows={3}
          value={addresses}
          error={fault}
          onChange={(event) => setAddresses(event.currentTarget.value)}
        />
        <div className={styles.buttons}>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
          {yourAddress !== null && !addresses.includes(yourAddress) && (
            <Button variant="default" onClick={() => setAddresses(`${addresses}\n${yourAddress}`.trim())}>
              Add where I am now ({yourAddress})
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}

function Poster({ form }: { form: ReportFormView }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [opened, setOpened] = useState(false);
  const renew = useMutation({
    mutationFn: () => call('renewReportCode', { body: {} }),
    onSuccess: (renewed) => {
      cache.setQueryData(keys.reportForm, renewed);
      setOpened(false);
    },
  });
  return (
    <Card title="The poster for the staff room">
      <div className={styles.form}>
        <p>
          Its code is <strong>{form.code}</strong>; the form lies at <code>{form.link}</code>
        </p>
        {!form.on && <p className={styles.note}>The form is off: the poster opens nothing until you switch it on.</p>}
        <div className={styles.buttons}>
          <Button component={Link} href="/poster">
            Show the poster
          </Button>
          <CopyText what="the link" text={form.link} />
          <Button variant="default" onClick={() => setOpened(true)}>
            Make a new code
          </Button>
        </div>
      </div>
      <Dialogue opened={opened} onClose={() => setOpened(false)} title="Make a new code">
        <div className={styles.form}>
          {renew.isError && <Refused title="The code is as it was">{sentenceOf(renew.error)}</Refused>}
          <p>Every poster that hangs now opens nothing any more. Print a new one.</p>
          <div className={styles.buttons}>
            <Button loading={renew.isPending} onClick={() => renew.mutate()}>
              Make it
            </Button>
          </div>
        </div>
      </Dialogue>
    </Card>
  );
}
