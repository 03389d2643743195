import { Button } from '@mantine/core';
import { IconNotebook, IconPencilPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useMay } from '../api/allowed.ts';
import { type IncidentFilter, useIncidents } from '../api/incidents.ts';
import { useNotLiveSince } from '../live/use-live.ts';
import { Empty } from '../page/card.tsx';
import { Page } from '../page/page.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { byDeadline } from './by-deadline.ts';
import { CaseCounts } from './case-counts.tsx';
import { Emergency } from './emergency.tsx';
import { Filters } from './filters.tsx';
import { IncidentCard } from './incident-card.tsx';
import styles from './incidents.module.css';
import { RecordTools } from './record-tools.tsx';

const unclosed: IncidentFilter = { state: 'unclosed', category: '', severity: '', q: '' };

/** Cases, those whose clock ends next before all others; the emergency line always in sight. */
export function IncidentsPage() {
  const may = useMay();
  const [, navigate] = useLocation();
  const [filter, setFilter] = useState(unclosed);
  const incidents = useIncidents(filter);
  const notLiveSince = useNotLiveSince();
  const items = incidents.data?.pages.flatMap((page) => page.items);
  return (
    <Page title="Incidents">
      <Emergency />
      <div className={styles.top}>
        <CaseCounts />
        {may('openIncident') && (
          <Button
            leftSection={<IconPencilPlus aria-hidden size={18} />}
            onClick={() => navigate('/incidents/report-something')}
          >
            Report something
          </Button>
        )}
      </div>
      <Filters filter={filter} onChange={setFilter} />
      {incidents.isPending && <Waiting what="Asking for the record…" />}
      {incidents.isError && (
        <Trouble what="The record could not be loaded" error={incidents.error} again={() => void incidents.refetch()} />
      )}
      {items?.length === 0 && <Nothing isAll={JSON.stringify(filter) === JSON.stringify(unclosed)} />}
      {items !== undefined && items.length > 0 && (
        <ul className={styles.list} aria-label="Cases, the next deadline first">
          {byDeadline(items).map((incident) => (
            <IncidentCard key={incident.id} incident={incident} notLive={notLiveSince !== undefined} />
          ))}
        </ul>
      )}
      {incidents.hasNextPage && (
        <Button variant="default" loading={incidents.isFetchingNextPage} onClick={() => void incidents.fetchNextPage()}>
          Show more cases
        </Button>
      )}
      <RecordTools />
    </Page>
  );
}

function Nothing({ isAll }: { isAll: boolean }) {
  return (
    <Empty
      icon={<IconNotebook aria-hidden size={44} stroke={1.5} />}
      title={isAll ? 'No open case that you may see' : 'Nothing is found with these filters'}
    >
      <p>
        {isAll
          ? 'When a device is misused, a case is opened here by itself. What a person saw is written down with “Report something”.'
          : 'Choose other filters, or look among all cases.'}
      </p>
    </Empty>
  );
}
