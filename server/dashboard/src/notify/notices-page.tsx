import { useMay } from '../api/allowed.ts';
import { Page } from '../page/page.tsx';
import { DeliveriesCard } from './deliveries-card.tsx';
import { MailCard } from './mail-card.tsx';
import { OwnNotices } from './own-notices.tsx';
import { PreferencesCard } from './preferences-card.tsx';
import { RulesCard } from './rules-card.tsx';
import { WebhooksCard } from './webhooks-card.tsx';

/** What one is asked to look at and what reaches one; for those who keep it, whom the setting tells and how that went. */
export function NoticesPage() {
  const may = useMay();
  return (
    <Page title="Notices">
      <OwnNotices />
      <PreferencesCard />
      {may('showNotifyRules') && <RulesCard />}
      {may('sendTestMail') && <MailCard />}
      {may('listWebhooks') && <WebhooksCard />}
      {may('listDeliveries') && <DeliveriesCard />}
    </Page>
  );
}
