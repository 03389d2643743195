import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Page } from '../page/page.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { Looked } from './looked-for.tsx';
import { OwnNetworks } from './own-networks.tsx';
import { RulesForm } from './rules-form.tsx';

/** What the setting asks of its devices: every switch on which settings differ. */
export function RulesPage({ role }: { role: Role }) {
  const { call } = useBackend();
  const [saved, setSaved] = useState(0);
  const policy = useQuery({ queryKey: keys.policy, queryFn: () => call('showPolicy', {}) });
  return (
    <Page title="Rules">
      {policy.isPending && <Waiting what="Asking for your rules…" />}
      {policy.isError && (
        <Trouble what="Your rules could not be loaded" error={policy.error} again={() => void policy.refetch()} />
      )}
      {policy.data !== undefined && (
        <>
          <RulesForm key={saved} policy={policy.data} role={role} onSaved={() => setSaved(saved + 1)} />
          <OwnNetworks policy={policy.data} role={role} />
          <Looked policy={policy.data} />
        </>
      )}
    </Page>
  );
}
