import { Button, Radio, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { reportCodeSchema } from '../../../../shared/api/incident-bodies.ts';
import { categorySchema } from '../../../../shared/incident/categories.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { Refused } from '../page/refused.tsx';
import { Waiting } from '../page/trouble.tsx';
import styles from '../session/door.module.css';
import { Door } from '../session/door.tsx';
import { Emergency } from './emergency.tsx';
import { emptyReport, type Report, reportFaults } from './report-draft.ts';
import { ReportFields } from './report-fields.tsx';
import { WhatHappensNext } from './what-happens-next.tsx';

/** The short form for whoever has no account: opened by the code of the poster in the staff room (INC4). */
export function PublicReportPage() {
  const [code, setCode] = useState(() => codeOf(window.location.hash));
  return (
    <Door title="Report something">
      <Emergency />
      {code === undefined ? <CodeForm onCode={setCode} /> : <Form code={code} onOther={() => setCode(undefined)} />}
    </Door>
  );
}

function codeOf(hash: string): string | undefined {
  return reportCodeSchema.safeParse(new URLSearchParams(hash.slice(1)).get('code')).data;
}

function CodeForm({ onCode }: { onCode: (code: string) => void }) {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = reportCodeSchema.safeParse(typed).data;
    setFault(code === undefined ? 'These are not the twelve letters and digits of the poster' : undefined);
    if (code !== undefined) onCode(code);
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <p>Scan the poster in the staff room, or type its code here.</p>
      <TextInput
        label="The poster’s code"
        placeholder="ABCD-EFGH-JKMN"
        autoCapitalize="characters"
        autoComplete="off"
        value={typed}
        error={fault}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit">Go on</Button>
    </form>
  );
}

function Form({ code, onOther }: { code: string; onOther: () => void }) {
  const { call } = useBackend();
  const offer = useQuery({
    queryKey: ['report-offer', code],
    queryFn: () => call('lookAtReportForm', { body: { code } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (offer.isPending) return <Waiting what="Opening the form…" />;
  if (offer.isError)
    return (
      <>
        <Refused title="The form does not open">{sentenceOf(offer.error)}</Refused>
        <Button variant="default" onClick={onOther}>
          Type another code
        </Button>
      </>
    );
  return <ShortForm code={code} settingName={offer.data.settingName} anonymous={offer.data.anonymous} />;
}

interface ShortFormProps {
  code: string;
  settingName: string;
  /** Whether it takes reports without a name. */
  anonymous: boolean;
}

function ShortForm({ code, settingName, anonymous }: ShortFormProps) {
  const { call } = useBackend();
  const [report, setReport] = useState<Report>(emptyReport);
  const [isNamed, setIsNamed] = useState(!anonymous);
  const [name, setName] = useState('');
  const [faults, setFaults] = useState<Partial<Record<keyof Report | 'name', string>>>({});
  const send = useMutation({
    mutationFn: () =>
      call('sendReport', {
        body: {
          code,
          category: categorySchema.parse(report.category),
          text: report.text,
          name: isNamed ? name.trim() : null,
          happenedAt: report.happenedAt === '' ? null : new Date(report.happenedAt).toISOString(),
          confidential: report.confidential,
          about: report.about,
        },
      }),
  });
  if (send.data !== undefined) return <WhatHappensNext reference={send.data.reference} isNamed={isNamed} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isNameless = isNamed && !/^[^\p{Cc}/\\]{1,80}$/u.test(name.trim());
    const found = { ...reportFaults(report), ...(isNameless && { name: 'Write your name, without slashes' }) };
    setFaults(found);
    if (Object.keys(found).length === 0) send.mutate();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <p>
        To {settingName}. You need no account, and where you sent it from is not kept. You choose below who sees it.
      </p>
      {send.isError && <Refused title="It was not sent">{sentenceOf(send.error)}</Refused>}
      <ReportFields report={report} onChange={setReport} faults={faults} />
      {anonymous && (
        <Radio.Group
          label="Your name"
          value={isNamed ? 'named' : 'anonymous'}
          onChange={(value) => setIsNamed(value === 'named')}
        >
          <Radio mt="xs" value="anonymous" label="I give no name" description="Then nobody can ask you anything more" />
          <Radio mt="xs" value="named" label="I give my name" description="Those who may see the report see it" />
        </Radio.Group>
      )}
      {isNamed && (
        <TextInput
          label={anonymous ? 'Who you are' : 'Your name'}
          autoComplete="name"
          value={name}
          error={faults.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <Button type="submit" loading={send.isPending}>
        Send the report
      </Button>
    </form>
  );
}
