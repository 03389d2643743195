import { StatedError } from '../../shared/api/errors.ts';
import type { DeliveryView } from '../../shared/api/notify.ts';
import type { notifyRoutes as table } from '../../shared/api/routes/notify.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker } from '../http/asker.ts';
import type { Handlers } from '../http/handlers.ts';
import type { Database } from '../storage/database.ts';
import { pageOfDeliveries, showDelivery } from './delivery-log.ts';
import { addDelivery } from './delivery-store.ts';
import type { Known } from './known.ts';
import { findOwnNotice, pageOfNotices, type Recipient } from './notice-store.ts';
import type { Notices } from './notices.ts';
import { preferencesOf, rulesOf, storePreferences, storeRules } from './preferences-store.ts';
import type { Sending } from './sending.ts';
import type { Webhooks } from './webhooks.ts';

interface RoutesParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  url: string;
  mailFrom: string | undefined;
  notices: Notices;
  /** What somebody may know of now. */
  conditionOf: Known['conditionOf'];
  webhooks: Webhooks;
  sending: Sending;
}

export function notifyRoutes(parts: RoutesParts): Pick<Handlers, keyof typeof table> {
  const { db, clock, audit, url, mailFrom, notices, conditionOf, webhooks, sending } = parts;

  /** Sends a message now and answers how that went; it is tried once. */
  const test = async (asker: Asker, recipient: Recipient): Promise<DeliveryView> => {
    const { settingId, name: actor } = asker;
    const at = instant(clock.now());
    const id = await db.transaction(async (transaction) => {
      const action = recipient.channel === 'mail' ? 'test-mail.sent' : 'webhook.tested';
      await audit(transaction, { settingId, actor, action, subject: recipient.recipientId });
      return addDelivery(transaction, { settingId, ...recipient, purpose: 'test', severity: 'check', at });
    });
    if (id !== undefined) await sending.sendNow(id);
    const shown = id === undefined ? undefined : await showDelivery(db, id);
    if (shown === undefined) throw new StatedError('internal', 'The test could not be made. Try again.');
    return shown;
  };

  const own = async (asker: Asker) => {
    const whose = person(asker);
    return { ...whose, known: await conditionOf(db, whose) };
  };

  return {
    listNotices: async ({ asker, query }) => pageOfNotices(db, await own(asker), query),
    lookAtNotice: async ({ asker, params }) => {
      const whose = await own(asker);
      const found = await findOwnNotice(db, whose, params.id ?? '');
      if (found === undefined) throw new StatedError('not-found', 'There is no such notice of yours in this setting.');
      await db.transaction((transaction) => notices.looked(transaction, { ...person(asker), matter: found.matter }));
      return (await findOwnNotice(db, whose, found.id)) ?? found;
    },
    showPreferences: async ({ asker }) => preferencesOf(db, person(asker)),
    changePreferences: async ({ asker, body }) => {
      await storePreferences(db, person(asker), body);
      return body;
    },
    showNotifyRules: async ({ asker }) => rulesOf(db, asker.settingId),
    changeNotifyRules: async ({ asker, body }) => {
      const { settingId, name: actor } = asker;
      await db.transaction(async (transaction) => {
        await storeRules(transaction, settingId, body);
        await audit(transaction, { settingId, actor, action: 'notify-rules.changed' });
      });
      return body;
    },
    showNotifyState: async () => ({ mail: { on: mailFrom !== undefined, from: mailFrom ?? null }, url }),
    sendTestMail: async ({ asker }) => {
      if (mailFrom === undefined)
        throw new StatedError(
          'conflict',
          'This server sends no e-mail yet. Its operator sets HOMETIME_SMTP_URL and HOMETIME_MAIL_FROM, and starts it again.',
        );
      return test(asker, { channel: 'mail', recipientId: person(asker).personId });
    },
    listWebhooks: async ({ asker }) => ({ items: await webhooks.list(asker) }),
    makeWebhook: async ({ asker, body }) => webhooks.make(asker, body),
    removeWebhook: async ({ asker, params }) => {
      await webhooks.remove(asker, params.id ?? '');
      return {};
    },
    testWebhook: async ({ asker, params }) => {
      const { view } = await webhooks.find(asker, params.id ?? '');
      return test(asker, { channel: 'webhook', recipientId: view.id });
    },
    listDeliveries: async ({ asker, query }) => pageOfDeliveries(db, asker.settingId, query),
  };
}

/** Whose notices they are. A token is nobody who could look. */
function person({ kind, id, settingId }: Asker): { settingId: string; personId: string } {
  if (kind === 'person') return { settingId, personId: id };
  throw new StatedError('not-found', 'An API token has no notices of its own. Sign in as a person.');
}
