import { Button } from '@mantine/core';
import { IconNotebook, IconPhone } from '@tabler/icons-react';
import { useIncidents } from '../api/queries.ts';
import { useNotLiveSince } from '../live/use-live.ts';
import { Empty } from '../page/card.tsx';
import { Page } from '../page/page.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { IncidentCard } from './incident-card.tsx';
import styles from './incidents.module.css';

/** Misuse on record, the latest first; the emergency line always in sight. */
export function IncidentsPage() {
  const incidents = useIncidents();
  const notLiveSince = useNotLiveSince();
  const items = incidents.data?.pages.flatMap((page) => page.items);
  return (
    <Page title="Incidents">
      <p className={styles.emergency}>
        <IconPhone aria-hidden size={20} />
        <span>
          <strong>In immediate danger call 999.</strong> Tell your safeguarding lead of every concern at once.
        </span>
      </p>
      {incidents.isPending && <Waiting what="Asking for the record…" />}
      {incidents.isError && (
        <Trouble what="The record could not be loaded" error={incidents.error} again={() => void incidents.refetch()} />
      )}
      {items?.length === 0 && (
        <Empty icon={<IconNotebook aria-hidden size={44} stroke={1.5} />} title="No misuse on record">
          <p>
            When a device is used by somebody it is not assigned to, or leaves unprotected, it is written down here by
            itself.
          </p>
        </Empty>
      )}
      {items !== undefined && items.length > 0 && (
        <ul className={styles.list} aria-label="Misuse on record, the latest first">
          {items.map((incident) => (
            <IncidentCard key={incident.id} incident={incident} notLive={notLiveSince !== undefined} />
          ))}
        </ul>
      )}
      {incidents.hasNextPage && (
        <Button variant="default" loading={incidents.isFetchingNextPage} onClick={() => void incidents.fetchNextPage()}>
          Show more incidents
        </Button>
      )}
    </Page>
  );
}
