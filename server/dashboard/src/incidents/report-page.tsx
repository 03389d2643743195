import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { newIncidentSchema } from '../../../../shared/api/incident-bodies.ts';
import { categoryCatalogue } from '../../../../shared/incident/categories.ts';
import { idSchema } from '../../../../shared/names.ts';
import { severitySchema } from '../../../../shared/policy/findings.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { useDevices } from '../api/queries.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Page } from '../page/page.tsx';
import { Refused } from '../page/refused.tsx';
import { refusal } from '../session/form-faults.ts';
import { severityWords } from '../words/incident.ts';
import { Emergency } from './emergency.tsx';
import { emptyReport, type Report, reportFaults } from './report-draft.ts';
import { ReportFields } from './report-fields.tsx';

/** What somebody with an account saw (INC4). */
export function ReportPage() {
  const { call } = useBackend();
  const cache = useQueryClient();
  const follows = idSchema.safeParse(new URLSearchParams(useSearch()).get('follows')).data ?? null;
  const [report, setReport] = useState<Report>(emptyReport);
  const [deviceId, setDeviceId] = useState('');
  const [severity, setSeverity] = useState<'' | 'check' | 'act' | 'urgent'>('');
  const [faults, setFaults] = useState<Partial<Record<keyof Report, string>>>({});
  const send = useMutation({
    mutationFn: () => {
      const { category, text, happenedAt, confidential, about } = report;
      const body = newIncidentSchema.parse({
        category,
        severity: severity === '' && category !== '' ? categoryCatalogue[category].severity : severity,
        text,
        deviceId: deviceId === '' ? null : deviceId,
        happenedAt: happenedAt === '' ? null : new Date(happenedAt).toISOString(),
        confidential,
        concerns: { people: [], roles: about },
        follows,
      });
      return call('openIncident', { body });
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.incidents }),
  });
  const onSend = () => {
    const found = reportFaults(report);
    setFaults(found);
    if (Object.keys(found).length === 0) send.mutate();
  };
  return (
    <Page title="Report something">
      <Emergency />
      {send.data !== undefined ? (
        <Sent id={send.data.id} reference={send.data.reference} />
      ) : (
        <Card title={follows === null ? 'What you saw' : 'What happened since'}>
          <form
            className={styles.form}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              onSend();
            }}
          >
            {send.isError && <Refused title="It was not reported">{refusal(send.error, []).sentence}</Refused>}
            <ReportFields report={report} onChange={setReport} faults={faults} />
            <DeviceChoice value={deviceId} onChange={setDeviceId} />
            <NativeSelect
              label="How pressing it is"
              data={[
                { value: '', label: 'As usual for this' },
                ...severitySchema.options.toReversed().map((value) => ({ value, label: severityWords(value).label })),
              ]}
              value={severity}
              onChange={(event) => setSeverity(severitySchema.safeParse(event.currentTarget.value).data ?? '')}
            />
            <div className={styles.buttons}>
              <Button type="submit" loading={send.isPending}>
                Report it
              </Button>
            </div>
          </form>
        </Card>
      )}
    </Page>
  );
}

function DeviceChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const devices = useDevices().data ?? [];
  return (
    <NativeSelect
      label="Which device"
      description="If there is one"
      data={[{ value: '', label: 'None' }, ...devices.map(({ id, name }) => ({ value: id, label: name }))]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Sent({ id, reference }: { id: string; reference: string }) {
  return (
    <Card title="It is reported">
      <div className={styles.form} role="status">
        <p>
          Its reference is <strong>{reference}</strong>. Those who look after it are told now.
        </p>
        <p>
          You can add what you remember later to <Link href={`/incidents/${id}`}>your report</Link>. What you wrote is
          never changed.
        </p>
      </div>
    </Card>
  );
}
