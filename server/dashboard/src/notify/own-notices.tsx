import { Button } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { NoticeView } from '../../../../shared/api/notify.ts';
import { useNotices } from '../api/notify.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Badge } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Ago } from '../page/when.tsx';
import { severityWords, timesWords } from '../words/incident.ts';
import { matterTitle } from '../words/notify.ts';
import own from './notify.module.css';

/** What the person is asked to look at and has not. */
export function OwnNotices() {
  const notices = useNotices('open');
  const items = notices.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="To look at">
      {notices.isPending && <Waiting what="Asking what there is…" />}
      {notices.isError && (
        <Trouble what="Your notices could not be loaded" error={notices.error} again={() => void notices.refetch()} />
      )}
      {items?.length === 0 && (
        <p className={own.nothing}>
          <IconMailCheck aria-hidden size={22} />
          <span>You have looked at everything you were told of.</span>
        </p>
      )}
      <ul className={styles.rows} aria-label="To look at, told of last first">
        {items?.map((notice) => (
          <Notice key={notice.id} notice={notice} />
        ))}
      </ul>
      {notices.hasNextPage && (
        <Button variant="default" loading={notices.isFetchingNextPage} onClick={() => void notices.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Card>
  );
}

function Notice({ notice }: { notice: NoticeView }) {
  const { label, tone } = severityWords(notice.severity);
  return (
    <li>
      <div className={styles.rowText}>
        <p className={own.head}>
          <Link href={`/look/${notice.id}`}>
            <strong>{matterTitle(notice.matter)}</strong>
          </Link>
          <Badge tone={tone}>{label}</Badge>
        </p>
        <p className={styles.note}>
          Told <Ago at={notice.lastAt} />, {timesWords(notice.count)}
          {notice.asAlternate && '; you stand in for somebody who has not looked'}
        </p>
      </div>
    </li>
  );
}
