import { Anchor, Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { counted } from '../../../../shared/words.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { addressOfFile } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Said } from '../page/said.tsx';
import { Trouble } from '../page/trouble.tsx';
import own from './incidents.module.css';

/** What is done with the record as a whole. */
export function RecordTools() {
  const may = useMay();
  return (
    <>
      {may('exportIncidentLog') && <LogExport />}
      {may('verifyIncidents') && <Verification />}
      {may('showReportForm') && (
        <Card title="The short form">
          <p>
            For whoever has no account: a poster in the staff room with a code leads to a short form.{' '}
            <Link href="/incidents/short-form">Switch it on, or print the poster</Link>
          </p>
        </Card>
      )}
    </>
  );
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const quarterMs = 91 * 86_400_000;

function LogExport() {
  const [from, setFrom] = useState(() => dayOf(Date.now() - quarterMs));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  return (
    <Card title="The log of a period">
      <div className={own.period}>
        <TextInput type="date" label="From" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput type="date" label="To" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        {from !== '' && to !== '' && (
          <Anchor href={addressOfFile('exportIncidentLog', { from, to })} download>
            Download as CSV
          </Anchor>
        )}
      </div>
    </Card>
  );
}

/** The check reads the whole record, so it is made when somebody asks. */
function Verification() {
  const { call } = useBackend();
  const check = useQuery({
    queryKey: keys.incidentVerification,
    queryFn: () => call('verifyIncidents', {}),
    enabled: false,
    gcTime: 0,
  });
  return (
    <Card
      title="Is the record whole?"
      aside={
        <Button variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
          Check it now
        </Button>
      }
    >
      <div aria-live="polite">
        {check.isError && (
          <Trouble what="It could not be checked" error={check.error} again={() => void check.refetch()} />
        )}
        {check.data === undefined && !check.isError && (
          <p className={styles.note}>Each entry is bound to the one before it: a change of any of them shows.</p>
        )}
        {check.data?.intact === true && (
          <>
            <Said
              said={{
                text: `The whole record is as it was written. You see ${counted(check.data.cases, 'case')} of it, with ${counted(check.data.entries, 'entry', 'entries')} and ${counted(check.data.attachments, 'file')}`,
                tone: 'good',
              }}
            />
            <p className={styles.note}>
              A record put back to an older state as a whole is told by its end, noted down elsewhere: whoever runs the
              server reads it with <code>hometime-server incidents verify</code>.
            </p>
          </>
        )}
        {check.data?.intact === false && (
          <>
            <Said said={{ text: 'Something is not as it was written', tone: 'bad' }} />
            <ul className={styles.bullets}>
              {check.data.faults.map(({ incidentId, number, what }) => (
                <li key={`${incidentId} ${number} ${what}`}>{what}</li>
              ))}
              {check.data.elsewhere && (
                <li>
                  What it is stands in the answer of <code>hometime-server incidents verify</code>, on the server
                  itself.
                </li>
              )}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
}
