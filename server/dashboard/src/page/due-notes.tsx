import { IconAlertTriangle, IconHourglass } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { SessionView } from '../../../../shared/api/people.ts';
import { counted, listOf } from '../../../../shared/words.ts';
import { useMay } from '../api/allowed.ts';
import { useApprovals } from '../api/records.ts';
import { useNow } from '../live/use-now.ts';
import { isSecondFactorOverdue } from '../words/second-factor.ts';
import styles from './shell.module.css';
import { At } from './when.tsx';

/** What this person has to see to, above every page: a second factor that is due, orders that wait for their word. */
export function DueNotes({ session }: { session: SessionView }) {
  const now = useNow();
  const { on, dueAt } = session.secondFactor;
  return (
    <>
      {!on && dueAt !== null && !isSecondFactorOverdue(session, now) && (
        <p className={styles.due}>
          <IconAlertTriangle aria-hidden size={20} />
          <span>
            As an administrator you need a second factor by <At at={dueAt} />: a code from your telephone, beside your
            password. <Link href="/account">Set it up now</Link>
          </span>
        </p>
      )}
      <ApprovalsDue session={session} />
    </>
  );
}

function ApprovalsDue({ session }: { session: SessionView }) {
  const may = useMay();
  const approvals = useApprovals();
  const mine = approvals.data?.items.filter(({ askedById }) => askedById !== session.personId) ?? [];
  if (!may('approveCommand') || mine.length === 0) return null;
  const devices = [...new Set(mine.map(({ deviceName }) => deviceName))];
  return (
    <p className={styles.due} role="status">
      <IconHourglass aria-hidden size={20} />
      <span>
        {counted(mine.length, 'order')} {mine.length === 1 ? 'waits' : 'wait'} for your approval: {listOf(devices)}.{' '}
        <Link href="/records">Look at {mine.length === 1 ? 'it' : 'them'}</Link>
      </span>
    </p>
  );
}
