import { useMay } from '../api/allowed.ts';
import { HoldsCard } from '../hold/holds-card.tsx';
import { Page } from '../page/page.tsx';
import { ApprovalsCard } from './approvals-card.tsx';
import { AuditCard } from './audit-card.tsx';
import { SecurityCard } from './security-card.tsx';

/** What may be an attack, what is held, what waits for a second person, and who did what. */
export function RecordsPage() {
  const may = useMay();
  return (
    <Page title="Records">
      <SecurityCard />
      {may('listApprovals') && <ApprovalsCard />}
      {may('listHolds') && <HoldsCard />}
      {may('listAudit') && <AuditCard />}
    </Page>
  );
}
