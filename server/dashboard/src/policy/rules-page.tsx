import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../shared/api/people.ts';
import { mayCall } from '../api/allowed.ts';
import { useBackend } from '../api/backend.ts';
import { keys } from '../api/keys.ts';
import { Page } from '../page/page.tsx';
import { Trouble, Waiting } from '../page/trouble.tsx';
import { BeaconsCard } from './beacons-card.tsx';
import { Looked } from './looked-for.tsx';
import { OwnNetworks } from './own-networks.tsx';
import { RulesForm } from './rules-form.tsx';
import { VersionsCard } from './versions-card.tsx';

/** What the setting asks of its devices: every switch on which settings differ. */
export function RulesPage({ role }: { role: Role }) {
  const { call } = useBackend();
  const [saved, setSaved] = useState(0);
  const shown = useQuery({ queryKey: keys.policy, queryFn: () => call('showPolicy', {}) });
  return (
    <Page title="Rules">
      {shown.isPending && <Waiting what="Asking for your rules…" />}
      {shown.isError && (
        <Trouble what="Your rules could not be loaded" error={shown.error} again={() => void shown.refetch()} />
      )}
      {shown.data !== undefined && (
        <>
          <RulesForm key={saved} inForce={shown.data} role={role} onSaved={() => setSaved(saved + 1)} />
          <OwnNetworks policy={shown.data.policy} role={role} />
          <BeaconsCard policy={shown.data.policy} role={role} />
          <Looked policy={shown.data.policy} />
          {mayCall('listPolicyVersions', role) && <VersionsCard />}
        </>
      )}
    </Page>
  );
}
