import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyVersion } from '../../../../shared/api/policy.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { usePolicyVersions } from '../api/policy.ts';
import { Card } from '../page/card.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { At } from '../page/when.tsx';
import styles from './policy.module.css';

/** Every version of the rules: who made it, when and why, and what it changed. */
export function VersionsCard() {
  const versions = usePolicyVersions();
  const items = versions.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="Earlier rules">
      {versions.isPending && <Waiting what="Asking for the earlier rules…" />}
      {versions.isError && (
        <Trouble what="They could not be loaded" error={versions.error} again={() => void versions.refetch()} />
      )}
      <ol className={styles.versions}>
        {items?.map((version, index) => (
          <Version key={version.version} version={version} isInForce={index === 0} />
        ))}
      </ol>
      {versions.hasNextPage && (
        <Button variant="default" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
    </Card>
  );
}

function Version({
  version: { version, since, by, reason },
  isInForce,
}: {
  version: PolicyVersion;
  isInForce: boolean;
}) {
  const [isOpen, setIsOpen] = useState(false);
  if (since === null)
    return (
      <li>
        <p className={styles.versionHead}>
          <strong>Version {version}</strong> <span className={styles.small}>as Hometime comes</span>
        </p>
      </li>
    );
  return (
    <li>
      <p className={styles.versionHead}>
        <strong>Version {version}</strong>
        {isInForce && <span className={styles.inForce}>in force</span>}
        <span className={styles.small}>
          {by}, <At at={since} />
        </span>
      </p>
      <p>{reason === null ? <span className={styles.small}>No reason was asked for then.</span> : `“${reason}”`}</p>
      <details className={styles.details} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>What it changed</summary>
        {isOpen && <Changes version={version} />}
      </details>
    </li>
  );
}

function Changes({ version }: { version: number }) {
  const { call } = useBackend();
  const shown = useQuery({
    queryKey: keys.policyVersion(version),
    queryFn: () => call('showPolicyVersion', { params: { id: String(version) } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (shown.isPending) return <Waiting what="One moment…" />;
  if (shown.isError)
    return <Trouble what="It could not be loaded" error={shown.error} again={() => void shown.refetch()} />;
  if (shown.data.changes.length === 0) return <p>Nothing that was not so before.</p>;
  return (
    <ul className={styles.bullets}>
      {shown.data.changes.map((change) => (
        <li key={change}>{change}</li>
      ))}
    </ul>
  );
}
