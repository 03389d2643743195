import { randomBytes, randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { z } from 'zod';
import { StatedError } from '../../shared/api/errors.ts';
import type { newWebhookSchema, WebhookView } from '../../shared/api/notify.ts';
import { type Clock, instant } from '../../shared/instant.ts';
import type { Audit } from '../audit/audit.ts';
import type { Asker } from '../http/asker.ts';
import type { Database } from '../storage/database.ts';
import { dropWaiting } from './delivery-store.ts';
import { addWebhook, findWebhook, listWebhooks, markRemoved, type WebhookRow } from './webhook-store.ts';

interface WebhooksParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  /** Encrypts for one owner alone, with a key that is not in the database. */
  seal: (owner: string, text: string) => string;
  mayReach: (address: string) => boolean;
}

const mostOfASetting = 10;

export type Webhooks = ReturnType<typeof createWebhooks>;

/** The webhooks of a setting: made, shown without what opens the other side, ended. */
export function createWebhooks({ db, clock, audit, seal, mayReach }: WebhooksParts) {
  const find = async ({ settingId }: Asker, id: string): Promise<WebhookRow> => {
    const found = await findWebhook(db, id);
    if (found?.settingId === settingId) return found;
    throw new StatedError('not-found', 'There is no such webhook in your setting.');
  };

  return {
    find,
    list: async ({ settingId }: Asker): Promise<WebhookView[]> =>
      (await listWebhooks(db, settingId)).map(({ view }) => view),
    /** Errors: not-valid for an address that may not be reached, conflict when there are enough. */
    make: async (
      { settingId, name: by }: Asker,
      wanted: z.infer<typeof newWebhookSchema>,
    ): Promise<WebhookView & { secret: string }> => {
      const { hostname, host } = new URL(wanted.url);
      mustBeReachable(hostname.replace(/^\[|\]$/g, ''), mayReach);
      const id = randomUUID();
      const secret = `whsec_${randomBytes(32).toString('base64url')}`;
      const at = instant(clock.now());
      const { name, severities } = wanted;
      await db.transaction(async (transaction) => {
        const others = await listWebhooks(transaction, settingId);
        if (others.length >= mostOfASetting)
          throw new StatedError('conflict', `A setting has at most ${mostOfASetting} webhooks. Remove one first.`);
        await addWebhook(transaction, {
          id,
          settingId,
          name,
          host,
          sealedUrl: seal(`webhook url ${id}`, wanted.url),
          sealedSecret: seal(`webhook secret ${id}`, secret),
          severities,
          by,
          at,
        });
        await audit(transaction, { settingId, actor: by, action: 'webhook.made', subject: id, data: { host } });
      });
      return { id, name, host, severities, madeBy: by, madeAt: at, secret };
    },
    remove: async (asker: Asker, id: string): Promise<void> => {
      await find(asker, id);
      await db.transaction(async (transaction) => {
        await markRemoved(transaction, id, instant(clock.now()));
        await dropWaiting(transaction, { channel: 'webhook', recipientId: id });
        const { settingId, name: actor } = asker;
        await audit(transaction, { settingId, actor, action: 'webhook.removed', subject: id });
      });
    },
  };
}

/** A name is judged when it is used, for what it means changes; what is plainly inward is refused at once. */
function mustBeReachable(host: string, mayReach: (address: string) => boolean): void {
  const isInward = isIP(host) !== 0 ? !mayReach(host) : /(^|\.)localhost\.?$|\.local\.?$/i.test(host);
  if (!isInward) return;
  throw new StatedError(
    'not-valid',
    'This address is on this computer or its own network. Give one on the internet, or have the server’s operator allow it (HOMETIME_WEBHOOK_NETWORKS).',
    { fields: { url: 'is not an address on the internet' } },
  );
}
