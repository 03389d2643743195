import { z } from 'zod';
import {
  deliveryViewSchema,
  madeWebhookSchema,
  newWebhookSchema,
  noticesQuerySchema,
  noticeViewSchema,
  notifyRulesSchema,
  notifyStateSchema,
  preferencesSchema,
  webhookViewSchema,
} from '../notify.ts';
import { pageQuerySchema, pageSchema } from '../page.ts';
import { emptySchema, type Route, roles } from './route.ts';

const { administrator, everyone } = roles;
/** Not the manager: a case may pass them by, and the log would show that something did (INC4). */
const keepers = ['administrator', 'safeguarding-lead'] as const;

/** Telling people: own notices, what reaches whom, webhooks, the log of deliveries. */
export const notifyRoutes = {
  listNotices: {
    method: 'get',
    path: '/notices',
    summary: 'What the person is asked to look at, latest first',
    who: everyone,
    query: noticesQuerySchema,
    status: 200,
    answer: pageSchema(noticeViewSchema),
  },
  lookAtNotice: {
    method: 'post',
    path: '/notices/{id}/looked',
    summary: 'Says that the person has looked at it; whoever would be told in their place is not',
    who: everyone,
    body: emptySchema,
    status: 200,
    answer: noticeViewSchema,
  },
  showPreferences: {
    method: 'get',
    path: '/notify/me',
    summary: 'What reaches the person, and when',
    who: everyone,
    status: 200,
    answer: preferencesSchema,
  },
  changePreferences: {
    method: 'put',
    path: '/notify/me',
    summary: 'Says what is to reach the person, and when',
    who: everyone,
    body: preferencesSchema,
    status: 200,
    answer: preferencesSchema,
  },
  showNotifyRules: {
    method: 'get',
    path: '/notify/rules',
    summary: 'Which roles are told of what, and who when they do not look',
    who: roles.readers,
    status: 200,
    answer: notifyRulesSchema,
  },
  changeNotifyRules: {
    method: 'put',
    path: '/notify/rules',
    summary: 'Changes which roles are told of what',
    who: keepers,
    confirmed: true,
    body: notifyRulesSchema,
    status: 200,
    answer: notifyRulesSchema,
  },
  showNotifyState: {
    method: 'get',
    path: '/notify/state',
    summary: 'Whether this server sends e-mail, from which address',
    who: everyone,
    status: 200,
    answer: notifyStateSchema,
  },
  sendTestMail: {
    method: 'post',
    path: '/notify/test-mail',
    summary: 'Sends the asker an e-mail now, and answers how that went',
    who: administrator,
    body: emptySchema,
    status: 200,
    answer: deliveryViewSchema,
  },
  listWebhooks: {
    method: 'get',
    path: '/webhooks',
    summary: 'The setting’s webhooks',
    who: administrator,
    status: 200,
    answer: z.strictObject({ items: z.array(webhookViewSchema) }),
  },
  makeWebhook: {
    method: 'post',
    path: '/webhooks',
    summary: 'Makes a webhook; its secret is shown once',
    who: administrator,
    confirmed: true,
    body: newWebhookSchema,
    status: 201,
    answer: madeWebhookSchema,
  },
  removeWebhook: {
    method: 'delete',
    path: '/webhooks/{id}',
    summary: 'Ends a webhook; what waits for it is dropped',
    who: administrator,
    status: 200,
    answer: emptySchema,
  },
  testWebhook: {
    method: 'post',
    path: '/webhooks/{id}/test',
    summary: 'Calls a webhook now, and answers how that went',
    who: administrator,
    body: emptySchema,
    status: 200,
    answer: deliveryViewSchema,
  },
  listDeliveries: {
    method: 'get',
    path: '/deliveries',
    summary: 'Every e-mail and webhook call with its attempts, newest first',
    // A lead whom a case is about would see that others were told of it (INC4).
    who: ['administrator'],
    query: pageQuerySchema,
    status: 200,
    answer: pageSchema(deliveryViewSchema),
  },
} as const satisfies Record<string, Route>;
