import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { DeviceView } from '../../../../shared/api/devices.ts';
import type { GuardMoveView, GuardView } from '../../../../shared/api/policy.ts';
import type { Health } from '../../../../shared/report/health.ts';
import { counted } from '../../../../shared/words.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { useNow } from '../live/use-now.ts';
import { Card } from '../page/card.tsx';
import { Said } from '../page/said.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import { guardMoveWords, guardReasonWords, guardWords, releaseWords } from '../words/guard.ts';
import { atTime } from '../words/time.ts';
import styles from './device.module.css';

/** The guard of a device: how it stands, since when and why, what releases it, and what it did, with its true times. */
export function GuardCard({ device, old }: { device: DeviceView; old: string }) {
  const { call } = useBackend();
  const { agent } = device.sections;
  const lock = agent.state === 'known' ? agent.value.lock : undefined;
  // What the agent says of itself is new with each of its words: the history is asked for again then.
  const toldAt = agent.state === 'known' ? agent.at : '';
  const shown = useInfiniteQuery({
    queryKey: [...keys.guard(device.id), toldAt],
    queryFn: ({ pageParam }) => call('showGuard', { params: { id: device.id }, query: { limit: 10, ...pageParam } }),
    initialPageParam: {},
    getNextPageParam: (page) => (page.nextCursor === null ? undefined : { cursor: page.nextCursor }),
    placeholderData: (before) => before,
  });
  const [first] = shown.data?.pages ?? [];
  const items = shown.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="The guard on it" aside={old !== '' && <span className={styles.small}>{old}</span>}>
      <div className={styles.fact}>
        {shown.isPending && <Waiting what="Asking how its guard stands…" />}
        {shown.isError && (
          <Trouble what="Its guard could not be asked about" error={shown.error} again={() => void shown.refetch()} />
        )}
        {first !== undefined && <Standing guard={first} lock={lock} old={old} />}
        {items.length > 0 && (
          <ol className={styles.history} aria-label="What the guard did">
            {items.map((move) => (
              <Move key={`${move.at} ${move.sequence}`} move={move} />
            ))}
          </ol>
        )}
        {shown.hasNextPage && (
          <Button
            variant="default"
            size="sm"
            loading={shown.isFetchingNextPage}
            onClick={() => void shown.fetchNextPage()}
          >
            Show earlier ones
          </Button>
        )}
      </div>
    </Card>
  );
}

interface StandingProps {
  guard: GuardView;
  lock: Health['lock'];
  old: string;
}

function Standing({ guard: { standing }, lock, old }: StandingProps) {
  const now = useNow();
  if (standing === null)
    return (
      <Said
        said={{
          text: 'Its agent tells of no guard: it has no rules yet, or is of an earlier version. Nothing would block it',
          tone: 'unknown',
        }}
      />
    );
  const { state, since, because, refusedSignIns, rulesExpired } = standing;
  const release = releaseWords(standing);
  return (
    <>
      <p className={styles.answer}>
        <Said said={guardWords(standing, { lock, now })} old={old !== ''} />
      </p>
      {state !== 'clear' && (
        <p>
          Since <At at={since} />
          {because !== null && `, because ${guardReasonWords(because)}`}.
        </p>
      )}
      {state === 'blocked' && refusedSignIns !== null && refusedSignIns > 0 && (
        <Said
          said={{ text: `Tried to be used ${counted(refusedSignIns, 'time')} since then, and refused`, tone: 'warn' }}
        />
      )}
      {release !== undefined && <p>{release}</p>}
      {rulesExpired && (
        <Said
          said={{
            text: 'The rules it guards itself by are past their date. They hold all the same, until it reaches this server',
            tone: 'unknown',
          }}
        />
      )}
    </>
  );
}

function Move({ move }: { move: GuardMoveView }) {
  const now = useNow();
  const isLate = Date.parse(move.receivedAt) - Date.parse(move.at) > 5 * 60_000;
  return (
    <li>
      <At at={move.at} />
      <div>
        <p>{guardMoveWords(move)}.</p>
        {move.refusedSignIns !== null && move.refusedSignIns > 0 && (
          <p className={styles.small}>Tried {counted(move.refusedSignIns, 'time')} while it was blocked.</p>
        )}
        {isLate && (
          <p className={styles.small}>It told so {atTime(move.receivedAt, now)}, when it was in touch again.</p>
        )}
        {move.missedBefore !== 0 && <p className={styles.small}>{missedWords(move.missedBefore)}</p>}
      </div>
    </li>
  );
}

function missedWords(missed: number | null): string {
  if (missed === null) return 'Before that its record was lost and began anew: what it did in between is not known.';
  return missed === 1
    ? 'One thing it did before that was never told.'
    : `${missed} things it did before that were never told.`;
}
