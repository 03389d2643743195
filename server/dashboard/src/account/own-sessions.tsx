import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ownSessionViewSchema } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { Card } from '../page/card.tsx';
import styles from '../page/page.module.css';
import { Refused } from '../page/refused.tsx';
import { Badge } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Ago, At } from '../page/when.tsx';
import { browserWords } from '../words/browser.ts';

type OwnSession = z.infer<typeof ownSessionViewSchema>;

/** Where one is signed in, and how to end what one does not know. */
export function OwnSessions() {
  const { call } = useBackend();
  const cache = useQueryClient();
  const sessions = useQuery({ queryKey: keys.ownSessions, queryFn: () => call('listOwnSessions', {}) });
  const refresh = () => cache.invalidateQueries({ queryKey: keys.ownSessions });
  const end = useMutation({
    mutationFn: (id: string) => call('endOwnSession', { params: { id } }),
    onSuccess: refresh,
  });
  const endOthers = useMutation({ mutationFn: () => call('endOtherSessions', {}), onSuccess: refresh });
  const items = sessions.data?.items;
  const failed = end.error ?? endOthers.error;
  const others = items?.some(({ current }) => !current) === true && (
    <Button variant="default" size="sm" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
      End all but this
    </Button>
  );
  return (
    <Card title="Where you are signed in" aside={others}>
      {sessions.isPending && <Waiting what="Asking where you are signed in…" />}
      {sessions.isError && (
        <Trouble what="This could not be loaded" error={sessions.error} again={() => void sessions.refetch()} />
      )}
      {failed !== null && <Refused title="It was not ended">{sentenceOf(failed)}</Refused>}
      <ul className={styles.rows} aria-label="Your sign-ins">
        {items?.map((session) => (
          <OneSession key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
        ))}
      </ul>
    </Card>
  );
}

function OneSession({ session, onEnd }: { session: OwnSession; onEnd: () => void }) {
  const where = `${browserWords(session.browser)}, from ${session.address}`;
  return (
    <li>
      <div className={styles.rowText}>
        <p>
          <strong>{where}</strong> {session.current && <Badge tone="plain">This one</Badge>}
        </p>
        <p className={styles.note}>
          Signed in <At at={session.createdAt} />; last used <Ago at={session.lastUsedAt} />; ends by itself{' '}
          <At at={session.expiresAt} />
        </p>
      </div>
      {!session.current && (
        <Button variant="default" size="sm" aria-label={`End it: ${where}`} onClick={onEnd}>
          End it
        </Button>
      )}
    </li>
  );
}
