import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AuditEntryView } from '../../../../shared/api/safeguards.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { addressOfFile } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { usePeople } from '../api/people.ts';
import { useDevices } from '../api/queries.ts';
import { useAudit } from '../api/records.ts';
import { useNow } from '../live/use-now.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Said } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { dataWords, subjectWords, verificationWords, whoWords } from '../words/audit.ts';
import { actionWords } from '../words/audit-actions.ts';

/** Who did what and when; whether it is as it was written; the whole of it as a file. */
export function AuditCard() {
  const may = useMay();
  const audit = useAudit();
  const items = audit.data?.pages.flatMap((page) => page.items);
  const names = useNames();
  return (
    <Card title="Audit log" aside={may('exportAudit') && <Exports />}>
      <div className={styles.form}>
        {may('verifyAudit') && <Verification />}
        {audit.isPending && <Waiting what="Asking for the log…" />}
        {audit.isError && (
          <Trouble what="The log could not be loaded" error={audit.error} again={() => void audit.refetch()} />
        )}
        <ol className={styles.rows} aria-label="Audit log, newest first">
          {items?.map((entry) => (
            <Entry key={entry.number} entry={entry} names={names} />
          ))}
        </ol>
        {audit.hasNextPage && (
          <Button variant="default" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show more of the log
          </Button>
        )}
      </div>
    </Card>
  );
}

function Exports() {
  return (
    <span className={styles.buttons}>
      <Anchor href={addressOfFile('exportAudit', { format: 'csv' })} download>
        Download as CSV
      </Anchor>
      <Anchor href={addressOfFile('exportAudit', { format: 'jsonl' })} download>
        as JSON Lines
      </Anchor>
    </span>
  );
}

/** The check reads the whole log, so it is made when somebody asks. */
function Verification() {
  const { call } = useBackend();
  const check = useQuery({
    queryKey: keys.auditVerification,
    queryFn: () => call('verifyAudit', {}),
    enabled: false,
  });
  return (
    <div className={styles.form}>
      <div className={styles.buttons}>
        <Button variant="default" size="sm" loading={check.isFetching} onClick={() => void check.refetch()}>
          Check that nothing was changed
        </Button>
      </div>
      <div role="status">
        {check.isError && <Said said={{ text: 'It could not be checked, so nothing is known.', tone: 'unknown' }} />}
        {check.data !== undefined && !check.isError && (
          <>
            <Said said={verificationWords(check.data)} />
            {check.data.head !== null && (
              <p className={styles.note}>
                Fingerprint of the last entry: <code>{check.data.head}</code>. Note it down elsewhere, and you can tell
                a log that was cut short.
              </p>
            )}
          </>
        )}
      </div>
    </div>
  );
}

/** Devices and people by their ids, as far as this person may know them. */
function useNames(): ReadonlyMap<string, string> {
  const devices = useDevices();
  const people = usePeople();
  return useMemo(
    () => new Map([...(devices.data ?? []), ...(people.data?.items ?? [])].map(({ id, name }) => [id, name])),
    [devices.data, people.data],
  );
}

function Entry({ entry, names }: { entry: AuditEntryView; names: ReadonlyMap<string, string> }) {
  const now = useNow();
  const data = dataWords(entry.data, names, now);
  const subject = subjectWords(entry, names);
  return (
    <li>
      <div className={styles.rowText}>
        <p>
          <strong>{actionWords(entry.action)}</strong>
          {subject !== '' && `: ${subject}`} <span className={styles.note}>by {whoWords(entry.actor, names)}</span>
        </p>
        {data !== '' && <p className={styles.note}>{data}</p>}
      </div>
      <span className={styles.note}>
        {entry.number} · <At at={entry.at} />
      </span>
    </li>
  );
}
