import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { CommandView } from '../../../../shared/api/commands.ts';
import { useMay } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { sentenceOf } from '../api/call.ts';
import { keys } from '../api/keys.ts';
import { useSession } from '../api/queries.ts';
import { putOrder } from '../live/live.ts';
import { useNow } from '../live/use-now.ts';
import { Refused } from '../page/refused.tsx';
import { At } from '../page/when.tsx';
import styles from './order.module.css';
import { ReasonField, reasonFault } from './reason-field.tsx';

/** What a second administrator says to an order that waits for it; the asker is told that it cannot be them. */
export function ApproveOrder({ order }: { order: CommandView }) {
  const may = useMay();
  const session = useSession();
  if (order.state !== 'awaiting-approval') return null;
  const until = (
    <>
      {' '}
      The time for it ends at <At at={order.expiresAt} />; then nothing happens.
    </>
  );
  if (order.askedById === session.data?.personId)
    return <p className={styles.meta}>You asked for it, so another administrator must approve it.{until}</p>;
  if (!may('approveCommand'))
    return (
      <p className={styles.meta}>
        An administrator other than {order.askedBy} must approve it.{until}
      </p>
    );
  return <Answer order={order} until={until} />;
}

/** Why this administrator cannot approve just now, and what changes it; undefined: they can. The server asks the same. */
function useWhyNot(): ReactNode {
  const session = useSession().data;
  const now = useNow();
  if (!session) return undefined;
  const { approvesFrom, secondFactor } = session;
  if (approvesFrom === null || Date.parse(approvesFrom) > now)
    return (
      <>
        You cannot approve it yet: you became an administrator, or your account was reset, less than a day ago.
        {approvesFrom !== null && (
          <>
            {' '}
            You can from <At at={approvesFrom} /> on; until then another administrator can.
          </>
        )}
      </>
    );
  if (!secondFactor.on)
    return (
      <>
        You need your second factor before you can approve it: a code from your telephone, beside your password.{' '}
        <Link href="/account">Go to your account</Link>
      </>
    );
  return undefined;
}

function Answer({ order, until }: { order: CommandView; until: ReactNode }) {
  const { call } = useBackend();
  const cache = useQueryClient();
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<string>();
  const settle = (answered: CommandView) => {
    putOrder(cache, answered);
    return cache.invalidateQueries({ queryKey: keys.approvals });
  };
  const params = { id: order.id };
  const approve = useMutation({ mutationFn: () => call('approveCommand', { params, body: {} }), onSuccess: settle });
  const decline = useMutation({
    mutationFn: () => call('declineCommand', { params, body: { reason: reason.trim() } }),
    onSuccess: settle,
  });
  const whyNot = useWhyNot();
  const failed = approve.error ?? decline.error;
  const sayNo = () => {
    const found = reasonFault(reason);
    setFault(found);
    if (found === undefined) decline.mutate();
  };
  return (
    <div className={styles.form}>
      {failed !== null && <Refused title="It was not settled">{sentenceOf(failed)}</Refused>}
      <p>
        <strong>{order.askedBy} asks for your approval.</strong> Speak to them before you give it.{until}
      </p>
      {whyNot !== undefined && <p>{whyNot}</p>}
      {declining && <ReasonField value={reason} onChange={setReason} error={fault} isFirst />}
      <Group>
        {!declining && whyNot === undefined && (
          <Button color="red" loading={approve.isPending} onClick={() => approve.mutate()}>
            Approve this order
          </Button>
        )}
        <Button
          variant="default"
          loading={decline.isPending}
          onClick={() => (declining ? sayNo() : setDeclining(true))}
        >
          {declining ? 'Say no' : 'Say no…'}
        </Button>
        {declining && (
          <Button variant="subtle" onClick={() => setDeclining(false)}>
            Back
          </Button>
        )}
      </Group>
    </div>
  );
}
