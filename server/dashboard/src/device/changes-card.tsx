import { Button } from '@mantine/core';
import type { ChangeView } from '../../../../shared/api/devices.ts';
import type { ListedApp } from '../../../../shared/policy/app-list.ts';
import { useAppList } from '../api/policy.ts';
import { useChanges } from '../api/queries.ts';
import { Card } from '../page/card.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { changeWords } from '../words/change.ts';
import { sectionTitles } from '../words/device.ts';
import styles from './device.module.css';

/** What changed on a device, newest first. */
export function ChangesCard({ deviceId }: { deviceId: string }) {
  const changes = useChanges(deviceId);
  const list = useAppList();
  const items = changes.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="History">
      {changes.isPending && <Waiting what="Asking for its history…" />}
      {changes.isError && (
        <Trouble what="Its history could not be loaded" error={changes.error} again={() => void changes.refetch()} />
      )}
      {items?.length === 0 && <p className={styles.small}>Nothing has been reported yet.</p>}
      <ol className={styles.history}>
        {items?.map((change) => (
          <Change key={change.id} change={change} list={list} />
        ))}
      </ol>
      {changes.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={changes.isFetchingNextPage}
          onClick={() => void changes.fetchNextPage()}
        >
          Show more history
        </Button>
      )}
    </Card>
  );
}

function Change({ change, list }: { change: ChangeView; list: readonly ListedApp[] }) {
  const said = changeWords(change, list);
  return (
    <li>
      <At at={change.receivedAt} />
      <p>
        <strong>{sectionTitles[change.section]}:</strong> {said?.text ?? 'not told'}
      </p>
    </li>
  );
}
